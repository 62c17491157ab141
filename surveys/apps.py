from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    name = "surveys"
    label = "surveys"
    verbose_name = _("questionnaires")

    def ready(self):
        purges = import_module("cms.intake.purges")
        purges.register_purge(import_module("surveys.actions.answers").purge_texts)
