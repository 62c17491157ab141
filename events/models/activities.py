from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.models import Page
from wagtail.search import index

from cms.clearance.rules import Problem
from cms.pages.blocks import BodyBlock
from cms.pages.fields import StreamField
from cms.pages.models import BasePage

from .. import rules
from ..admin_forms import ActivityPageForm
from ..blocks import AgendaBlock
from ..enums import BY_FORM, Admission, Audience, Part, Residence, Unit
from .freshness import FreshMixin

REPORT_SLUG = "report"


class ActivityPage(FreshMixin, BasePage):
    """One activity of the open day (page outline 5.4). The publishing unit is its organiser.

    Sessions, places and sign-ups belong to the page of the first language (`original`).
    """

    base_form_class = ActivityPageForm

    theme = models.CharField(_("theme"), max_length=100, help_text=_("Becomes public."))
    place = models.CharField(_("place"), max_length=100, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    directions = models.TextField(
        _("how to get there"), blank=True, help_text=_("Bus, metro, parking. Becomes public.")
    )
    accessibility = models.TextField(
        _("access for disabled people"),
        blank=True,
        help_text=_("Ramps, lifts, toilets, sign language. Becomes public."),
    )
    agenda = StreamField(AgendaBlock(), blank=True, verbose_name=_("programme"))
    expected = models.PositiveIntegerField(
        _("expected number of participants"), null=True, blank=True
    )
    audiences = models.JSONField(_("who may sign up"), default=list, blank=True)
    residence = models.CharField(
        _("residence"), max_length=10, choices=Residence, default=Residence.ANYONE
    )
    min_age = models.PositiveSmallIntegerField(_("youngest age on the day"), null=True, blank=True)
    max_age = models.PositiveSmallIntegerField(_("oldest age on the day"), null=True, blank=True)
    conditions = models.TextField(
        _("other conditions"), blank=True, help_text=_("Becomes public.")
    )
    admission = models.CharField(
        _("admission"), max_length=12, choices=Admission, default=Admission.FIRST_COME
    )
    unit = models.CharField(_("places are for"), max_length=12, choices=Unit, default=Unit.PERSONS)
    party_max = models.PositiveSmallIntegerField(
        _("largest party"),
        default=4,
        help_text=_("People in one sign-up, the applicant included."),
    )
    opens_at = models.DateTimeField(_("sign-up opens at"), null=True, blank=True)
    closes_at = models.DateTimeField(
        _("sign-up closes at"),
        null=True,
        blank=True,
        help_text=_("The first moment at which no sign-up is taken any more."),
    )
    offer_hours = models.PositiveSmallIntegerField(
        _("hours to answer an offered place"),
        default=24,
        help_text=_("0: whoever moves up from the waiting list is confirmed at once."),
    )
    releases_unconfirmed = models.BooleanField(
        _("places not confirmed the day before are given to others"),
        default=False,
        help_text=_("The page says so to everybody who signs up."),
    )
    asks_questions = models.BooleanField(_("questions can be sent in advance"), default=True)
    asks_needs = models.BooleanField(_("ask for accessibility needs"), default=True)
    notes = StreamField(BodyBlock(), blank=True, verbose_name=_("please note"))
    contact_person = models.CharField(_("contact person"), max_length=50, blank=True)
    contact_phone = models.CharField(_("telephone"), max_length=50, blank=True)

    content_panels = [
        *BasePage.content_panels,
        "theme",
        MultiFieldPanel(
            [FieldRowPanel(["place", "address"]), "directions", "accessibility"],
            heading=_("Place"),
        ),
        "agenda",
        MultiFieldPanel(
            [
                FieldPanel("audiences"),
                FieldRowPanel(["residence", "min_age", "max_age"]),
                "conditions",
                "expected",
            ],
            heading=_("Who may come"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel(["admission", "unit", "party_max"]),
                FieldRowPanel(["opens_at", "closes_at"]),
                FieldRowPanel(["offer_hours", "releases_unconfirmed"]),
                FieldRowPanel(["asks_questions", "asks_needs"]),
            ],
            heading=_("Sign-up"),
        ),
        "notes",
        FieldRowPanel(["contact_person", "contact_phone"], heading=_("Contact")),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("theme"),
        index.SearchField("place"),
        index.SearchField("address"),
        index.SearchField("agenda"),
    ]
    parent_page_types = ["events.OpenDayPage"]
    subpage_types = ["events.ActivityReportPage"]

    class Meta:
        verbose_name = _("open day activity")
        constraints = [
            models.CheckConstraint(
                name="sign_up_closes_after_it_opens",
                condition=Q(opens_at__isnull=True)
                | Q(closes_at__isnull=True)
                | Q(closes_at__gt=F("opens_at")),
            ),
            models.CheckConstraint(
                name="ages_in_order",
                condition=Q(min_age__isnull=True)
                | Q(max_age__isnull=True)
                | Q(max_age__gte=F("min_age")),
            ),
            models.CheckConstraint(
                name="a_party_has_people",
                condition=Q(party_max__gte=1, party_max__lte=rules.LARGEST_PARTY),
            ),
        ]

    @cached_property
    def original(self) -> "ActivityPage":
        """The page in the first language: its sessions and sign-ups are those of all languages."""
        if self.locale.language_code == settings.LANGUAGE_CODE:
            return self
        translations = ActivityPage.objects.filter(translation_key=self.translation_key)
        return translations.filter(locale__language_code=settings.LANGUAGE_CODE).first() or self

    def in_language(self, language: str) -> "ActivityPage":
        """The public translation of an original, or itself where there is none."""
        if language == settings.LANGUAGE_CODE:
            return self
        translations = ActivityPage.objects.live().filter(translation_key=self.translation_key)
        return translations.filter(locale__language_code=language).first() or self

    @cached_property
    def live_report(self) -> Page | None:
        """The report of the day, once it is public; its address is fixed."""
        return self.get_children().live().filter(slug=REPORT_SLUG).first()

    @property
    def takes_forms(self) -> bool:
        """Whether anybody may sign up by the form on the site."""
        return self.admission in BY_FORM

    def window_is_open(self, at: datetime) -> bool:
        return rules.window_is_open(self.opens_at, self.closes_at, at)

    def takes_sign_ups(self, at: datetime) -> bool:
        return self.live and self.takes_forms and self.window_is_open(at)

    def conditions_of(self) -> rules.Conditions:
        """Who may come, as the rules ask it."""
        return rules.Conditions(
            min_age=self.min_age,
            max_age=self.max_age,
            residence=self.residence,
            audiences=tuple(self.audiences),
            party_max=self.party_max,
        )

    def parts(self) -> list[str]:
        """The kinds of parts in the programme, each once, in their order (活动形式)."""
        kinds = dict.fromkeys(block.block_type for block in self.agenda)
        return [Part(kind).label for kind in kinds]

    def audience_labels(self) -> list[str]:
        return [Audience(value).label for value in self.audiences]

    def publication_problems(self):
        needed = [
            (self.department_id, _t("The organiser is missing."), "department"),
            (self.place, _t("The place is missing."), "place"),
            (self.contact_phone, _t("The telephone number is missing."), "contact_phone"),
        ]
        if self.takes_forms:
            needed += [
                (self.opens_at, _t("The opening of sign-up is missing."), "opens_at"),
                (self.closes_at, _t("The closing of sign-up is missing."), "closes_at"),
            ]
        missing = [Problem(text, field) for value, text, field in needed if not value]
        return super().publication_problems() + missing
