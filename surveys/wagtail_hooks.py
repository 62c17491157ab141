from django.contrib.auth.models import Permission
from wagtail import hooks

from .viewsets import SurveyViewSet

GRANTED_IN_GROUPS = ["view_response", "export_response", "make_results", "send_texts"]


@hooks.register("register_admin_viewset")
def register_surveys():
    return SurveyViewSet()


@hooks.register("register_permissions")
def register_survey_permissions():
    return Permission.objects.filter(
        content_type__app_label="surveys", codename__in=GRANTED_IN_GROUPS
    )
