"""A party as its form or an official describes it, before it is a sign-up."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from cms.intake.models import PrivacyNotice

from . import rules
from .models import ActivityPage


@dataclass(frozen=True)
class Guest:
    """Somebody who comes along; the name is optional."""

    name: str = ""
    age: int | None = None
    is_child: bool = False

    @property
    def person(self) -> rules.Person:
        return rules.Person(self.age, self.is_child)


@dataclass(frozen=True)
class Party:
    """``size`` counts everybody, the applicant included; ``guests`` are those described."""

    size: int = 1
    guests: Sequence[Guest] = ()
    age: int | None = None
    is_child: bool = False
    audience: str = ""
    lives_here: bool = False
    affiliation: str = ""
    email: str = ""
    accepts_split: bool = False
    guardian_name: str = ""
    guardian_phone: str = ""
    guardian_notice: PrivacyNotice | None = field(default=None, repr=False)
    guardian_consents: bool = False
    needs: str = ""
    needs_consented: bool = False
    question: str = ""

    @property
    def people(self) -> list[rules.Person]:
        applicant = rules.Person(self.age, self.is_child)
        return [applicant, *(guest.person for guest in self.guests)]

    @property
    def under_14(self) -> int:
        return sum(person.is_under_14 for person in self.people)

    @property
    def has_guardian(self) -> bool:
        return bool(self.guardian_consents and self.guardian_name and self.guardian_phone)

    def faults(self, activity: ActivityPage) -> list[rules.PartyFault]:
        return rules.faults_of(
            activity.conditions_of(),
            self.people,
            size=self.size,
            audience=self.audience,
            lives_here=self.lives_here,
            has_guardian=self.has_guardian,
        )

    def check(self, activity: ActivityPage) -> None:
        """Refuses with NotAllowed, naming every fault."""
        if faults := self.faults(activity):
            raise rules.NotAllowed(faults)

    def with_size(self, size: int) -> "Party":
        return replace(self, size=size)
