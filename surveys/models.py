import uuid
from collections.abc import Mapping
from datetime import date, timedelta

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, PageChooserPanel
from wagtail.models import Page
from wagtail.search import index

from cms.clearance.rules import Problem
from cms.pages.blocks import BodyBlock
from cms.pages.enums import ColumnType
from cms.pages.fields import StreamField
from cms.pages.models import BasePage

from . import faults, figures, questionnaire, rules
from .admin_forms import SurveyPageForm
from .blocks import QuestionsBlock
from .enums import Access, Purpose, SurveyStatus
from .panels import LockedQuestionsPanel

RESULTS_SLUG = "results"


class SurveyIndexPage(BasePage):
    """问卷调查: the column under which questionnaires stand (plan 2023, III.3; rulebook O5)."""

    introduction = StreamField(BodyBlock(), blank=True, verbose_name=_("introduction"))

    content_panels = [*BasePage.content_panels, "introduction"]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["surveys.SurveyPage"]
    column_type = ColumnType.CONSULTATION
    is_article = False
    needs_release = False

    class Meta:
        verbose_name = _("questionnaire column")

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        return {**context, "entries": self.entries(request.arrived_at)}

    def entries(self, at) -> list[dict]:
        """The live questionnaires, each with its state: open ones first. Two queries."""
        surveys = SurveyPage.objects.child_of(self).live().public().order_by("closes_at", "pk")
        results = SurveyResultsPage.objects.live().descendant_of(self)
        answered = {path[: -Page.steplen] for path in results.values_list("path", flat=True)}
        entries = [
            {
                "page": survey,
                "status": rules.status_of(
                    survey.opens_at, survey.closes_at, survey.path in answered, at
                ),
                "is_open": rules.period_is_open(survey.opens_at, survey.closes_at, at),
            }
            for survey in surveys
        ]
        return sorted(entries, key=lambda entry: not entry["is_open"])


