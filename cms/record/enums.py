from django.db import models
from django.utils.translation import gettext_lazy as _


class Actor(models.TextChoices):
    """Who acted where no official did. Citizens stay nameless on the record."""

    CITIZEN = "citizen", _("a citizen")
    SYSTEM = "system", _("the system")


class Fault(models.TextChoices):
    """What can be wrong with the record."""

    FORGED = "forged", _("the event was changed, or did not come from this software")
    KEY_GONE = "key_gone", _("no key of DATA_KEY vouches for it: forged, or the key was removed")
    EVENT_MISSING = "event_missing", _("the event of this link is missing")
    LINK_MISSING = "link_missing", _("this link of the chain is missing")
    BROKEN = "broken", _("the chain does not continue here: changed, swapped or inserted")
    ANCHOR_BROKEN = "anchor_broken", _("the chain is not the one that was anchored: cut or redone")
    ANCHOR_MISSING = "anchor_missing", _("the anchor file is missing or cannot be read")
