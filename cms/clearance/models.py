import hashlib
import json

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from modelcluster.models import get_all_child_relations
from wagtail.fields import StreamField
from wagtail.models import (
    COMMENTS_RELATION_NAME,
    Page,
    PageViewRestriction,
    ReferenceIndex,
)

from . import rules
from .enums import PUBLISHABLE, DisclosureAttribute, NonDisclosureGround, Outcome
from .permission_testers import ClearedPagePermissionTester
from .rules import NotCleared, Problem

BOOKKEEPING = {COMMENTS_RELATION_NAME, *(field.name for field in Page._meta.fields)} - {
    "title",
    "seo_title",
    "search_description",
}
CHILD_BOOKKEEPING = {"pk", "id", "page", "translation_key", "locale", "sort_order"}


class ConfidentialityReview(models.Model):
    """One review of one revision. Never edited: a changed content needs a new review."""

    page = models.ForeignKey(
        "wagtailcore.Page",
        on_delete=models.SET_NULL,
        null=True,
        related_name="confidentiality_reviews",
        verbose_name=_("page"),
    )
    revision = models.OneToOneField(
        "wagtailcore.Revision",
        on_delete=models.SET_NULL,
        null=True,
        related_name="confidentiality_review",
        verbose_name=_("revision"),
    )
    digest = models.CharField(_("SHA-256 of the content"), max_length=64)
    attribute = models.CharField(
        _("disclosure attribute"), max_length=16, choices=DisclosureAttribute
    )
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome)
    no_state_secret = models.BooleanField(_("no state secret"), default=False)
    no_work_secret = models.BooleanField(_("no work secret"), default=False)
    no_commercial_secret = models.BooleanField(_("no commercial secret"), default=False)
    no_private_data = models.BooleanField(_("no personal privacy"), default=False)
    basis = models.CharField(_("basis"), max_length=255, blank=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="reviews",
        verbose_name=_("reviewer"),
    )
    reviewed_at = models.DateTimeField(_("reviewed at"))
    signer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="releases",
        verbose_name=_("signing leader"),
    )
    signed_at = models.DateTimeField(_("released at"), null=True)

    CHECKS = ("no_state_secret", "no_work_secret", "no_commercial_secret", "no_private_data")

    class Meta:
        verbose_name = _("confidentiality review")
        verbose_name_plural = _("confidentiality reviews")
        ordering = ["-reviewed_at", "-pk"]
        indexes = [models.Index(fields=["page", "digest"], name="review_by_content")]
        constraints = [
            models.CheckConstraint(
                name="uncleared_review_has_basis",
                condition=models.Q(outcome=Outcome.CLEARED) | ~models.Q(basis=""),
            ),
            models.CheckConstraint(
                name="cleared_review_ticks_all_four_checks",
                condition=~models.Q(outcome=Outcome.CLEARED)
                | models.Q(
                    no_state_secret=True,
                    no_work_secret=True,
                    no_commercial_secret=True,
                    no_private_data=True,
                ),
            ),
            models.CheckConstraint(
                name="release_is_given_by_a_third_person",
                condition=models.Q(signer__isnull=True) | ~models.Q(signer=models.F("reviewer")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}: {self.page}"


class ShownFile(models.Model):
    """One file that the reviewer saw. The public may fetch it while the page shows it."""

    review = models.ForeignKey(
        ConfidentialityReview, on_delete=models.CASCADE, related_name="shown_files"
    )
    file_key = models.CharField(max_length=100)
    sha256 = models.CharField(max_length=64)

    class Meta:
        indexes = [models.Index(fields=["file_key", "sha256"], name="shown_file_lookup")]

    def __str__(self) -> str:
        return self.file_key


class Publication(models.Model):
    """A page reached the public: under which review, when, and what had to follow."""

    page = models.ForeignKey(
        "wagtailcore.Page", on_delete=models.CASCADE, related_name="publications"
    )
    review = models.ForeignKey(
        ConfidentialityReview, on_delete=models.PROTECT, related_name="publications"
    )
    published_at = models.DateTimeField(_("published at"))
    is_current = models.BooleanField(default=True)
    followed_up_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        constraints = [
            models.UniqueConstraint(
                fields=["page"],
                condition=models.Q(is_current=True),
                name="one_current_publication_per_page",
            )
        ]
        indexes = [
            models.Index(
                fields=["published_at"],
                condition=models.Q(followed_up_at__isnull=True),
                name="publication_to_follow_up",
            )
        ]

    def __str__(self) -> str:
        return f"{self.page} {self.published_at:%F %T}"


class ReviewedFileMixin(models.Model):
    """A file of the site: private until a cleared live page shows this very content."""

    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True, editable=False)

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if self.file and (not self.sha256 or not self.file._committed):
            self.sha256 = self._digest_of_file()
            if kwargs.get("update_fields") is not None:
                kwargs["update_fields"] = {*kwargs["update_fields"], "sha256"}
        return super().save(*args, **kwargs)

    def _digest_of_file(self) -> str:
        """Leaves an upload open and rewound: it has yet to be stored."""
        digest = hashlib.sha256()
        for chunk in self.file.chunks():
            digest.update(chunk)
        self.file.seek(0)
        return digest.hexdigest()

    @property
    def file_key(self) -> str:
        return f"{self._meta.label_lower}:{self.pk}"


class ClearedPageMixin(models.Model):
    """Fields and guard for every page type that can reach the public."""

    disclosure_attribute = models.CharField(
        _("disclosure attribute"),
        max_length=16,
        choices=DisclosureAttribute,
        default=DisclosureAttribute.PROACTIVE,
        help_text=_(
            "Fixed by the drafting unit and confirmed at release. Only information that "
            "is disclosed proactively, or after redaction, can be published."
        ),
    )
    disclosure_ground = models.CharField(
        _("ground for not disclosing"),
        max_length=16,
        choices=NonDisclosureGround,
        blank=True,
        help_text=_("Needed for information disclosed on request or not disclosed."),
    )

    needs_release = True

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        """Every way to the public ends here: editor, scheduler, API, shell, translation."""
        if not self._reaches_the_public(kwargs.get("update_fields")) or self._is_shown_as_it_is():
            return super().save(*args, **kwargs)
        review = self._review_to_go_live()
        with transaction.atomic():
            self._enter_publication(review)
            return super().save(*args, **kwargs)

    def update_aliases(self, **kwargs):
        """An alias would show content nobody reviewed for its place: it is left as it is."""

    def get_view_restrictions(self):
        """Those of the page and of all above it, in one query: no alias is ever public."""
        above = self.get_ancestors(inclusive=True)
        return PageViewRestriction.objects.filter(page__in=above)

    def permissions_for_user(self, user) -> ClearedPagePermissionTester:
        return ClearedPagePermissionTester(user, self)

    def publication_problems(self) -> list[Problem]:
        """What the page itself still lacks before it may be published; page types extend it."""
        if self.disclosure_attribute not in PUBLISHABLE:
            return [
                Problem(
                    _t("The disclosure attribute does not allow publication."),
                    "disclosure_attribute",
                )
            ]
        return []

    def clearance_problems(self) -> list[Problem]:
        """Everything that stands between this content and the public, the review included."""
        problems = self.publication_problems()
        review = self.review_of_content()
        if review is None:
            problems.append(Problem(_t("This content has not been reviewed for confidentiality.")))
        elif self.needs_release and review.signer_id is None:
            problems.append(Problem(_t("The signing leader has not released this content.")))
        return problems

    def is_cleared(self) -> bool:
        return not self.clearance_problems()

    def content_digest(self) -> str:
        return rules.content_digest(*self._reviewed())

    def canonical_content(self) -> bytes:
        """The bytes whose SHA-256 `content_digest` is, so that anyone can compute it again."""
        return rules.canonical_content(*self._reviewed())

    def _reviewed(self) -> tuple[dict, list[tuple[str, str]]]:
        """Content and files. The files first: who looks for them reads every stream, which fills
        in what its blocks were stored without, and the content is to be the same each time.
        """
        files = self.shown_files()
        return self._reviewed_content(), files

    def review_of_content(self) -> ConfidentialityReview | None:
        """The review that cleared exactly what this instance holds now; the latest one decides."""
        if self.pk is None:
            return None
        latest = ConfidentialityReview.objects.filter(
            page_id=self.pk, digest=self.content_digest(), attribute=self.disclosure_attribute
        ).first()
        return latest if latest and latest.outcome == Outcome.CLEARED else None

    def shown_files(self) -> list[tuple[str, str]]:
        """Pairs of "app.model:id" and SHA-256: every image and document the content refers to."""
        wanted: dict[type, set[str]] = {}
        for reference in ReferenceIndex._extract_references_from_object(self):
            model = ContentType.objects.get_for_id(reference[0]).model_class()
            if model is not None and issubclass(model, ReviewedFileMixin):
                wanted.setdefault(model, set()).add(reference[1])
        return [
            (file.file_key, file.sha256)
            for model, keys in wanted.items()
            for file in model._default_manager.filter(pk__in=keys)
        ]

    def _review_to_go_live(self) -> ConfidentialityReview:
        problems, review = self.clearance_problems(), self.review_of_content()
        if problems or not rules.may_go_live(review.attribute, review.outcome):
            raise NotCleared(self, problems)
        return review

    def _reaches_the_public(self, update_fields) -> bool:
        """Whether this save puts content before the public, or changes what is before it."""
        if update_fields is None or "live" in update_fields:
            return self.live
        changes_content = bool(set(update_fields) - BOOKKEEPING)
        return changes_content and Page.objects.filter(pk=self.pk, live=True).exists()

    def _is_shown_as_it_is(self) -> bool:
        """The public has exactly this content before it: only its place or state changes."""
        if not Page.objects.filter(pk=self.pk, live=True).exists():
            return False
        current = self.publications.filter(is_current=True)
        return current.filter(review__digest=self.content_digest()).exists()

    def _enter_publication(self, review: ConfidentialityReview) -> None:
        Publication.objects.filter(page_id=self.pk, is_current=True).update(is_current=False)
        Publication.objects.create(
            page_id=self.pk, review=review, published_at=self.last_published_at or timezone.now()
        )

    def _reviewed_content(self) -> dict:
        """What a reader can read, as JSON; moving and renaming a page is not among it."""
        data = json.loads(json.dumps(self.serializable_data(), cls=DjangoJSONEncoder))
        parent_links = {link.name for link in self._meta.parents.values() if link}
        content = _content_of(type(self), data, BOOKKEEPING | parent_links | {"pk"})
        for relation in get_all_child_relations(type(self)):
            name = relation.get_accessor_name()
            if name in content:
                model = relation.related_model
                content[name] = [
                    _content_of(model, row, CHILD_BOOKKEEPING) for row in content[name]
                ]
        return content


def _content_of(model: type, data: dict, left_out: set[str]) -> dict:
    """The fields without bookkeeping; a stream as data, for its text depends on who wrote it."""
    streams = {field.name for field in model._meta.fields if isinstance(field, StreamField)}
    return {
        name: json.loads(value) if name in streams and isinstance(value, str) else value
        for name, value in data.items()
        if name not in left_out
    }