class SurveyPage(BasePage):
    """A questionnaire (rulebook O10, page outline 5.6: title, explanation, period, questions)."""

    base_form_class = SurveyPageForm

    purpose = models.CharField(
        _("purpose"), max_length=16, choices=Purpose, default=Purpose.POLICY_NEED
    )
    about = models.ForeignKey(
        "wagtailcore.Page",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("about the page"),
        help_text=_("The open day, the consultation or the policy it belongs to."),
    )
    access = models.CharField(
        _("who may answer"),
        max_length=16,
        choices=Access,
        default=Access.OPEN,
        help_text=_("One-time links are sent to those who took part. Each serves once."),
    )
    opens_at = models.DateTimeField(_("opens at"), null=True, blank=True)
    closes_at = models.DateTimeField(
        _("closes at"),
        null=True,
        blank=True,
        help_text=_("The first moment at which no answer is taken any more."),
    )
    introduction = StreamField(BodyBlock(), blank=True, verbose_name=_("explanation"))
    questions = StreamField(QuestionsBlock(), blank=True, verbose_name=_("questions"))
    rewording_note = models.CharField(
        _("what was reworded"),
        max_length=300,
        blank=True,
        help_text=_(
            "Only once people have answered: which words were mended, and that the meaning is "
            "the same. Printed with the results. Becomes public."
        ),
    )
    thanks = models.TextField(
        _("words of thanks"), blank=True, help_text=_("Shown after sending. Becomes public.")
    )
    broken_down_by = models.CharField(
        _("results broken down by"),
        max_length=30,
        blank=True,
        help_text=_(
            "Short name of a question with one answer. Groups of fewer than ten are not shown."
        ),
    )
    texts_kept_days = models.PositiveSmallIntegerField(
        _("days that people's own words are kept after closing"),
        default=365,
        validators=[MinValueValidator(1)],
    )

    content_panels = [
        *BasePage.content_panels,
        LockedQuestionsPanel(heading=_("Answers received")),
        FieldRowPanel(["purpose", "access"]),
        PageChooserPanel("about"),
        FieldRowPanel(["opens_at", "closes_at"], heading=_("Time for answers")),
        "introduction",
        "questions",
        "rewording_note",
        "thanks",
        MultiFieldPanel(
            [FieldPanel("broken_down_by"), FieldPanel("texts_kept_days")],
            heading=_("Results and retention"),
        ),
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("introduction")]
    parent_page_types = ["surveys.SurveyIndexPage"]
    subpage_types = ["surveys.SurveyResultsPage"]
    column_type = ColumnType.CONSULTATION

    class Meta:
        verbose_name = _("questionnaire")
        constraints = [
            models.CheckConstraint(
                name="survey_closes_after_it_opens",
                condition=Q(closes_at__isnull=True)
                | Q(opens_at__isnull=True)
                | Q(closes_at__gt=F("opens_at")),
            ),
            models.CheckConstraint(
                name="survey_texts_have_an_end", condition=Q(texts_kept_days__gte=1)
            ),
        ]

    @cached_property
    def original(self) -> "SurveyPage":
        """The page in the first language: answers in every language are collected there."""
        if self.locale.language_code == settings.LANGUAGE_CODE:
            return self
        translations = SurveyPage.objects.filter(translation_key=self.translation_key)
        return translations.filter(locale__language_code=settings.LANGUAGE_CODE).first() or self

    @cached_property
    def parts(self) -> list[questionnaire.Question]:
        """Headings and questions in their order."""
        return questionnaire.questions_of(_as_stored(self.questions))

    @cached_property
    def answers_count(self) -> int:
        return Response.objects.filter(survey__translation_key=self.translation_key).count()

    @cached_property
    def live_results(self) -> Page | None:
        return self.get_children().live().public().filter(slug=RESULTS_SLUG).first()

    @property
    def texts_deleted_on(self) -> date | None:
        """The day on which people's own words go (rulebook I9)."""
        if self.closes_at is None:
            return None
        return timezone.localdate(self.closes_at) + timedelta(days=self.texts_kept_days)

    def status(self, at) -> SurveyStatus:
        return rules.status_of(self.opens_at, self.closes_at, self.live_results is not None, at)

    def takes_answers(self, at) -> bool:
        """Whether answers count at this moment; a translation asks what the original asks."""
        if not (self.live and rules.period_is_open(self.opens_at, self.closes_at, at)):
            return False
        if self.original is self:
            return True
        return self.original.takes_answers(at) and not self._differences_from_original()

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        return {**context, **self.standing(request.arrived_at)}

    def standing(self, at) -> dict:
        """Where the questionnaire stands at a moment, as its page prints it."""
        return {
            "status": self.status(at),
            "is_open": self.takes_answers(at),
            "is_invited": self.access == Access.INVITED,
            "results": self.live_results,
            "asked": questionnaire.asked(self.parts),
        }

    def publication_problems(self):
        needed = (
            (self.opens_at, _t("The moment of opening is missing."), "opens_at"),
            (self.closes_at, _t("The moment of closing is missing."), "closes_at"),
        )
        problems = [Problem(text, field) for value, text, field in needed if not value]
        if self.closes_at and self.closes_at <= timezone.now() and not self._is_live():
            text = _t("The period would end before it is published.")
            problems.append(Problem(text, "closes_at"))
        if self.original is not self and self._differences_from_original():
            text = _t("The questions differ from those of the Chinese page in more than wording.")
            problems.append(Problem(text, "questions"))
        return [
            *super().publication_problems(),
            *problems,
            *self.problems_of_questions(self.questions, self.rewording_note),
        ]

    def problems_of_questions(self, stream, note: str) -> list[Problem]:
        """What is wrong with these questions, also in view of the answers already given."""
        problems = [
            Problem(faults.sentence(fault), "questions")
            for fault in questionnaire.faults_of(stream)
        ]
        frozen = self.last_version()
        if problems or frozen is None or self.original is not self:
            return problems
        before, now = frozen.parts, questionnaire.questions_of(stream)
        changed = questionnaire.changes_of_meaning(before, now)
        if changed:
            return [Problem(faults.locked(changed), "questions")]
        if questionnaire.has_other_wording(before, now) and not note.strip():
            return [Problem(faults.note_missing(), "rewording_note")]
        return []

    def last_version(self) -> "QuestionnaireVersion | None":
        """The wording that people answered last; None while nobody has answered."""
        return self.versions.order_by("pk").last() if self.pk else None

    def grouping_question(self) -> questionnaire.Question | None:
        """The question that results are broken down by."""
        wanted = self.broken_down_by.strip()
        found = (part for part in self.parts if wanted and part.name == wanted)
        return next(found, None)

    def _differences_from_original(self) -> list[questionnaire.Question]:
        return questionnaire.changes_of_meaning(self.original.parts, self.parts)

    def _is_live(self) -> bool:
        return SurveyPage.objects.filter(pk=self.pk, live=True).exists()


