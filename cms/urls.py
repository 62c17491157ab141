from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.contrib.sitemaps.views import sitemap
from wagtail.documents import urls as wagtaildocs_urls

from cms.api.site import open_interface
from cms.intake.rating_views import rating
from cms.intake.views import receipts
from cms.pages.views import livez, readyz, serve_media
from home.views import search, site_map

urlpatterns = [
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("media/<path:path>", serve_media, name="media"),
    path("intake/", include("cms.intake.urls")),
    path("api/v1/", open_interface()),
    path("sitemap.xml", sitemap, name="sitemap_xml"),
    path("livez", livez, name="livez"),
    path("readyz", readyz, name="readyz"),
]
urlpatterns += i18n_patterns(
    path("search/", search, name="search"),
    path("site-map/", site_map, name="site_map"),
    path("receipts/", receipts, name="receipts"),
    path("receipts/rating/<str:token>/", rating, name="rating"),
    path("", include("consultation.feeds")),
    path("", include("events.feeds")),
    path("", include("policy.feeds")),
    path("", include("consultation.urls")),
    path("", include("events.urls")),
    path("", include("surveys.urls")),
    path("", include(wagtail_urls)),
    prefix_default_language=False,
)
