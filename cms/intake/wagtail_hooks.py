from django.contrib.auth.models import Permission
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from .viewsets import PrivacyNoticeViewSet, RatingViewSet

register_snippet(PrivacyNoticeViewSet)


@hooks.register("register_admin_viewset")
def register_ratings():
    return RatingViewSet()


@hooks.register("register_permissions")
def register_rating_permissions():
    return Permission.objects.filter(
        content_type__app_label="intake", codename__in=["view_servicerating", "call_back"]
    )