def _as_stored(stream):
    """A copy to read from. Reading fills in what the blocks have gained since they were saved,
    and the content that was reviewed must not become another by being looked at."""
    return stream.stream_block.to_python([dict(part) for part in stream.raw_data])


class QuestionnaireVersion(models.Model):
    """The questions word for word as people answered them. Kept for good, never edited."""

    survey = models.ForeignKey(SurveyPage, on_delete=models.PROTECT, related_name="versions")
    questions = models.JSONField()
    sha256 = models.CharField(max_length=64)
    note = models.CharField(_("what was reworded"), max_length=300, blank=True)
    answered_from = models.DateField(_("answered from"))

    class Meta:
        verbose_name = _("version of a questionnaire")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["survey", "sha256"], name="survey_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.survey} {self.answered_from}"

    @cached_property
    def parts(self) -> list[questionnaire.Question]:
        return questionnaire.from_data(self.questions)


class Response(models.Model):
    """What one person answered, and nothing about who it was.

    The key is random, so that no order leads to a person; one who came by a one-time link
    leaves not even the day.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(SurveyPage, on_delete=models.PROTECT, related_name="responses")
    version = models.ForeignKey(QuestionnaireVersion, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(_("language"), max_length=10)
    answered_on = models.DateField(_("answered on"), null=True)
    answers = models.JSONField(_("answers"))

    class Meta:
        verbose_name = _("answers to a questionnaire")
        verbose_name_plural = _("answers to questionnaires")
        permissions = [
            ("export_response", "Can take answers away as a file"),
            ("make_results", "Can make a results page from answers"),
            ("send_texts", "Can send people's own words to a desk"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class TextAnswer(models.Model):
    """Somebody's own words: never public by themselves, and deleted on their day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="texts")
    question_key = models.CharField(max_length=40)
    text = models.TextField(_("text"))
    sent_on = models.DateField(_("sent to a desk on"), null=True)

    class Meta:
        verbose_name = _("text of an answer")
        constraints = [
            models.UniqueConstraint(
                fields=["response", "question_key"], name="survey_one_text_per_question"
            )
        ]

    def __str__(self) -> str:
        return self.text[:50]


class Invitation(models.Model):
    """A one-time link. Nothing leads from it to whom it was sent, nor to what was answered."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(SurveyPage, on_delete=models.CASCADE, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    purpose = models.CharField(_("purpose"), max_length=100, blank=True)
    issued_on = models.DateField(_("issued on"))
    used_on = models.DateField(_("used on"), null=True)

    class Meta:
        verbose_name = _("one-time link")
        verbose_name_plural = _("one-time links")
        constraints = [
            models.CheckConstraint(
                condition=Q(used_on__isnull=True) | Q(used_on__gte=F("issued_on")),
                name="invitation_is_used_after_it_was_issued",
            )
        ]

    def __str__(self) -> str:
        return f"{self.survey} {self.issued_on}"


class SurveyResultsPage(BasePage):
    """问卷结果: numbers frozen after closing, with small groups withheld; public when released."""

    figures = models.JSONField(default=dict, editable=False)
    method = StreamField(BodyBlock(), blank=True, verbose_name=_("how the survey was done"))
    remarks = StreamField(
        BodyBlock(),
        blank=True,
        verbose_name=_("what follows from it"),
        help_text=_("Also the place to quote people's words after reading them. Becomes public."),
    )

    content_panels = [*BasePage.content_panels, "method", "remarks"]
    search_fields = [*BasePage.search_fields, index.SearchField("remarks")]
    parent_page_types = ["surveys.SurveyPage"]
    subpage_types = []
    max_count_per_parent = 1
    column_type = ColumnType.CONSULTATION

    class Meta:
        verbose_name = _("results of a questionnaire")

    @classmethod
    def can_create_at(cls, parent) -> bool:
        """Results are made from answers (``actions.results.make_results``), not typed."""
        return False

    @property
    def survey(self) -> SurveyPage:
        return self.get_parent().specific

    def publication_problems(self):
        problems = super().publication_problems()
        if not self.figures:
            problems.append(Problem(_t("The results have not been made from the answers.")))
        return problems

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        survey = self.survey
        return {**context, "survey": survey, **figures.as_shown(self._figures_in_words_of(survey))}

    def _figures_in_words_of(self, survey: SurveyPage) -> Mapping:
        """A translation says what its own questionnaire asked; the numbers are the same."""
        if survey.original is survey:
            return self.figures
        return figures.in_words_of(self.figures, survey.parts)
