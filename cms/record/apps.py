from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecordConfig(AppConfig):
    name = "cms.record"
    label = "record"
    verbose_name = _("record")

    def ready(self):
        import_module("cms.record.wagtail_log").connect()
