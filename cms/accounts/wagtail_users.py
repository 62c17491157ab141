"""Stands for ``wagtail.users`` in INSTALLED_APPS: the same app with our officials in it."""

from wagtail.users.apps import WagtailUsersAppConfig


class OfficialsConfig(WagtailUsersAppConfig):
    user_viewset = "cms.accounts.viewsets.OfficialViewSet"
