"""The dossier as its page prints it: ten parts, always all of them, and the course of the matter.

Pure: what is known comes in, what to print goes out (plan 2023, III.1; page outline 5.1).
"""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .enums import ConsultationStatus, DossierPart, PartState

PRINTED_ORDER = (
    DossierPart.DRAFT,
    DossierPart.EXPLANATION,
    DossierPart.INTERPRETATION,
    DossierPart.BACKGROUND,
    DossierPart.OPINIONS,
    DossierPart.ATTENDANCE,
    DossierPart.RISK,
    DossierPart.EXPERTS,
    DossierPart.RESULT,
    DossierPart.EVALUATION,
)
ON_THE_CONSULTATION_PAGE = (
    DossierPart.DRAFT,
    DossierPart.EXPLANATION,
    DossierPart.INTERPRETATION,
    DossierPart.BACKGROUND,
)
LEFT_OUT = (PartState.NOT_APPLICABLE, PartState.WITHHELD)


@dataclass(frozen=True)
class Part:
    """One part of the dossier. ``url`` leads to where its text stands, if that is elsewhere."""

    code: DossierPart
    state: PartState
    reason: str = ""
    body: object = None
    url: str = ""

    @property
    def title(self) -> str | Promise:
        return self.code.label


@dataclass(frozen=True)
class Step:
    """One step of the course: done, current, todo or na, with its day where there is one."""

    title: str | Promise
    state: str
    date: datetime.date | None = None
    note: str = ""


@dataclass(frozen=True)
class Facts:
    """What the course is told from. Days are days in Shanghai; None means not (yet)."""

    status: ConsultationStatus | None
    closes_on: datetime.date | None
    legality_reviewed_on: datetime.date | None
    issued_on: datetime.date | None
    meeting_name: str = ""


def ten_parts(rows: Iterable, elsewhere: Mapping[str, str], known: Iterable[str]) -> list[Part]:
    """All ten parts in the order of the page.

    ``rows`` are the parts an editor has written (part, state, reason, body); ``elsewhere`` says
    at which address a part without a text stands; ``known`` names parts that other facts fill.
    A part that nobody knows anything of is not yet reached.
    """
    written = {row.part: row for row in rows}
    return [
        _part(code, written.get(code), elsewhere.get(code, ""), code in set(known))
        for code in PRINTED_ORDER
    ]


def _part(code: DossierPart, row, url: str, known: bool) -> Part:
    if row is None or (row.state == PartState.NOT_YET and (url or known)):
        state = PartState.PUBLISHED if url or known else PartState.NOT_YET
        return Part(code, state, body=row.body if row else None, url=url)
    state = PartState(row.state)
    left_out = state in LEFT_OUT
    return Part(code, state, row.reason, None if left_out else row.body, "" if left_out else url)


def course(parts: Iterable[Part], facts: Facts) -> list[Step]:
    """The five steps of the law, then publication, execution, evaluation and archive (D7)."""
    states = {part.code: part.state for part in parts}
    issued = facts.issued_on
    return [
        Step(_("Public participation"), _participation(facts), _end_of(facts)),
        Step(_("Expert review"), _by_state(states[DossierPart.EXPERTS])),
        Step(_("Risk assessment"), _by_state(states[DossierPart.RISK])),
        Step(
            _("Legality review"),
            "done" if facts.legality_reviewed_on else "todo",
            facts.legality_reviewed_on,
        ),
        Step(
            _("Collective discussion and decision"),
            "done" if issued else "todo",
            note=facts.meeting_name if issued else "",
        ),
        Step(_("Publication of the decision"), "done" if issued else "todo", issued),
        Step(_("Execution of the decision"), "current" if issued else "todo"),
        Step(_("Post-decision evaluation"), _by_state(states[DossierPart.EVALUATION])),
        Step(_("Archiving"), "todo"),
    ]


def _participation(facts: Facts) -> str:
    if facts.issued_on or facts.status == ConsultationStatus.ANSWERED:
        return "done"
    running = (ConsultationStatus.OPEN, ConsultationStatus.CLOSED)
    return "current" if facts.status in running else "todo"


def _end_of(facts: Facts) -> datetime.date | None:
    return facts.closes_on if _participation(facts) == "done" else None


def _by_state(state: PartState) -> str:
    return {PartState.PUBLISHED: "done", PartState.NOT_YET: "todo"}.get(state, "na")
