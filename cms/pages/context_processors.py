from .queries import site_furniture


def site(request):
    """What base.html needs on every page, the form views included."""
    return site_furniture(request)
