"""After the day everybody who was checked in gets a one-time link to the questionnaire."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db import transaction

from surveys.actions.invitations import Invited, invite
from surveys.enums import Access
from surveys.models import SurveyPage

from ..enums import SignUpState
from ..letters import tell
from ..models import ActivityPage, Session, SignUp

ASKED_AFTER = timedelta(hours=2)
ASKED_WITHIN = timedelta(days=14)


def invite_to_answer(at: datetime) -> int:
    """Sends the links that are due; how many. Safe to run twice or late.

    All of one session and language are invited at once: the links are kept in another order
    than the people, so that nobody can tell later whose link was whose.
    """
    sessions = Session.objects.filter(
        ends_at__lte=at - ASKED_AFTER,
        ends_at__gt=at - ASKED_WITHIN,
        sign_ups__state=SignUpState.ATTENDED,
        sign_ups__invited_to_answer_at=None,
    )
    found = sessions.select_related("activity").distinct().order_by("pk")
    return sum(_invite_session(session, at) for session in found)


@transaction.atomic
def _invite_session(session: Session, at: datetime) -> int:
    surveys = surveys_about(session.activity, at)
    if not surveys:
        return 0
    came = SignUp.objects.filter(
        session=session, state=SignUpState.ATTENDED, invited_to_answer_at=None, part_of=None
    )
    related = ("activity", "session", "receipt", "part_of")
    parties = list(came.select_related(*related).select_for_update(of=("self",)).order_by("pk"))
    SignUp.objects.filter(pk__in=[one.pk for one in parties]).update(invited_to_answer_at=at)
    by_survey: dict[SurveyPage, list[SignUp]] = defaultdict(list)
    for one in parties:
        by_survey[surveys.get(one.language) or next(iter(surveys.values()))].append(one)
    return sum(_send(survey, people, at) for survey, people in by_survey.items())


def _send(survey: SurveyPage, people: list[SignUp], at: datetime) -> int:
    invited: list[Invited] = invite(survey, people, at=at, purpose="open_day")
    for one in invited:
        tell("survey", one.person, at=at, once="survey", survey_url=one.address)
    return len(invited)


def surveys_about(activity: ActivityPage, at: datetime) -> dict[str, SurveyPage]:
    """Language → the questionnaire with one-time links about an activity, else its open day.

    Live and open at this moment; {} when there is none. The first language comes first.
    """
    for page in (activity, activity.get_parent()):
        about = SurveyPage.objects.live().filter(access=Access.INVITED)
        originals = [
            survey
            for survey in about.filter(about=page).select_related("locale").order_by("pk")
            if survey.takes_answers(at)
        ]
        if originals:
            return _translations(originals[0], at)
    return {}


def _translations(survey: SurveyPage, at: datetime) -> dict[str, SurveyPage]:
    others = SurveyPage.objects.live().filter(translation_key=survey.translation_key)
    found = {survey.locale.language_code: survey}
    for other in others.exclude(pk=survey.pk).select_related("locale"):
        if other.takes_answers(at):
            found[other.locale.language_code] = other
    return found
