"""What officers see of questionnaires in the CMS."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import FileResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.generic import TemplateView, View
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from . import exports
from .actions.results import make_results
from .actions.texts import send_texts
from .models import SurveyPage, TextAnswer
from .office_forms import SendTextsForm
from .queries import surveys_seen_by
from .rules import SurveyStillOpen

VIEW = "surveys.view_response"
EXPORT = "surveys.export_response"
MAKE_RESULTS = "surveys.make_results"
SEND_TEXTS = "surveys.send_texts"
TEXTS = 50
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class SurveyIndexView(IndexView):
    """The questionnaires of the officer's department, with what came in."""

    model = SurveyPage
    page_title = gettext_lazy("Questionnaires")
    list_export = []
    default_ordering = "-closes_at"
    columns = [
        TitleColumn(
            "title",
            label=gettext_lazy("Questionnaire"),
            get_url=lambda survey: reverse("questionnaires:survey", args=[survey.pk]),
        ),
        Column("get_purpose_display", label=gettext_lazy("Purpose")),
        Column("get_access_display", label=gettext_lazy("Who may answer")),
        DateColumn("closes_at", label=gettext_lazy("closes at")),
        Column("response_count", label=gettext_lazy("Answers received")),
        Column("issued_count", label=gettext_lazy("Links sent")),
        Column("used_count", label=gettext_lazy("Links used")),
    ]

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm(VIEW):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self):
        return surveys_seen_by(self.request.user)


class OfSurvey:
    """Views of one questionnaire; one of another department does not exist for the officer."""

    permission_required = VIEW

    @cached_property
    def survey(self) -> SurveyPage:
        return get_object_or_404(surveys_seen_by(self.request.user), pk=self.kwargs["pk"])

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm(self.permission_required):
            raise PermissionDenied
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        return response


class SurveyView(OfSurvey, WagtailAdminTemplateMixin, TemplateView):
    """One questionnaire: numbers, people's own words, and what can be done."""

    template_name = "surveys/office/survey.html"
    header_icon = "form"

    def get_page_title(self):
        return self.survey.title

    def get_breadcrumbs_items(self):
        return [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": reverse("questionnaires:index"), "label": _("Questionnaires")},
            {"url": "", "label": self.survey.title},
        ]

    def get_context_data(self, **kwargs):
        user = self.request.user
        texts = TextAnswer.objects.filter(response__survey=self.survey).order_by("pk")
        return super().get_context_data(
            survey=self.survey,
            status=self.survey.status(timezone.now()),
            is_over=not self.survey.closes_at or timezone.now() >= self.survey.closes_at,
            questions={q.key: q.text for q in exports.questions_of_answers(self.survey)},
            texts=Paginator(texts, TEXTS).get_page(self.request.GET.get("page")),
            send_form=SendTextsForm(survey=self.survey) if user.has_perm(SEND_TEXTS) else None,
            may_export=user.has_perm(EXPORT),
            may_make_results=user.has_perm(MAKE_RESULTS),
            **kwargs,
        )


class CsvView(OfSurvey, View):
    permission_required = EXPORT

    def get(self, request, pk: int):
        lines = exports.csv_lines(self.survey)
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="answers-{pk}.csv"'
        return response


class XlsxView(OfSurvey, View):
    permission_required = EXPORT

    def get(self, request, pk: int):
        file = exports.xlsx_file(self.survey)
        name = f"answers-{pk}.xlsx"
        return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


class MakeResultsView(OfSurvey, View):
    """Counts, and leads to the draft, where it is looked at, reviewed and released."""

    permission_required = MAKE_RESULTS
    http_method_names = ["post", "options"]

    def post(self, request, pk: int):
        try:
            draft = make_results(self.survey, by=request.user, at=timezone.now())
        except SurveyStillOpen:
            messages.error(request, _("Results are made after the period has ended."))
            return redirect("questionnaires:survey", pk)
        messages.success(
            request, _("The results are a draft now: look at them, and send them for review.")
        )
        return redirect("wagtailadmin_pages:edit", draft.pk)


class SendTextsView(OfSurvey, View):
    permission_required = SEND_TEXTS
    http_method_names = ["post", "options"]

    def post(self, request, pk: int):
        form = SendTextsForm(request.POST, survey=self.survey)
        if not form.is_valid():
            messages.error(request, _("Please choose a question and a desk."))
            return redirect("questionnaires:survey", pk)
        count = send_texts(
            self.survey, **form.texts_and_desk(), by=request.user, at=timezone.now()
        )
        said = ngettext("%(n)d text was sent.", "%(n)d texts were sent.", count)
        messages.success(request, said % {"n": count})
        return redirect("questionnaires:survey", pk)
