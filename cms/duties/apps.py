from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DutiesConfig(AppConfig):
    name = "cms.duties"
    label = "duties"
    verbose_name = _("statutory duties")

    def ready(self):
        from cms.workdays.registry import after_change  # noqa: PLC0415

        from .actions import recompute_open_duties  # noqa: PLC0415

        after_change.append(recompute_open_duties)
