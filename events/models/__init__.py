from .activities import ActivityPage
from .days import OpenDayIndexPage, OpenDayPage
from .draws import Draw
from .reports import ActivityReportPage
from .sessions import Quota, Room, Session, SessionPlaces
from .signups import CheckIn, Companion, Question, SignUp

__all__ = [
    "ActivityPage",
    "ActivityReportPage",
    "CheckIn",
    "Companion",
    "Draw",
    "OpenDayIndexPage",
    "OpenDayPage",
    "Question",
    "Quota",
    "Room",
    "Session",
    "SessionPlaces",
    "SignUp",
]
