"""The questionnaires that belong to an open day and its activities (plan 2023, III.3)."""

from collections.abc import Iterable
from datetime import datetime

from wagtail.models import Page

from surveys import rules
from surveys.models import SurveyPage, SurveyResultsPage


def about(pages: Iterable[Page], at: datetime) -> list[dict]:
    """Public questionnaires about these pages in any language, in the language of the pages.

    Each with its state and, once they are public, its results; open ones first. Two queries.
    """
    pages = list(pages)
    surveys = (
        SurveyPage.objects.live()
        .public()
        .filter(
            about__translation_key__in=[page.translation_key for page in pages],
            locale__in={page.locale_id for page in pages},
        )
    )
    found = list(surveys.select_related("locale").defer_streamfields().order_by("closes_at", "pk"))
    results = _results_of(found)
    entries = [_entry(survey, results.get(survey.path), at) for survey in found]
    return sorted(entries, key=lambda entry: not entry["is_open"])


def _results_of(surveys: list[SurveyPage]) -> dict[str, Page]:
    """Path of a questionnaire → its public results."""
    if not surveys:
        return {}
    paths = [survey.path for survey in surveys]
    pages = SurveyResultsPage.objects.live().public().select_related("locale")
    found = pages.filter(locale__in={survey.locale_id for survey in surveys})
    by_survey = {page.path[: -Page.steplen]: page for page in found.defer_streamfields()}
    return {path: by_survey[path] for path in paths if path in by_survey}


def _entry(survey: SurveyPage, results: Page | None, at: datetime) -> dict:
    opens_at, closes_at = survey.opens_at, survey.closes_at
    return {
        "page": survey,
        "status": rules.status_of(opens_at, closes_at, results is not None, at),
        "is_open": rules.period_is_open(opens_at, closes_at, at),
        "results": results,
    }
