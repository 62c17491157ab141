import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cms.accounts.private import EncryptedTextField, blind_index
from cms.intake.models import PrivacyNotice, Receipt

from .. import rules
from ..enums import (
    CHANGEABLE,
    HOLDING,
    LIVE,
    Audience,
    Channel,
    CheckInOutcome,
    EndCause,
    SignUpState,
)
from .activities import ActivityPage
from .sessions import Quota, Session

PERSON_PURPOSE = "events.person"


class SignUpQuerySet(models.QuerySet):
    def holding(self):
        return self.filter(state__in=HOLDING)

    def live(self):
        return self.filter(state__in=LIVE)

    def queue(self):
        """The waiting list of everybody's places, the first in it first."""
        return self.filter(state=SignUpState.WAITLISTED, quota=None).order_by("position", "pk")

    def coming(self):
        """Whom the door expects."""
        return self.filter(state__in=[SignUpState.CONFIRMED, SignUpState.ATTENDED])


class SignUp(models.Model):
    """One party that wants to come to one session. Private; only numbers are public.

    ``party_size`` is people, ``places`` what they need in the unit of the activity, ``held`` what
    they have of it now. Name and mobile number stand in the receipt.
    """

    activity = models.ForeignKey(ActivityPage, on_delete=models.PROTECT, related_name="sign_ups")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="sign_ups")
    receipt = models.OneToOneField(
        Receipt, on_delete=models.PROTECT, null=True, blank=True, related_name="sign_up"
    )
    # A party that may be parted: this row is the rest of that one, and still waits.
    part_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts"
    )
    # What a signed link of ours names.
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person_index = models.CharField(max_length=64, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=14, choices=SignUpState)
    end_cause = models.CharField(_("ended"), max_length=10, choices=EndCause, blank=True)
    party_size = models.PositiveSmallIntegerField(_("people"))
    places = models.PositiveSmallIntegerField(_("places needed"))
    held = models.PositiveSmallIntegerField(_("places held"), default=0)
    under_14 = models.PositiveSmallIntegerField(_("children under 14"), default=0)
    accepts_split = models.BooleanField(_("may be parted"), default=False)
    quota = models.ForeignKey(
        Quota,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="sign_ups",
        verbose_name=_("places kept for"),
    )
    position = models.PositiveIntegerField(_("place in the queue"), null=True, blank=True)
    audience = models.CharField(_("category"), max_length=20, choices=Audience, blank=True)
    affiliation = EncryptedTextField(_("residential quarter or unit"), blank=True)
    email = EncryptedTextField(_("e-mail"), blank=True)
    age = models.PositiveSmallIntegerField(_("age on the day"), null=True, blank=True)
    guardian_name = EncryptedTextField(_("name of the guardian"), blank=True)
    guardian_phone = EncryptedTextField(_("telephone of the guardian"), blank=True)
    guardian_notice = models.ForeignKey(
        PrivacyNotice, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    guardian_consented_at = models.DateTimeField(_("guardian consented at"), null=True, blank=True)
    needs = EncryptedTextField(_("accessibility needs"), blank=True)
    needs_consented_at = models.DateTimeField(
        _("consented to the needs being read at"), null=True, blank=True
    )
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    channel = models.CharField(_("way"), max_length=10, choices=Channel, default=Channel.WEB)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("entered by"),
    )
    created_at = models.DateTimeField(_("signed up at"))
    state_at = models.DateTimeField(_("in this state since"))
    offer_expires_at = models.DateTimeField(_("offer expires at"), null=True, blank=True)
    is_coming = models.BooleanField(_("said to be coming"), null=True, blank=True)
    answered_at = models.DateTimeField(_("said so at"), null=True, blank=True)
    # Counts the changes: each is told in one letter.
    version = models.PositiveIntegerField(default=1)
    reminded_at = models.DateTimeField(null=True, blank=True)
    reminded_last_at = models.DateTimeField(null=True, blank=True)
    invited_to_rate_at = models.DateTimeField(null=True, blank=True)
    # That a link was sent, never which: answers are kept apart from who gave them.
    invited_to_answer_at = models.DateTimeField(null=True, blank=True)
    checked_in_at = models.DateTimeField(_("checked in at"), null=True, blank=True)
    people_arrived = models.PositiveSmallIntegerField(_("people arrived"), null=True, blank=True)
    rating = models.PositiveSmallIntegerField(_("rating, 1 to 5"), null=True, blank=True)
    rating_text = models.TextField(_("what they said of it"), blank=True)
    rated_at = models.DateTimeField(_("rated at"), null=True, blank=True)
    purged_at = models.DateTimeField(_("personal data deleted at"), null=True, blank=True)

    objects = SignUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-up")
        verbose_name_plural = _("sign-ups")
        ordering = ["session", "pk"]
        indexes = [
            models.Index(fields=["session", "state", "position"], name="sign_up_queue"),
            models.Index(
                fields=["offer_expires_at"],
                condition=Q(state=SignUpState.OFFERED),
                name="sign_up_offers",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "person_index"],
                condition=Q(state__in=sorted(LIVE)) & ~Q(person_index=""),
                name="one_person_one_place",
            ),
            models.CheckConstraint(
                name="holds_what_its_state_says",
                condition=Q(state__in=sorted(HOLDING), held=F("places"))
                | (~Q(state__in=sorted(HOLDING)) & Q(held=0)),
            ),
            models.CheckConstraint(
                name="party_is_of_this_world",
                condition=Q(party_size__gte=1, party_size__lte=rules.LARGEST_PARTY)
                & Q(places__gte=1, places__lte=F("party_size"))
                & Q(under_14__lte=F("party_size")),
            ),
            models.CheckConstraint(
                name="who_waits_has_a_position",
                condition=~Q(state=SignUpState.WAITLISTED) | Q(position__isnull=False),
            ),
            models.CheckConstraint(
                name="an_offer_has_an_end",
                condition=~Q(state=SignUpState.OFFERED) | Q(offer_expires_at__isnull=False),
            ),
            models.CheckConstraint(
                name="children_have_their_guardians_consent",
                condition=Q(under_14=0)
                | ~Q(channel=Channel.WEB)
                | Q(guardian_consented_at__isnull=False),
            ),
            models.CheckConstraint(
                name="rating_is_one_to_five",
                condition=Q(rating__isnull=True) | Q(rating__gte=1, rating__lte=5),
            ),
        ]
        permissions = [
            ("enter_signup", _("Can sign up others and check in at the door")),
        ]

    def __str__(self) -> str:
        return f"{self.session} · {self.get_state_display()} · {self.party_size}"

    @property
    def whole(self) -> "SignUp":
        """The party as it signed up: itself, or what it is the rest of."""
        return self.part_of if self.part_of_id else self

    @property
    def is_changeable(self) -> bool:
        return self.state in CHANGEABLE

    def blind_index_values(self) -> dict[str, str]:
        contact = self.receipt.contact if self.receipt_id and self.person_index else ""
        return {"person_index": blind_index(contact, PERSON_PURPOSE) if contact else ""}


