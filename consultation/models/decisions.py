from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    PageChooserPanel,
)
from wagtail.models import Orderable, Page, TranslatableMixin
from wagtail.search import index

from cms.clearance.rules import Problem
from cms.pages.blocks import BodyBlock
from cms.pages.enums import ColumnType
from cms.pages.fields import StreamField
from cms.pages.models import BasePage

from .. import articles, dossier, rules
from ..blocks import DraftBlock
from ..enums import Adjustment, DecisionClass, DossierPart, PartState


class DecisionIndexPage(BasePage):
    """重大行政决策: the column under which the yearly catalogues stand."""

    introduction = StreamField(BodyBlock(), blank=True, verbose_name=_("introduction"))

    content_panels = [*BasePage.content_panels, "introduction"]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["consultation.DecisionCataloguePage"]
    column_type = ColumnType.POLICY
    is_article = False
    needs_release = False

    class Meta:
        verbose_name = _("decision column")

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        children = DecisionCataloguePage.objects.child_of(self).live().public()
        context["catalogues"] = children.order_by("-year")
        return context


class DecisionCataloguePage(BasePage):
    """The yearly catalogue of major administrative decisions (plan 2023, III.1; 713, Art. 3)."""

    # Not unique: its translation is a second row with the same year.
    year = models.PositiveSmallIntegerField(_("year"))
    introduction = StreamField(BodyBlock(), blank=True, verbose_name=_("notice text"))
    party_consent_on = models.DateField(
        _("consent of the Party committee on"),
        null=True,
        blank=True,
        help_text=_("The committee of the same level agrees before publication. Not shown."),
    )

    content_panels = [
        *BasePage.content_panels,
        FieldRowPanel(["year", "party_consent_on"]),
        "introduction",
        InlinePanel("matters", heading=_("Matters"), label=_("matter")),
    ]
    parent_page_types = ["consultation.DecisionIndexPage"]
    subpage_types = ["consultation.DecisionPage"]
    column_type = ColumnType.POLICY

    class Meta:
        verbose_name = _("decision catalogue")

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        return {**context, "matters": self.matters_with_dossiers()}

    def matters_with_dossiers(self) -> list["CatalogueMatter"]:
        """The lines, each with what is public of its dossier in the reader's language."""
        matters = list(self.matters.select_related("decision"))
        keys = [matter.decision.translation_key for matter in matters if matter.decision]
        public = {page.translation_key: page for page in self._public_dossiers(keys)}
        for matter in matters:
            key = matter.decision.translation_key if matter.decision else None
            matter.dossier = public.get(key)
        return matters

    def _public_dossiers(self, keys: list) -> list[Page]:
        public = Page.objects.live().public()
        dossiers = public.filter(translation_key__in=keys, locale=self.locale)
        below = public.descendant_of(self).filter(depth=self.depth + 2)
        shown = {(page.path[: -Page.steplen], page.slug): page for page in below}
        found = list(dossiers)
        for page in found:
            page.shown_consultation = shown.get((page.path, "consultation"))
            page.shown_report = shown.get((page.path, "adoption-report"))
        return found


class CatalogueMatter(TranslatableMixin, Orderable):
    """One line of the catalogue, with the columns of a real Shanghai town's (rulebook D4)."""

    catalogue = ParentalKey(
        DecisionCataloguePage, on_delete=models.CASCADE, related_name="matters"
    )
    name = models.CharField(_("matter"), max_length=200)
    decision_class = models.CharField(_("class"), max_length=16, choices=DecisionClass)
    department_name = models.CharField(_("responsible department"), max_length=100)
    planned_completion = models.CharField(_("planned completion"), max_length=50)
    adjustment = models.CharField(
        _("adjustment"), max_length=16, choices=Adjustment, default=Adjustment.ADDED
    )
    decision = models.ForeignKey(
        "wagtailcore.Page",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("dossier"),
    )

    panels = [
        "name",
        FieldRowPanel(["decision_class", "department_name"]),
        FieldRowPanel(["planned_completion", "adjustment"]),
        PageChooserPanel("decision", "consultation.DecisionPage"),
    ]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("matter")

    def __str__(self) -> str:
        return self.name


