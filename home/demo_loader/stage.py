"""What every loader has to hand."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from cms.accounts.models import Department, User
from cms.intake.models import PrivacyNotice
from consultation.rules import SHANGHAI

from .gate import Gate

REFERENCE_NETWORK = "203.0.113."  # set aside for documentation; nobody's address


@dataclass(frozen=True)
class Stage:
    """Everything the loader needs to hand: the day, the gate, and who does what."""

    today: date
    gate: Gate
    officer: User
    clerk: User
    departments: dict[str, Department]
    notice: PrivacyNotice

    def day(self, offset: int) -> date:
        return self.today + timedelta(days=offset)

    def moment(self, offset: int, at: str = "00:00") -> datetime:
        return datetime.combine(self.day(offset), time.fromisoformat(at), SHANGHAI)
