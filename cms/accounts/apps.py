from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "cms.accounts"
    label = "accounts"
    verbose_name = _("accounts")

    def ready(self):
        """A malformed DATA_KEY stops the start, not the first citizen who leaves a contact."""
        from .private import parse_keys  # noqa: PLC0415  (it defines a field: models come first)

        parse_keys(settings.DATA_KEY)
