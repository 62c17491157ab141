"""What the desk of the open day asks the database."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Max, Min, QuerySet, Sum
from django.utils import timezone

from cms.accounts.private import blind_indexes
from cms.duties.models import Duty, content_type_of
from cms.duties.queries import Standing, standings
from cms.intake.models import CONTACT_PURPOSE
from cms.intake.rules import ContactInvalid, grouped, normalised, normalised_contact
from cms.letters.enums import LetterState
from cms.letters.models import Letter

from ..duties import ACTIVITY_REPORT
from ..enums import CHANGEABLE, ActivityStatus, CheckInOutcome, SessionState, SignUpState
from ..models import ActivityPage, CheckIn, Question, Session, SignUp
from ..queries import status_of

ABOUT_SIGN_UPS = SignUp._meta.label_lower


def activities_seen_by(user) -> QuerySet[ActivityPage]:
    """An official's own department's; who belongs to none sees all. The latest first."""
    pages = ActivityPage.objects.filter(locale__language_code=settings.LANGUAGE_CODE)
    if user.department_id is not None and not user.is_superuser:
        pages = pages.filter(department_id=user.department_id)
    first = Min("sessions__starts_at")
    return pages.select_related("department", "locale").annotate(first_at=first).order_by("-pk")


@dataclass(frozen=True)
class SessionLine:
    """How one session stands; ``parties`` and ``people`` go by state."""

    session: Session
    parties: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)

    @property
    def places(self):
        return self.session.places

    @property
    def kept(self) -> int:
        """Places kept for groups, taken or not."""
        return sum(quota.capacity for quota in self.session.quotas.all())

    @property
    def capacity(self) -> int:
        return self.places.capacity + self.kept

    @property
    def taken(self) -> int:
        return self.places.taken + sum(quota.taken for quota in self.session.quotas.all())

    @property
    def waiting(self) -> int:
        return self.parties.get(SignUpState.WAITLISTED, 0)

    @property
    def offered(self) -> int:
        return self.parties.get(SignUpState.OFFERED, 0)

    @property
    def submitted(self) -> int:
        return self.parties.get(SignUpState.SUBMITTED, 0)

    @property
    def attended(self) -> int:
        return self.parties.get(SignUpState.ATTENDED, 0)

    @property
    def expected(self) -> int:
        """People with a place."""
        coming = (SignUpState.CONFIRMED, SignUpState.ATTENDED, SignUpState.ABSENT)
        return sum(self.people.get(state, 0) for state in coming)

    @property
    def lacks(self) -> int:
        """How many people are missing to the fewest it is held with."""
        return max(0, self.session.minimum - self.expected)


@dataclass(frozen=True)
class ActivityLine:
    """How one activity stands: what an official has to know before opening its desk."""

    activity: ActivityPage
    status: ActivityStatus | None
    sessions: Sequence[SessionLine]
    unanswered: int
    report_duty: Standing | None

    @property
    def taken(self) -> int:
        return sum(line.taken for line in self.sessions if line.session.takes_place)

    @property
    def capacity(self) -> int:
        return sum(line.capacity for line in self.sessions if line.session.takes_place)

    @property
    def waiting(self) -> int:
        return sum(line.waiting for line in self.sessions)

    @property
    def status_label(self) -> str:
        return self.status.label if self.status else ""


def activity_lines(activities: Iterable[ActivityPage], at: datetime) -> list[ActivityLine]:
    """Each activity with its numbers; the same queries however many there are."""
    pages = list(activities)
    sessions = session_lines([page.pk for page in pages])
    duties = _report_duties(pages, at)
    open_questions = Question.objects.filter(
        activity__in=[page.pk for page in pages], answered_at__isnull=True
    )
    unanswered = dict(
        open_questions.order_by().values_list("activity").annotate(count=Count("pk"))
    )
    return [
        ActivityLine(
            activity=page,
            status=_status(page, sessions[page.pk], at),
            sessions=sessions[page.pk],
            unanswered=unanswered.get(page.pk, 0),
            report_duty=duties.get(page.pk),
        )
        for page in pages
    ]


def _status(page: ActivityPage, lines: Sequence[SessionLine], at: datetime):
    shown = [line.session for line in lines if line.session.state != SessionState.PLANNED]
    return status_of(page, shown, at) if page.live else None


def session_lines(activities: Sequence[int]) -> dict[int, list[SessionLine]]:
    """Activity (number) → all its sessions with their numbers, earliest first."""
    sessions = (
        Session.objects.filter(activity__in=activities)
        .select_related("places", "room", "draw")
        .prefetch_related("quotas")
        .order_by("starts_at", "pk")
    )
    parties, people = defaultdict(dict), defaultdict(dict)
    rows = (
        SignUp.objects.filter(activity__in=activities)
        .order_by()
        .values_list("session", "state")
        .annotate(count=Count("pk"), size=Sum("party_size"))
    )
    for session, state, count, size in rows:
        parties[session][state], people[session][state] = count, size
    lines: dict[int, list[SessionLine]] = {key: [] for key in activities}
    for one in sessions:
        lines[one.activity_id].append(SessionLine(one, parties[one.pk], people[one.pk]))
    return lines


def _report_duties(pages: list[ActivityPage], at: datetime) -> dict[int, Standing]:
    if not pages:
        return {}
    duties = Duty.objects.filter(
        kind=ACTIVITY_REPORT.code,
        content_type=content_type_of(pages[0]),
        object_id__in=[page.pk for page in pages],
    ).prefetch_related("segments")
    found = list(duties)
    today = timezone.localdate(at)
    return {one.duty.object_id: one for one in standings(found, today)} if found else {}


def parties_of(session: Session) -> QuerySet[SignUp]:
    """Everybody who ever signed up for it: who has a place first, then the queue in its order."""
    return (
        SignUp.objects.filter(session=session)
        .select_related("receipt", "quota", "part_of__receipt")
        .order_by("-held", "position", "pk")
    )


def search(parties: QuerySet[SignUp], typed: str) -> QuerySet[SignUp]:
    """By the number of the receipt, or the whole mobile number or e-mail address."""
    try:
        indexes = blind_indexes(normalised_contact(typed), CONTACT_PURPOSE)
    except ContactInvalid:
        return parties.filter(receipt__number=grouped(normalised(typed)))
    return parties.filter(receipt__contact_index__in=indexes)


def last_letters(parties: Iterable[SignUp]) -> dict[int, Letter]:
    """Sign-up (number) → the last letter about it."""
    keys = [str(one.pk) for one in parties]
    about = Letter.objects.filter(about_type=ABOUT_SIGN_UPS, about_id__in=keys)
    newest = about.order_by().values("about_id").annotate(newest=Max("pk")).values("newest")
    letters = Letter.objects.filter(pk__in=newest).defer("recipient", "body")
    return {int(letter.about_id): letter for letter in letters}


def unreached(session: Session) -> list[SignUp]:
    """Whom the last news did not reach by letter: they have to be rung up.

    Those whose sign-up is alive, or ended because the session was cancelled.
    """
    parties = [
        one
        for one in parties_of(session).filter(part_of=None)
        if one.state in CHANGEABLE or one.end_cause == "session"
    ]
    letters = last_letters(parties)
    for one in parties:
        one.last_letter = letters.get(one.pk)
    return [
        one
        for one in parties
        if one.last_letter is None or one.last_letter.state == LetterState.FAILED
    ]


@dataclass(frozen=True)
class Concern:
    """Whom moving or cancelling a session concerns."""

    parties: Sequence[SignUp]
    by_state: Sequence[tuple[str, int, int]]
    """State in words, parties, people."""
    without_letter: int

    @property
    def people(self) -> int:
        return sum(one.party_size for one in self.parties)


def concerned_by(session: Session, reaches) -> Concern:
    """Whom it concerns; ``reaches(party)`` says whether a letter can reach a party."""
    parties = list(parties_of(session).filter(state__in=CHANGEABLE))
    counted: dict[str, list[int]] = {}
    for one in parties:
        numbers = counted.setdefault(str(one.get_state_display()), [0, 0])
        numbers[0] += 1
        numbers[1] += one.party_size
    return Concern(
        parties=parties,
        by_state=[(label, *numbers) for label, numbers in counted.items()],
        without_letter=sum(not reaches(one) for one in parties if one.part_of_id is None),
    )


def conflicts_at(session: Session) -> list[CheckIn]:
    """Scans that did not go as the door thought: twice, or without a place in this session."""
    return list(
        CheckIn.objects.filter(session=session)
        .exclude(outcome=CheckInOutcome.ADMITTED)
        .select_related("sign_up__receipt", "sign_up__session", "by")
        .order_by("-scanned_at", "-pk")[:100]
    )
