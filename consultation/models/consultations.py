from datetime import date, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce, Left
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable, Page, TranslatableMixin
from wagtail.search import index

from cms.clearance.rules import Problem
from cms.pages.blocks import BodyBlock
from cms.pages.enums import ColumnType
from cms.pages.fields import StreamField
from cms.pages.models import BasePage

from .. import articles, rules
from ..admin_forms import ConsultationPageForm
from ..blocks import DraftBlock
from ..enums import Channel, ConsultationStatus, DraftKind

MOMENT = timedelta(microseconds=1)
KEPT_SECONDS = 30


class ConsultationPage(BasePage):
    """A draft decision put before the public (713, Art. 14-15; page outline 5.2)."""

    base_form_class = ConsultationPageForm

    draft_name = models.CharField(
        _("title of the draft"),
        max_length=200,
        help_text=_("Without book marks, for example: 淞南镇加装电梯补贴办法（草案）"),
    )
    opens_at = models.DateTimeField(_("opens at"), null=True, blank=True)
    closes_at = models.DateTimeField(
        _("closes at"),
        null=True,
        blank=True,
        help_text=_(
            "The first moment at which no opinion is taken any more. Never earlier once "
            "the period has begun; later only with a dated notice below."
        ),
    )
    short_period_reason = models.TextField(
        _("reason for a period under 30 days"),
        blank=True,
        help_text=_("Printed on the page. Becomes public."),
    )
    announced_on = models.DateField(
        _("announced elsewhere on"),
        null=True,
        blank=True,
        help_text=_(
            "Only for a consultation that was published in another place before. "
            "Printed on the page; the period counts from this day."
        ),
    )
    attribution = models.TextField(
        _("attribution"),
        blank=True,
        help_text=_("Source and licence of texts taken over. Public."),
    )
    draft = StreamField(DraftBlock(), blank=True, verbose_name=_("full text of the draft"))
    draft_file = models.ForeignKey(
        "pages.SiteDocument",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("the draft as a file"),
    )
    explanation = StreamField(BodyBlock(), blank=True, verbose_name=_("explanation of the draft"))
    interpretation = StreamField(
        BodyBlock(), blank=True, verbose_name=_("interpretation of the draft")
    )
    background = StreamField(BodyBlock(), blank=True, verbose_name=_("background of the decision"))
    activities = StreamField(
        BodyBlock(), blank=True, verbose_name=_("related activities (symposia, hearings)")
    )
    contact_person = models.CharField(_("contact person"), max_length=50, blank=True)
    contact_phone = models.CharField(_("telephone"), max_length=50, blank=True)
    contact_address = models.CharField(_("postal address"), max_length=200, blank=True)
    contact_postcode = models.CharField(_("postcode"), max_length=10, blank=True)
    contact_email = models.EmailField(_("e-mail"), blank=True)
    concentrated_count = models.PositiveSmallIntegerField(
        _("concentrated from this many opinions"), default=rules.CONCENTRATED_COUNT
    )
    concentrated_percent = models.PositiveSmallIntegerField(
        _("or from this share of all, in per cent"), default=rules.CONCENTRATED_PERCENT
    )
    concentrated_people = models.PositiveSmallIntegerField(
        _("and from this many different people"), default=rules.CONCENTRATED_PEOPLE
    )

    content_panels = [
        *BasePage.content_panels,
        "draft_name",
        MultiFieldPanel(
            [
                FieldRowPanel(["opens_at", "closes_at"]),
                "short_period_reason",
                "announced_on",
                InlinePanel("extensions", heading=_("Extensions"), label=_("extension")),
            ],
            heading=_("Period"),
        ),
        "draft",
        "draft_file",
        "explanation",
        "interpretation",
        "background",
        "activities",
        InlinePanel("attachments", heading=_("Attachments"), label=_("attachment")),
        MultiFieldPanel(
            [
                FieldRowPanel(["contact_person", "contact_phone"]),
                FieldRowPanel(["contact_address", "contact_postcode"]),
                "contact_email",
            ],
            heading=_("Contact"),
        ),
        FieldRowPanel(
            ["concentrated_count", "concentrated_percent", "concentrated_people"],
            heading=_("What counts as concentrated"),
        ),
        "attribution",
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("draft_name"),
        index.SearchField("draft"),
        index.SearchField("explanation"),
        index.SearchField("interpretation"),
        index.SearchField("background"),
    ]
    parent_page_types = ["consultation.DecisionPage"]
    subpage_types = []
    max_count_per_parent = 1
    column_type = ColumnType.CONSULTATION

    class Meta:
        verbose_name = _("consultation")
        constraints = [
            models.CheckConstraint(
                name="consultation_closes_after_it_opens",
                condition=Q(closes_at__isnull=True)
                | Q(opens_at__isnull=True)
                | Q(closes_at__gt=F("opens_at")),
            ),
            models.CheckConstraint(
                name="concentrated_from_at_least_one",
                condition=Q(
                    concentrated_count__gte=1,
                    concentrated_percent__gte=1,
                    concentrated_people__gte=1,
                ),
            ),
        ]

    @cached_property
    def original(self) -> "ConsultationPage":
        """The page in the first language: opinions in every language are collected there."""
        if self.locale.language_code == settings.LANGUAGE_CODE:
            return self
        translations = ConsultationPage.objects.filter(translation_key=self.translation_key)
        return translations.filter(locale__language_code=settings.LANGUAGE_CODE).first() or self

    @cached_property
    def live_report(self) -> Page | None:
        """The report beside it, once it is public; its address is fixed by the contract."""
        return self.get_siblings().live().filter(slug="adoption-report").first()

    def status(self, at) -> ConsultationStatus:
        answered = self.live_report is not None
        return rules.status_of(self.opens_at, self.closes_at, answered, at)

    def days_left(self, at) -> int:
        return rules.days_left(self.closes_at, at) if self.closes_at else 0

    def takes_opinions(self, at) -> bool:
        return self.live and rules.period_is_open(self.opens_at, self.closes_at, at)

    @property
    def threshold(self) -> rules.Threshold:
        """What this consultation calls concentrated (rulebook A4)."""
        return rules.Threshold(
            self.concentrated_count, self.concentrated_percent, self.concentrated_people
        )

    @property
    def last_day(self) -> date | None:
        """The last day on which opinions are taken; a midnight belongs to the day before."""
        return timezone.localdate(self.closes_at - MOMENT) if self.closes_at else None

    @cached_property
    def received_so_far(self) -> int:
        """How many opinions count so far, in every language."""
        return self._counted_so_far[0]

    @cached_property
    def versions_so_far(self) -> int:
        """How many versions of the text are public: the drafts, and the decision if it is."""
        return self._counted_so_far[1]

    @cached_property
    def _counted_so_far(self) -> tuple[int, int]:
        """Opinions and versions, in one query."""
        this = {"consultation__translation_key": self.translation_key}
        opinions = self.opinion_counts.model.objects.counted().filter(**this)
        parent = Left(OuterRef("consultation__path"), len(self.path) - self.steplen)
        is_public = Q(kind=DraftKind.DRAFT) | Exists(Page.objects.live().filter(path=parent))
        versions = self.versions.model.objects.filter(is_public, **this)
        counted = ConsultationPage.objects.filter(pk=self.pk).values_list(
            _number_of(opinions, Sum("number")), _number_of(versions, Count("pk"))
        )
        return counted.first() or (0, 0)

    def draft_parts(self):
        return articles.parts_of(self.draft)

    def ways(self) -> list[dict]:
        """The ways open to the public, in the order of a notice; the form has no other address."""
        address = self.contact_address
        if address and self.contact_postcode:
            said = {"address": address, "postcode": self.contact_postcode}
            letters = _t("%(address)s (postcode %(postcode)s)") % said
        else:
            letters = address
        ways = (
            (Channel.LETTER, letters),
            (Channel.EMAIL, self.contact_email),
            (Channel.COUNTER, address),
            (Channel.PHONE, self.contact_phone),
        )
        named = [{"label": way.label, "value": value} for way, value in ways if value]
        return [{"label": Channel.WEB.label, "value": ""}, *named]

    def draft_files(self) -> list[dict]:
        return [_file(self.draft_file)] if self.draft_file_id else []

    def attached_files(self) -> list[dict]:
        attachments = self.attachments.select_related("document")
        return [_file(attachment.document, attachment.title) for attachment in attachments]

    def files(self) -> list[dict]:
        return self.draft_files() + self.attached_files()

    def texts_digest(self) -> str:
        """Names the long texts by their content, so that one wording never shows as another."""
        return articles.digest(
            self.draft, self.explanation, self.interpretation, self.background, self.activities
        )

    def article(self, key: str):
        return articles.article_of(self.draft, key)

    @cached_property
    def current_version_id(self) -> int | None:
        """The version of the draft that is public now: what an opinion of today is written for."""
        drafts = self.versions.filter(kind=DraftKind.DRAFT)
        return drafts.values_list("pk", flat=True).last()

    def article_names(self) -> dict[str, str]:
        """Key → label, of every article of every published version; the latest name counts."""
        names: dict[str, str] = {}
        for version in self.versions.all():
            names |= {article["key"]: article["label"] for article in version.articles}
        with override(self.locale.language_code):
            present = {article.key: article.label for article in articles.articles_of(self.draft)}
        return present | names

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        key = self.live_key(request)
        if key:
            self._take_kept_answers(f"{key}:answers")
        standing = self.standing(request.arrived_at)
        if key and standing["status"] != ConsultationStatus.CLOSED:
            context["kept_under"] = f"{key}:{'|'.join(map(str, standing.values()))}"
        return {**context, **standing}

    def _take_kept_answers(self, key: str) -> None:
        """The numbers and the report are the same for all: asked twice a minute."""
        self._counted_so_far, self.live_report = cache.get_or_set(
            key, lambda: (self._counted_so_far, self.live_report), KEPT_SECONDS
        )

    def standing(self, at) -> dict:
        """Where the consultation stands at a moment, as its page prints it."""
        return {
            "status": self.status(at).value,
            "days_left": self.days_left(at),
            "is_open": rules.period_is_open(self.opens_at, self.closes_at, at),
            "is_short": self._is_short(),
            "received": self.received_so_far,
            "report": self.live_report,
        }

    def _is_short(self) -> bool:
        """Whether the reason for a period under 30 days has to be printed (713, Art. 15)."""
        if not (self.opens_at and self.closes_at and self.short_period_reason.strip()):
            return False
        begins = rules.begins_on(self.opens_at, self.first_published_at or self.opens_at)
        if self.announced_on:
            begins = min(self.announced_on, begins)
        return rules.needs_short_period_reason(rules.period_days(begins, self.closes_at))

    def publication_problems(self):
        problems = super().publication_problems() + self._missing_parts()
        if self.opens_at and self.closes_at:
            problems += self._period_problems(timezone.now())
        return problems

    def _missing_parts(self) -> list[Problem]:
        """What a notice must hold (713, Art. 15; rulebook C2, C5)."""
        needed = (
            (self.draft or self.draft_file_id, _t("The draft is missing."), "draft"),
            (self.explanation, _t("The explanation of the draft is missing."), "explanation"),
            (self.opens_at, _t("The moment of opening is missing."), "opens_at"),
            (self.closes_at, _t("The moment of closing is missing."), "closes_at"),
            (self.department_id, _t("The responsible department is missing."), "department"),
            (self.contact_person, _t("The contact person is missing."), "contact_person"),
            (self.contact_phone, _t("The contact telephone is missing."), "contact_phone"),
        )
        return [Problem(text, field) for value, text, field in needed if not value]

    def _period_problems(self, at) -> list[Problem]:
        shown = self._shown_period()
        if shown is None:
            return self._first_period_problems(at)
        problems = []
        wanted = (self.opens_at, self.closes_at)
        if rules.period_was_cut(shown, wanted, at):
            problems.append(Problem(_t("A running period is never shortened."), "closes_at"))
        if rules.has_late_extension(shown[1], wanted[1], at):
            problems.append(Problem(_t("A period that has ended is not reopened."), "closes_at"))
        if wanted[1] > shown[1] and not self._extension_is_announced():
            problems.append(Problem(_t("An extension needs a dated notice."), "closes_at"))
        if not rules.period_has_begun(shown[0], at):
            problems += self._first_period_problems(at)
        return problems

    def _first_period_problems(self, at) -> list[Problem]:
        if self.announced_on:
            begins = min(self.announced_on, timezone.localdate(self.opens_at))
        elif self.closes_at <= at:
            return [Problem(_t("The period would end before it is published."), "closes_at")]
        else:
            begins = rules.begins_on(self.opens_at, at)
        days = rules.period_days(begins, self.closes_at)
        if rules.needs_short_period_reason(days) and not self.short_period_reason.strip():
            text = _t("The period has %(days)d days: under 30 it needs a reason that is printed.")
            return [Problem(text % {"days": days}, "short_period_reason")]
        return []

    def _shown_period(self):
        shown = ConsultationPage.objects.filter(pk=self.pk, live=True)
        return shown.values_list("opens_at", "closes_at").first()

    def _extension_is_announced(self) -> bool:
        return any(extension.closes_at == self.closes_at for extension in self.extensions.all())


