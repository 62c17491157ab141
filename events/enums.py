from django.db import models
from django.utils.translation import gettext_lazy as _


class Part(models.TextChoices):
    """The parts of an open day (plan 2023, III.3; rulebook O1)."""

    VISIT = "visit", _("Visit")
    SYMPOSIUM = "symposium", _("Discussion")
    EXPERIENCE = "experience", _("Hands-on experience")
    QA = "qa", _("Q&A")
    POLICY = "policy", _("Policy presentation")
    SURVEY = "survey", _("Questionnaire survey")


class Admission(models.TextChoices):
    """How places are given (rulebook O7)."""

    FIRST_COME = "first_come", _("First come, first served")
    DRAW = "draw", _("Drawing of lots")
    SELECTION = "selection", _("Selection")
    INVITATION = "invitation", _("By invitation")
    OPEN_DOOR = "open_door", _("No sign-up needed")


# Sign-ups of these wait in the pot until somebody or something decides.
DECIDED_LATER = frozenset({Admission.DRAW, Admission.SELECTION})
BY_FORM = frozenset({Admission.FIRST_COME, *DECIDED_LATER})


class Unit(models.TextChoices):
    """What one place is a place for."""

    PERSONS = "persons", _("persons")
    HOUSEHOLDS = "households", _("households")
    ENTERPRISES = "enterprises", _("enterprises")


class Residence(models.TextChoices):
    """Where one must live or work to come; said by the participants themselves."""

    ANYONE = "anyone", _("Anyone")
    DISTRICT = "district", _("Those who live or work in Baoshan District")
    TOWN = "town", _("Those who live or work in Songnan Town")


class Audience(models.TextChoices):
    """The categories of participants (rulebook O6)."""

    RESIDENT = "resident", _("Residents' representative")
    ENTERPRISE = "enterprise", _("Enterprise representative")
    NPC_DEPUTY = "npc_deputy", _("Deputy to the people's congress")
    CPPCC_MEMBER = "cppcc_member", _("Member of the political consultative conference")
    SOCIAL_ORGANISATION = "social_organisation", _("Social organisation")
    MEDIA = "media", _("Media")
    STUDENT = "student", _("Student")
    OBSERVER = "observer", _("Open day observer")
    OTHER = "other", _("Other")


class ActivityStatus(models.TextChoices):
    """What the list says of an activity (page outline 5.4); computed, never set by hand."""

    SCHEDULED = "scheduled", _("Sign-up not started")
    OPEN = "open", _("Open for sign-up")
    FULL = "full", _("Full, waiting list open")
    CLOSED = "closed", _("Sign-up closed")
    NO_SIGN_UP = "no_sign_up", _("No sign-up needed")
    BY_INVITATION = "by_invitation", _("By invitation only")
    CANCELLED = "cancelled", _("Cancelled")
    ENDED = "ended", _("Ended")


class SessionState(models.TextChoices):
    """A session is entered, announced, and then held or cancelled."""

    PLANNED = "planned", _("planned, not yet public")
    OPEN = "open", _("announced")
    HELD = "held", _("held")
    CANCELLED = "cancelled", _("cancelled")


class SignUpState(models.TextChoices):
    """Where a sign-up stands (rulebook, chapter 3)."""

    SUBMITTED = "submitted", _("Submitted")
    WAITLISTED = "waitlisted", _("On the waiting list")
    OFFERED = "offered", _("A place is offered")
    CONFIRMED = "confirmed", _("Confirmed")
    ATTENDED = "attended", _("Checked in")
    ABSENT = "absent", _("Did not come")
    NOT_SELECTED = "not_selected", _("Not selected")
    CANCELLED = "cancelled", _("Cancelled")
    DECLINED = "declined", _("Offer declined")
    EXPIRED = "expired", _("Offer expired")
    RELEASED = "released", _("Place released, coming was not confirmed")


# These have their places; the counters are the sum of what they hold.
HOLDING = frozenset(
    {SignUpState.OFFERED, SignUpState.CONFIRMED, SignUpState.ATTENDED, SignUpState.ABSENT}
)
PENDING = frozenset({SignUpState.SUBMITTED, SignUpState.WAITLISTED})
# One person is in one of these at most once for one activity.
LIVE = HOLDING | PENDING
# What a party may still change or cancel by itself.
CHANGEABLE = PENDING | {SignUpState.OFFERED, SignUpState.CONFIRMED}


class EndCause(models.TextChoices):
    """Who or what ended a sign-up."""

    PARTY = "party", _("by the party")
    STAFF = "staff", _("by an official")
    SESSION = "session", _("the session was cancelled")
    TIME = "time", _("the deadline passed")
    DECISION = "decision", _("by the draw or the selection")


class Channel(models.TextChoices):
    """The ways a sign-up can come (rulebook O2)."""

    WEB = "web", _("Website")
    PHONE = "phone", _("Telephone")
    HOTLINE = "hotline", _("12345 hotline")
    COUNTER = "counter", _("In person")
    INVITED = "invited", _("Invited")
    DOOR = "door", _("Walk-in at the door")


class QuotaKind(models.TextChoices):
    """Whom places are kept for."""

    COMMITTEE = "committee", _("Residents' committee")
    WALK_IN = "walk_in", _("Walk-ins")
    INVITED = "invited", _("Invited guests")
    OTHER = "other", _("Other group")


class CheckInOutcome(models.TextChoices):
    """What a scan at the door came to."""

    ADMITTED = "admitted", _("admitted")
    AGAIN = "again", _("had checked in already")
    REFUSED = "refused", _("has no place in this session")


class AgeBand(models.TextChoices):
    """What statistics say of ages; no more is needed (rulebook I1)."""

    CHILD = "child", _("under 14")
    TEENAGER = "teenager", _("14 to 17")
    ADULT = "adult", _("18 to 59")
    SENIOR = "senior", _("60 and older")
    UNKNOWN = "unknown", _("not stated")


class PartyFault(models.TextChoices):
    """Why a party may not come; the text stands at the field it is about."""

    SIZE = "size", _("Please say how many people come: at least 1.")
    TOO_MANY = "too_many", _("That is more people than one sign-up may have here.")
    MORE_THAN_SAID = "more_than_said", _("More companions are named than people are to come.")
    AGE = "age", _("Everybody's age on the day is needed, within the ages of this activity.")
    RESIDENCE = "residence", _("This activity is for those who live or work here.")
    AUDIENCE = "audience", _("This activity is for other participants.")
    GUARDIAN = "guardian", _("Children under 14 need the consent of their guardian.")


class Rating(models.TextChoices):
    """好差评: how those who came found the activity (rulebook E2)."""

    VERY_SATISFIED = "5", _("Very satisfied")
    SATISFIED = "4", _("Satisfied")
    FAIRLY_SATISFIED = "3", _("Fairly satisfied")
    DISSATISFIED = "2", _("Dissatisfied")
    VERY_DISSATISFIED = "1", _("Very dissatisfied")
