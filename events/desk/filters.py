import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet

from ..enums import Audience, Channel, SignUpState
from ..models import Quota, SignUp

FOR_ALL = "all"


class PartyFilterSet(WagtailFilterSet):
    """Which parties of one session are looked at."""

    state = django_filters.MultipleChoiceFilter(
        label=_("state"), choices=SignUpState.choices, widget=forms.CheckboxSelectMultiple
    )
    channel = django_filters.MultipleChoiceFilter(
        label=_("way"), choices=Channel.choices, widget=forms.CheckboxSelectMultiple
    )
    audience = django_filters.MultipleChoiceFilter(
        label=_("category"), choices=Audience.choices, widget=forms.CheckboxSelectMultiple
    )
    quota = django_filters.ChoiceFilter(
        label=_("places kept for"),
        method="from_quota",
        widget=forms.RadioSelect,
        empty_label=_("All"),
    )
    answer = django_filters.ChoiceFilter(
        label=_("said to be coming"),
        method="answered",
        choices=[("yes", _("coming")), ("none", _("no answer yet"))],
        widget=forms.RadioSelect,
        empty_label=_("All"),
    )

    class Meta:
        model = SignUp
        fields: list[str] = []

    def __init__(self, *args, session, **kwargs):
        super().__init__(*args, **kwargs)
        quotas = Quota.objects.filter(session=session)
        self.filters["quota"].extra["choices"] = [
            (FOR_ALL, _("everybody")),
            *((str(quota.pk), str(quota)) for quota in quotas),
        ]

    def from_quota(self, parties, name, value):
        return parties.filter(quota=None if value == FOR_ALL else value)

    def answered(self, parties, name, value):
        return parties.filter(is_coming=True if value == "yes" else None)
