from django.contrib.auth.models import Permission
from wagtail import hooks

from .viewsets import LetterViewSet


@hooks.register("register_admin_viewset")
def register_letters():
    return LetterViewSet()


@hooks.register("register_permissions")
def register_letter_permissions():
    return Permission.objects.filter(content_type__app_label="letters")
