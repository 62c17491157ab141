from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsultationConfig(AppConfig):
    name = "consultation"
    label = "consultation"
    verbose_name = _("consultation")

    def ready(self):
        import_module("consultation.duties").register_kinds()
        import_module("consultation.lookups").register()
        import_module("consultation.actions.survey_texts").register()
        import_module("consultation.actions.reports")
        import_module("consultation.actions.versions")
        purges = import_module("cms.intake.purges")
        imports = import_module("consultation.actions.imports")
        purges.register_purge(imports.purge_unfinished_imports)
