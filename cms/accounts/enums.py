from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """The roles of the house. Each is a group with real Wagtail permissions (rulebook S2)."""

    ADMIN = "admin", _("System administrator")
    SECURITY = "security", _("Security administrator")
    AUDITOR = "auditor", _("Auditor")
    EDITOR = "editor", _("Editor")
    REVIEWER = "reviewer", _("Confidentiality reviewer")
    SIGNER = "signer", _("Signing leader")
    OFFICER = "officer", _("Department officer")
    CLERK = "clerk", _("Clerk")
    DISCLOSURE = "disclosure", _("Disclosure officer")
