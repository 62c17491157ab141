import secrets
import uuid

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from cms.accounts.masking import mask_email, mask_name, mask_phone
from cms.accounts.private import EncryptedTextField, blind_index

from .enums import Grade, Proof, RatingReason

CONTACT_PURPOSE = "intake.contact"


class PrivacyNotice(models.Model):
    """What a citizen is told before giving anything, item by item (PIPL 17; rulebook I3).

    Once somebody has consented to a version it stays as it is, here and in the database: a
    change is a new version.
    """

    PARTS = ("handler", "handler_contact", "purpose", "way", "kinds", "retention", "rights")

    code = models.SlugField(
        _("code"), max_length=30, help_text=_("The form it stands on: opinion, sign-up, …")
    )
    version = models.PositiveIntegerField(_("version"))
    in_force_from = models.DateField(
        _("in force from"), help_text=_("From this day the form shows this version.")
    )
    text_zh = models.TextField(_("introduction"), help_text=_("The public reads this."))
    text_en = models.TextField(_("introduction in English"), blank=True)
    handler_zh = models.TextField(_("who handles the data"))
    handler_en = models.TextField(_("who handles the data, in English"), blank=True)
    handler_contact_zh = models.TextField(_("how to reach them"))
    handler_contact_en = models.TextField(_("how to reach them, in English"), blank=True)
    purpose_zh = models.TextField(_("what for"))
    purpose_en = models.TextField(_("what for, in English"), blank=True)
    way_zh = models.TextField(_("in which way"))
    way_en = models.TextField(_("in which way, in English"), blank=True)
    kinds_zh = models.TextField(_("which data"))
    kinds_en = models.TextField(_("which data, in English"), blank=True)
    retention_zh = models.TextField(_("how long"))
    retention_en = models.TextField(_("how long, in English"), blank=True)
    rights_zh = models.TextField(_("your rights and how to use them"))
    rights_en = models.TextField(_("your rights, in English"), blank=True)

    panels = [
        FieldRowPanel([FieldPanel("code"), FieldPanel("version"), FieldPanel("in_force_from")]),
        MultiFieldPanel(
            [FieldPanel("text_zh"), *(FieldPanel(f"{part}_zh") for part in PARTS)],
            heading=_("Chinese"),
        ),
        MultiFieldPanel(
            [FieldPanel("text_en"), *(FieldPanel(f"{part}_en") for part in PARTS)],
            heading=_("English"),
        ),
    ]

    class Meta:
        verbose_name = _("privacy notice")
        verbose_name_plural = _("privacy notices")
        ordering = ["code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="intake_notice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"

    def clean(self):
        if self.pk and self.receipts.exists():
            raise ValidationError(
                _("Somebody has consented to this version already. Please make a new version.")
            )

    @property
    def text(self) -> str:
        return self._in_language("text")

    @property
    def parts(self) -> list[tuple[str, str]]:
        """The list a citizen reads: heading and content, in the language of the page."""
        return [
            (self._meta.get_field(f"{part}_zh").verbose_name, self._in_language(part))
            for part in self.PARTS
        ]

    def _in_language(self, name: str) -> str:
        english = getattr(self, f"{name}_en") if get_language() == "en" else ""
        return english or getattr(self, f"{name}_zh")


class Receipt(models.Model):
    """That something was received: what a citizen holds in hand, and how to reach them.

    It says nothing about what was said; that is a row of the app that took it, pointing here.
    """

    number = models.CharField(_("number"), max_length=20, unique=True)
    query_code_hash = models.CharField(max_length=64, editable=False)
    submission_key = models.CharField(max_length=32, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=30)
    language = models.CharField(_("language"), max_length=10)
    received_at = models.DateTimeField(_("received at"))
    proof = models.CharField(_("proof"), max_length=10, choices=Proof)
    notice = models.ForeignKey(
        PrivacyNotice,
        on_delete=models.PROTECT,
        null=True,
        related_name="receipts",
        verbose_name=_("privacy notice"),
    )
    consented_at = models.DateTimeField(_("consented at"), null=True)
    contact_name = EncryptedTextField(_("name"), blank=True)
    contact = EncryptedTextField(_("mobile number or e-mail"), blank=True)
    contact_index = models.CharField(max_length=64, blank=True, editable=False)
    wants_letter = models.BooleanField(_("wants to hear the outcome"), default=False)
    network = models.CharField(max_length=64, blank=True, editable=False)
    delete_contact_on = models.DateField(_("contact deleted on"), null=True, db_index=True)
    contact_deleted_at = models.DateTimeField(_("contact was deleted at"), null=True)

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")
        ordering = ["-received_at", "-pk"]
        permissions = [("unmask_receipt", "Can read contact data in clear, with a reason")]
        indexes = [
            models.Index(fields=["network", "received_at"], name="intake_by_network"),
            models.Index(fields=["contact_index", "received_at"], name="intake_by_contact"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(proof=Proof.DESK)
                | Q(notice__isnull=False, consented_at__isnull=False),
                name="intake_consent_on_record",
            ),
            models.CheckConstraint(
                condition=Q(contact_index="") | Q(delete_contact_on__isnull=False),
                name="intake_contact_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(contact_deleted_at__isnull=True) | Q(contact_index="", network=""),
                name="intake_deleted_is_gone",
            ),
            models.CheckConstraint(
                condition=Q(wants_letter=False) | ~Q(contact_index=""),
                name="intake_letter_needs_contact",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def masked_contact(self) -> str:
        mask = mask_email if "@" in self.contact else mask_phone
        return mask(self.contact)

    @property
    def masked_name(self) -> str:
        return mask_name(self.contact_name)

    def blind_index_values(self) -> dict[str, str]:
        index = blind_index(self.contact, CONTACT_PURPOSE) if self.contact else ""
        return {"contact_index": index}


class Arrival(models.Model):
    """That something without a receipt arrived: enough to count it once and to hold the limits.

    It points to nothing that was said, and is forgotten once its form can come back no more.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=30)
    submission_key = models.CharField(max_length=32, unique=True)
    network = models.CharField(max_length=64)
    proof = models.CharField(max_length=10, choices=Proof)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["network", "at"], name="intake_arrival_by_network")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d %H:%M}"


class ServiceRatingQuerySet(models.QuerySet):
    def by_grade(self) -> dict[str, int]:
        """How many gave each grade, all grades in their order."""
        rows = self.order_by().values_list("grade").annotate(n=models.Count("pk"))
        counted = dict(rows)
        return {grade.value: counted.get(grade.value, 0) for grade in Grade}


class ServiceRating(models.Model):
    """好差评: what the holder of a receipt thinks of the answer; one for each receipt (E2)."""

    receipt = models.OneToOneField(
        Receipt, on_delete=models.CASCADE, related_name="rating", verbose_name=_("receipt")
    )
    department = models.ForeignKey(
        "accounts.Department",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("department"),
    )
    subject = models.CharField(max_length=100, db_index=True, editable=False)
    title = models.CharField(_("what was answered"), max_length=255)
    grade = models.CharField(_("grade"), max_length=10, choices=Grade)
    reasons = models.JSONField(_("reasons"), default=list)
    comment = EncryptedTextField(_("in the person's own words"), blank=True)
    submission_key = models.CharField(max_length=32, editable=False)
    rated_at = models.DateTimeField(_("rated at"))
    changed_at = models.DateTimeField(_("changed at"))
    # When its words were deleted; the grade stays, and counts.
    words_deleted_at = models.DateTimeField(null=True, editable=False)
    call_back_note = EncryptedTextField(_("note on the call"), blank=True)
    called_back_at = models.DateTimeField(_("called back at"), null=True)
    called_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("called back by"),
    )

    objects = ServiceRatingQuerySet.as_manager()

    class Meta:
        verbose_name = _("rating of an answer")
        verbose_name_plural = _("ratings of answers")
        ordering = ["-changed_at", "-pk"]
        default_permissions = ["view"]
        permissions = [("call_back", _("Can note a call-back after a low rating"))]
        indexes = [models.Index(fields=["department", "-changed_at"], name="rating_by_department")]
        constraints = [
            models.CheckConstraint(
                condition=Q(grade__in=Grade.values), name="rating_is_one_of_five_grades"
            ),
            models.CheckConstraint(
                condition=Q(called_back_at=None, called_back_by=None)
                | Q(called_back_at__isnull=False, called_back_by__isnull=False),
                name="call_back_says_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}: {self.get_grade_display()}"

    @property
    def reason_labels(self) -> list[str]:
        return [str(RatingReason(code).label) for code in self.reasons]


class MissedLookup(models.Model):
    """A look-up that found nothing: counted, so that nobody can go on guessing."""

    network = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["network", "at"], name="intake_missed_by_network")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


def private_storage():
    return storages["private"]


def random_name(attachment, filename: str) -> str:
    """Nothing a sender wrote becomes a path (rulebook S4)."""
    name = secrets.token_hex(16)
    return f"intake/{name[:2]}/{name}"


class Attachment(models.Model):
    """A file a citizen handed in: checked, without metadata, never served inside a page."""

    receipt = models.ForeignKey(
        Receipt, on_delete=models.CASCADE, related_name="attachments", verbose_name=_("receipt")
    )
    name = models.CharField(_("name"), max_length=120)
    file = models.FileField(_("file"), storage=private_storage, upload_to=random_name)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(max_length=64)
    kind = models.CharField(_("kind"), max_length=10)
    created_at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name
