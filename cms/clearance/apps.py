from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ClearanceConfig(AppConfig):
    name = "cms.clearance"
    label = "clearance"
    verbose_name = _("clearance")

    def import_models(self):
        """The workflow tasks are models that call actions: they stand above models.py."""
        super().import_models()
        import_module("cms.clearance.workflow")
