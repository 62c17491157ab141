from django.db import models
from django.utils.translation import gettext_lazy as _


class DisclosureAttribute(models.TextChoices):
    """Fixed at source by the drafter, confirmed at release (plan 2023, IV.1; rulebook K6)."""

    PROACTIVE = "proactive", _("Disclosed proactively")
    ON_REQUEST = "on_request", _("Disclosed on request")
    WITHHELD = "withheld", _("Not disclosed")
    REDACTED = "redacted", _("Disclosed after redaction")


PUBLISHABLE = frozenset({DisclosureAttribute.PROACTIVE, DisclosureAttribute.REDACTED})


class NonDisclosureGround(models.TextChoices):
    """The only grounds the law knows (711, Articles 14 to 16; rulebook K7)."""

    STATE_SECRET = "state_secret", _("State secret (Article 14)")
    FORBIDDEN = "forbidden", _("Forbidden by law or regulation (Article 14)")
    SECURITY = "security", _("Endangers security or stability (Article 14)")
    BUSINESS_SECRET = "business_secret", _("Commercial secret (Article 15)")
    PRIVACY = "privacy", _("Personal privacy (Article 15)")
    INTERNAL = "internal", _("Internal affairs (Article 16)")
    PROCESS = "process", _("Process information (Article 16)")
    ENFORCEMENT = "enforcement", _("Enforcement file (Article 16)")


class Outcome(models.TextChoices):
    CLEARED = "cleared", _("Cleared for publication")
    REFUSED = "refused", _("Refused")
    REFERRED = "referred", _("Referred to the higher authority")