class DecisionPage(BasePage):
    """One decision and its dossier of ten parts, from draft to effect evaluation (D20)."""

    decision_class = models.CharField(_("class"), max_length=16, choices=DecisionClass)
    planned_completion = models.CharField(_("planned completion"), max_length=50, blank=True)
    adjustment = models.CharField(
        _("adjustment"), max_length=16, choices=Adjustment, default=Adjustment.ADDED
    )
    meeting_name = models.CharField(_("meeting"), max_length=100, blank=True)
    issued_on = models.DateField(_("decision issued on"), null=True, blank=True)
    legality_reviewed_on = models.DateField(_("legality reviewed on"), null=True, blank=True)
    fair_competition_reviewed_on = models.DateField(
        _("fair competition reviewed on"), null=True, blank=True
    )
    decision_title = models.CharField(_("title of the decision"), max_length=255, blank=True)
    decision_text = StreamField(
        DraftBlock(),
        blank=True,
        verbose_name=_("text of the decision"),
        help_text=_(
            "Article by article. Begin from the draft (“Record the decision” offers it), so that "
            "everyone can see what was changed because of the opinions. Becomes public."
        ),
    )

    content_panels = [
        *BasePage.content_panels,
        FieldRowPanel(["decision_class", "adjustment", "planned_completion"]),
        FieldRowPanel(["legality_reviewed_on", "fair_competition_reviewed_on"]),
        MultiFieldPanel(
            [
                FieldRowPanel(
                    [
                        FieldPanel("meeting_name", read_only=True),
                        FieldPanel("issued_on", read_only=True),
                    ]
                )
            ],
            heading=_("The decision"),
            help_text=_("Entered with the button “Record the decision”, which starts the clock."),
        ),
        "decision_title",
        "decision_text",
        InlinePanel("parts", heading=_("Parts of the dossier"), label=_("part"), max_num=10),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.RelatedFields(
            "parts",
            [
                index.SearchField("body"),
            ],
        ),
    ]
    parent_page_types = ["consultation.DecisionCataloguePage"]
    subpage_types = ["consultation.ConsultationPage", "consultation.AdoptionReportPage"]
    column_type = ColumnType.POLICY

    class Meta:
        verbose_name = _("decision")

    @cached_property
    def consultation(self):
        """The consultation page below, live or not; its address is fixed by the contract."""
        return self._child("consultation")

    @cached_property
    def report(self):
        return self._child("adoption-report")

    def _child(self, slug: str):
        page = self.get_children().filter(slug=slug).first()
        return page.specific if page else None

    @property
    def live_consultation(self):
        return self.consultation if self.consultation and self.consultation.live else None

    @property
    def live_report(self):
        return self.report if self.report and self.report.live else None

    def decision_parts(self):
        return articles.parts_of(self.decision_text)

    def publication_problems(self):
        problems = super().publication_problems()
        if not self.department_id:
            problems.append(Problem(_t("The responsible department is missing."), "department"))
        return problems

    def information_rows(self) -> list[dict]:
        """With the facts of the catalogue after those of every document (page outline 5.1)."""
        rows = (
            (_t("Decision class"), self.get_decision_class_display()),
            (_t("Responsible department"), str(self.department or "")),
            (_t("Planned completion"), self.planned_completion),
            (_t("Adjustment"), self.get_adjustment_display()),
        )
        return super().information_rows() + [
            {"label": label, "value": value} for label, value in rows if value
        ]

    def dossier_parts(self) -> list[dossier.Part]:
        known = {
            DossierPart.OPINIONS: self.live_report,
            DossierPart.RESULT: self.issued_on,
        }
        return dossier.ten_parts(
            self.parts.all(), self._parts_elsewhere(), [part for part in known if known[part]]
        )

    def _parts_elsewhere(self) -> dict[str, str]:
        """Where on the consultation page a part stands that has no text here."""
        page = self.live_consultation
        if page is None:
            return {}
        shown = {
            DossierPart.DRAFT: page.draft or page.draft_file_id,
            DossierPart.EXPLANATION: page.explanation,
            DossierPart.INTERPRETATION: page.interpretation,
            DossierPart.BACKGROUND: page.background,
        }
        return {part: f"{page.url}#{part.value}" for part, text in shown.items() if text}

    def course_facts(self, at) -> dossier.Facts:
        page = self.live_consultation
        return dossier.Facts(
            status=page
            and rules.status_of(page.opens_at, page.closes_at, self.live_report is not None, at),
            closes_on=page and page.last_day,
            legality_reviewed_on=self.legality_reviewed_on,
            issued_on=self.issued_on,
            meeting_name=self.meeting_name,
        )

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        parts, facts = self.dossier_parts(), self.course_facts(request.arrived_at)
        return {**context, "parts": parts, "facts": facts, "steps": dossier.course(parts, facts)}


class DossierSection(TranslatableMixin, Orderable):
    """One of the ten parts, with what is said of it. Parts without a row are not yet reached."""

    page = ParentalKey(DecisionPage, on_delete=models.CASCADE, related_name="parts")
    part = models.CharField(_("part"), max_length=16, choices=DossierPart)
    state = models.CharField(
        _("state"), max_length=16, choices=PartState, default=PartState.PUBLISHED
    )
    reason = models.CharField(
        _("reason or legal ground"),
        max_length=255,
        blank=True,
        help_text=_("Printed where the part does not apply or is not disclosed."),
    )
    body = StreamField(BodyBlock(), blank=True, verbose_name=_("text"))

    panels = [FieldRowPanel(["part", "state"]), "reason", "body"]

    class Meta(TranslatableMixin.Meta, Orderable.Meta):
        verbose_name = _("part of the dossier")
        constraints = [
            models.CheckConstraint(
                name="part_left_out_says_why",
                condition=~Q(state__in=[PartState.NOT_APPLICABLE, PartState.WITHHELD])
                | ~Q(reason=""),
            )
        ]

    def __str__(self) -> str:
        return self.get_part_display()
