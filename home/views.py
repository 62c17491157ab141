from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.translation import get_language
from wagtail.models import Locale, Page, Site

from cms.pages.queries import home_page
from cms.pages.search import search_pages

RESULTS = 10
LONGEST_QUESTION = 200


def search(request):
    """Only what everyone may read, in the reader's language."""
    question = request.GET.get("q", "").strip()[:LONGEST_QUESTION]
    readable = Page.objects.live().public().filter(locale=Locale.get_active(), depth__gt=1)
    found = search_pages(readable, question) if question else []
    results = Paginator(found, RESULTS).get_page(request.GET.get("page"))
    results.object_list = [page.specific for page in results.object_list]
    context = {"question": question, "results": results}
    return render(request, "home/search.html", context)


def site_map(request):
    home = home_page(Site.find_for_request(request), get_language())
    pages = home.get_descendants().live().public().order_by("path")
    return render(request, "home/site_map.html", {"home": home, "pages": pages})
