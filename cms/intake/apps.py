from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntakeConfig(AppConfig):
    name = "cms.intake"
    label = "intake"
    verbose_name = _("intake")

    def ready(self):
        # An app's own names exist only once all models are loaded.
        from .actions import (  # noqa: PLC0415
            purge_arrivals,
            purge_contacts,
            purge_missed_lookups,
            purge_networks,
            purge_rating_words,
        )
        from .duties import register_kinds  # noqa: PLC0415
        from .purges import register_purge  # noqa: PLC0415

        register_purge(purge_arrivals)
        register_purge(purge_contacts)
        register_purge(purge_missed_lookups)
        register_purge(purge_networks)
        register_purge(purge_rating_words)
        register_kinds()
