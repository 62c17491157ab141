from django.conf import settings
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import get_language

from .models import Invitation, Response, SurveyPage
from .rules import token_hash


def live_survey(slug: str) -> SurveyPage | None:
    """The questionnaire at this address that everyone may read, in the active language."""
    return (
        SurveyPage.objects.live()
        .public()
        .filter(locale__language_code=get_language(), slug=slug)
        .select_related("locale", "department")
        .first()
    )


def find_invitation(survey: SurveyPage, token: str) -> Invitation | None:
    """The link of this questionnaire with this token; `survey` is the original."""
    return Invitation.objects.filter(survey=survey, token_hash=token_hash(token)).first()


def surveys_seen_by(user) -> QuerySet[SurveyPage]:
    """Those of an officer's own department; who belongs to none sees all. In the first language,
    each with answers received, links issued and links used; one query."""
    surveys = SurveyPage.objects.filter(locale__language_code=settings.LANGUAGE_CODE)
    if user.department_id is not None and not user.is_superuser:
        surveys = surveys.filter(department_id=user.department_id)
    invitations = Invitation.objects.all()
    return surveys.select_related("locale", "department").annotate(
        response_count=_count(Response.objects.all()),
        issued_count=_count(invitations),
        used_count=_count(invitations.filter(used_on__isnull=False)),
    )


def _count(rows: QuerySet) -> Coalesce:
    """How many rows point to the questionnaire; counted apart, or two counts would multiply."""
    of_one = rows.filter(survey=OuterRef("pk")).order_by().values("survey")
    return Coalesce(Subquery(of_one.annotate(n=Count("pk")).values("n")), 0)