def _number_of(rows, number) -> Coalesce:
    """How many there are, as a part of another query."""
    same = rows.order_by().values("consultation__translation_key")
    return Coalesce(Subquery(same.annotate(n=number).values("n")), 0)


def _file(document, title: str = "") -> dict:
    """A file as components/attachments.html lists it."""
    return {
        "name": title or document.title,
        "url": document.url,
        "size": document.get_file_size(),
        "kind": document.file_extension,
    }


class Extension(TranslatableMixin, Orderable):
    """The period was made longer, on a day and for a reason that the page shows (C13)."""

    page = ParentalKey(ConsultationPage, on_delete=models.CASCADE, related_name="extensions")
    announced_on = models.DateField(_("announced on"))
    closes_at = models.DateTimeField(_("extended to"))
    reason = models.TextField(_("reason"))

    panels = [FieldRowPanel(["announced_on", "closes_at"]), "reason"]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("extension")

    def __str__(self) -> str:
        return f"{self.closes_at:%F %R}"


class ConsultationAttachment(TranslatableMixin, Orderable):
    page = ParentalKey(ConsultationPage, on_delete=models.CASCADE, related_name="attachments")
    document = models.ForeignKey(
        "pages.SiteDocument",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("document"),
    )
    title = models.CharField(_("title"), max_length=200, blank=True)

    panels = ["document", "title"]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("attachment")

    def __str__(self) -> str:
        return self.title or str(self.document)


class ConsultationMoment(models.Model):
    """The clock passed the opening or the closing of a consultation; noted once."""

    consultation = models.ForeignKey(
        ConsultationPage, on_delete=models.CASCADE, related_name="moments"
    )
    kind = models.CharField(max_length=8, choices=[("opened", "opened"), ("closed", "closed")])
    falls_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "kind", "falls_at"], name="moment_is_noted_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.consultation}: {self.kind}"
