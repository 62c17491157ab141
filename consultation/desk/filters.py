import django_filters
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.widgets import BooleanRadioSelect

from ..articles import articles_of
from ..enums import Channel, Identity, Queue, Verdict
from ..models import Opinion, OpinionGroup, Tag
from .queries import colleagues, in_queue

WHOLE_DRAFT = "whole"
NO_GROUP = "none"
MOST_GROUPS = 30


class OpinionFilterSet(WagtailFilterSet):
    """Which opinions of one consultation are looked at."""

    queue = django_filters.ChoiceFilter(
        label=_("Queue"),
        choices=Queue.choices[1:],
        method="in_queue",
        widget=forms.RadioSelect,
        empty_label=_("All"),
    )
    verdict = django_filters.MultipleChoiceFilter(
        label=_("Verdict"), choices=Verdict.choices, widget=forms.CheckboxSelectMultiple
    )
    channel = django_filters.MultipleChoiceFilter(
        label=_("Way"), choices=Channel.choices, widget=forms.CheckboxSelectMultiple
    )
    article = django_filters.ChoiceFilter(
        label=_("About"), method="about_article", widget=forms.RadioSelect, empty_label=_("All")
    )
    group = django_filters.ChoiceFilter(
        label=_("Group of opinions"),
        method="in_group",
        widget=forms.RadioSelect,
        empty_label=_("All"),
    )
    tag = django_filters.ChoiceFilter(
        label=_("Tag"), field_name="tags", widget=forms.RadioSelect, empty_label=_("All")
    )
    assignee = django_filters.ChoiceFilter(
        label=_("Assigned to"), widget=forms.RadioSelect, empty_label=_("All")
    )
    campaign = django_filters.NumberFilter(widget=forms.HiddenInput)
    identity = django_filters.MultipleChoiceFilter(
        label=_("Identity"), choices=Identity.choices, widget=forms.CheckboxSelectMultiple
    )
    late = django_filters.BooleanFilter(
        label=_("Received late"), method="came_late", widget=BooleanRadioSelect
    )
    withdrawn = django_filters.BooleanFilter(
        label=_("Withdrawn"),
        field_name="withdrawn_at",
        lookup_expr="isnull",
        exclude=True,
        widget=BooleanRadioSelect,
    )
    received_at = django_filters.DateFromToRangeFilter(
        label=_("Received"), widget=DateRangePickerWidget
    )

    class Meta:
        model = Opinion
        fields: list[str] = []

    def __init__(self, *args, consultation, **kwargs):
        super().__init__(*args, **kwargs)
        self.consultation = consultation
        articles = [(article.key, article.label) for article in articles_of(consultation.draft)]
        self.filters["article"].extra["choices"] = [
            (WHOLE_DRAFT, _("The whole draft")),
            *articles,
        ]
        self.filters["group"].extra["choices"] = [
            (NO_GROUP, _("In no group")),
            *((str(group.pk), group.title) for group in self._groups()),
        ]
        tags = Tag.objects.filter(consultation=consultation).values_list("pk", "name")
        self.filters["tag"].extra["choices"] = [(str(key), name) for key, name in tags]
        self.filters["assignee"].extra["choices"] = [
            (str(user.pk), str(user)) for user in colleagues(consultation)
        ]

    def _groups(self) -> list[OpinionGroup]:
        """All; of many the largest and the one that is chosen: their own list leads to each."""
        groups = OpinionGroup.objects.filter(consultation=self.consultation).only("title")
        if len(groups) <= MOST_GROUPS:
            return list(groups)
        found, chosen = groups.counted(people=False), self.data.get("group", "")
        rest = found[MOST_GROUPS:]
        return found[:MOST_GROUPS] + [group for group in rest if str(group.pk) == chosen]

    def in_queue(self, opinions, name, value):
        return in_queue(opinions, value, self.request.user, timezone.localdate())

    def about_article(self, opinions, name, value):
        return opinions.filter(article_key="" if value == WHOLE_DRAFT else value)

    def in_group(self, opinions, name, value):
        return opinions.filter(group=None if value == NO_GROUP else value)

    def came_late(self, opinions, name, value):
        closes_at = self.consultation.closes_at
        if closes_at is None:
            return opinions.none() if value else opinions
        return (opinions.filter if value else opinions.exclude)(received_at__gte=closes_at)
