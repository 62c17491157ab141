"""Results: counted after closing, frozen into a draft, published through the gate."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from cms.record.actions import record

from ..enums import Access
from ..figures import Facts, figures_of
from ..models import RESULTS_SLUG, SurveyPage, SurveyResultsPage
from ..rules import SurveyStillOpen

WRITTEN = "written"


@transaction.atomic
def make_results(survey: SurveyPage, *, by, at: datetime) -> SurveyResultsPage:
    """Freeze the numbers, small groups withheld, into a draft of the results page.

    May be made again; what is public stays as it is until the new draft is released. Refuses with
    SurveyStillOpen.
    """
    survey = SurveyPage.objects.select_for_update(of=("self",)).get(pk=survey.original.pk)
    if survey.closes_at is None or at < survey.closes_at:
        raise SurveyStillOpen
    page = SurveyResultsPage.objects.child_of(survey).first()
    draft = page.get_latest_revision_as_object() if page else _new_page(survey)
    draft.figures = figures_so_far(survey)
    if page is None:
        survey.add_child(instance=draft)
    draft.save_revision(user=by)
    record("surveys.results_made", draft, by=by, at=at, data={"answers": draft.figures["answers"]})
    return draft


def figures_so_far(survey: SurveyPage) -> dict:
    """What a results page would say now; `survey` is the original."""
    versions = list(survey.versions.all())
    parts = versions[-1].parts if versions else survey.parts
    by = survey.grouping_question()
    given = _answers_of(survey)
    with override(survey.locale.language_code):
        return figures_of(parts, given, by, _facts(survey, versions))


def _answers_of(survey: SurveyPage) -> list[dict]:
    """Every response; of a text, results tell only that there is one."""
    rows = survey.responses.order_by()
    given = dict(rows.values_list("pk", "answers"))
    texts = rows.filter(texts__isnull=False).values_list("pk", "texts__question_key")
    for key, question in texts:
        given[key][question] = WRITTEN
    return list(given.values())


def _facts(survey: SurveyPage, versions: list) -> Facts:
    closes = survey.closes_at or timezone.now()
    return Facts(
        opened_on=timezone.localdate(survey.opens_at or closes),
        last_day=timezone.localdate(closes - timedelta(microseconds=1)),
        invited=survey.invitations.count() if survey.access == Access.INVITED else None,
        rewordings=[
            {"on": version.answered_from.isoformat(), "note": version.note}
            for version in versions[1:]
        ],
    )


def _new_page(survey: SurveyPage) -> SurveyResultsPage:
    with override(survey.locale.language_code):
        title = _("Results of “%(title)s”") % {"title": survey.title}
    return SurveyResultsPage(
        title=title,
        slug=RESULTS_SLUG,
        live=False,
        locale=survey.locale,
        department=survey.department,
    )
