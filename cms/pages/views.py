from django.core.files.storage import default_storage
from django.db import connection
from django.http import FileResponse, Http404, HttpResponse
from django.utils.cache import patch_cache_control

from cms.clearance.queries import file_is_public

from .models import SiteRendition


def serve_media(request, path):
    """An image of the site, once a live page shows it. Originals stay inside."""
    rendition = SiteRendition.objects.select_related("image").filter(file=path).first()
    if rendition is None:
        raise Http404
    public = file_is_public(rendition.image)
    if not public and not request.user.has_perm("wagtailadmin.access_admin"):
        raise Http404
    response = FileResponse(default_storage.open(path))
    if public:
        patch_cache_control(response, public=True, max_age=3600)
    return response


def livez(request):
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain", headers={"Cache-Control": "no-store"})


def readyz(request):
    """The process can do its work: the database answers and is migrated."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM wagtailcore_site")
    return livez(request)
