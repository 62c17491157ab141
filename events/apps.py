from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "events"
    label = "events"
    verbose_name = _("open day")

    def ready(self):
        import_module("events.duties").register_kinds()
        import_module("events.lookups").register()
        import_module("events.actions.reports")
        purges = import_module("cms.intake.purges")
        purges.register_purge(import_module("events.actions.due").purge_sign_ups)
