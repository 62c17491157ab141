"""What officers see of the ratings, and where they note the call after a low one (E2)."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views import generic

from cms.duties.actions import LatenessNeedsReason
from cms.duties.queries import duty_of, standings

from .duties import CALL_BACK
from .enums import Grade
from .models import ServiceRating
from .queries import visible_ratings
from .rating_actions import note_call_back

VIEW = "intake.view_servicerating"
CALL = "intake.call_back"


class CallBackForm(forms.Form):
    note = forms.CharField(
        label=_("What came of the call"), widget=forms.Textarea(attrs={"rows": 4}), max_length=2000
    )
    lateness_reason = forms.CharField(
        label=_("Reason for the lateness, if the call came late"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=1000,
        required=False,
    )


class RatingFilterSet(WagtailFilterSet):
    class Meta:
        model = ServiceRating
        fields = ["grade", "department"]


class RatingIndexView(generic.IndexView):
    """The ratings of the own department, latest first, with how many gave each grade."""

    model = ServiceRating
    template_name = "intake/ratings.html"
    any_permission_required = ["view"]
    filterset_class = RatingFilterSet
    paginate_by = 50
    columns = [
        TitleColumn("title", label=_("What was answered"), url_name="ratings:rating"),
        Column("get_grade_display", label=_("Grade")),
        Column("department", label=_("Answered by")),
        DateColumn("changed_at", label=_("Rated")),
        DateColumn("called_back_at", label=_("Called back")),
    ]

    def get_base_queryset(self):
        return visible_ratings(self.request.user)

    def get_context_data(self, *args, **kwargs):
        counts = visible_ratings(self.request.user).by_grade()
        figures = [(Grade(code).label, count) for code, count in counts.items()]
        return super().get_context_data(*args, figures=figures, **kwargs)


class RatingView(generic.WagtailAdminTemplateMixin, TemplateView):
    """One rating in its own words, and the duty to call back after a low one."""

    template_name = "intake/rating_detail.html"
    header_icon = "pick"
    page_title = _("Rating of an answer")

    @cached_property
    def rating(self) -> ServiceRating:
        return get_object_or_404(visible_ratings(self.request.user), pk=self.kwargs["pk"])

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm(VIEW):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def post(self, request, *args, **kwargs):
        if not request.user.has_perm(CALL):
            raise PermissionDenied
        form = CallBackForm(request.POST)
        if form.is_valid():
            try:
                note_call_back(
                    self.rating, **form.cleaned_data, by=request.user, at=timezone.now()
                )
            except LatenessNeedsReason:
                form.add_error("lateness_reason", _t("The call came late: please say why."))
            else:
                messages.success(request, _t("The call is noted."))
                return redirect("ratings:rating", self.rating.pk)
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_breadcrumbs_items(self):
        return [
            *self.breadcrumbs_items,
            {"url": reverse("ratings:index"), "label": _t("Ratings")},
            {"url": "", "label": str(self.rating)},
        ]

    def get_context_data(self, **kwargs):
        duty = duty_of(self.rating, CALL_BACK)
        owed = duty is not None and duty.is_open
        form = CallBackForm() if owed and self.request.user.has_perm(CALL) else None
        return super().get_context_data(
            **{
                "rating": self.rating,
                "standing": standings([duty], timezone.localdate())[0] if duty else None,
                "form": form,
                **kwargs,
            }
        )