class Companion(models.Model):
    """Somebody who comes along. The name is optional (rulebook I1)."""

    sign_up = models.ForeignKey(SignUp, on_delete=models.CASCADE, related_name="companions")
    name = EncryptedTextField(_("name"), blank=True)
    age = models.PositiveSmallIntegerField(_("age on the day"), null=True, blank=True)
    is_child = models.BooleanField(_("under 14"), default=False)

    class Meta:
        verbose_name = _("companion")
        verbose_name_plural = _("companions")
        ordering = ["sign_up", "pk"]
        default_permissions = []

    def __str__(self) -> str:
        return self.get_age_band()

    def get_age_band(self) -> str:
        return rules.age_band(self.age, self.is_child).label


class Question(models.Model):
    """What somebody wants to know of the organiser, in advance or on the day, and the answer."""

    activity = models.ForeignKey(ActivityPage, on_delete=models.PROTECT, related_name="questions")
    sign_up = models.ForeignKey(
        SignUp, on_delete=models.SET_NULL, null=True, blank=True, related_name="questions"
    )
    text = models.TextField(_("question"))
    asked_at = models.DateTimeField(_("asked at"))
    answer = models.TextField(
        _("answer"), blank=True, help_text=_("Becomes public with the report.")
    )
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answered by"),
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    is_frequent = models.BooleanField(_("asked often: for the knowledge base"), default=False)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["activity", "pk"]

    def __str__(self) -> str:
        return self.text[:40]


class CheckIn(models.Model):
    """One scan at the door. The nonce makes a scan that is sent twice count once."""

    nonce = models.CharField(max_length=64, unique=True)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="check_ins")
    sign_up = models.ForeignKey(SignUp, on_delete=models.PROTECT, related_name="check_ins")
    scanned_at = models.DateTimeField(_("scanned at"))
    received_at = models.DateTimeField(_("received at"))
    people = models.PositiveSmallIntegerField(_("people"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=CheckInOutcome)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("checked in by"),
    )

    class Meta:
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        ordering = ["session", "scanned_at", "pk"]
        default_permissions = []

    def __str__(self) -> str:
        return f"{self.sign_up_id} {self.get_outcome_display()}"
