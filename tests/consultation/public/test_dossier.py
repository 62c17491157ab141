from datetime import date
from types import SimpleNamespace

from consultation.dossier import Facts, course, ten_parts
from consultation.enums import ConsultationStatus, DossierPart, PartState

NOTHING = Facts(status=None, closes_on=None, legality_reviewed_on=None, issued_on=None)


def row(part, state, reason="", body="正文"):
    return SimpleNamespace(part=part, state=state, reason=reason, body=body)


def test_there_are_always_ten_parts_each_once():
    parts = ten_parts([], {}, [])
    assert len(parts) == 10
    assert {part.code for part in parts} == set(DossierPart)
    assert {part.state for part in parts} == {PartState.NOT_YET}


def test_a_part_whose_text_stands_elsewhere_is_published():
    parts = {p.code: p for p in ten_parts([], {DossierPart.DRAFT: "/x/#draft"}, [])}
    assert parts[DossierPart.DRAFT].state == PartState.PUBLISHED
    assert parts[DossierPart.DRAFT].url == "/x/#draft"


def test_what_is_withheld_shows_neither_text_nor_way_to_it():
    withheld = row(DossierPart.DRAFT, PartState.WITHHELD, "第十四条")
    parts = {p.code: p for p in ten_parts([withheld], {DossierPart.DRAFT: "/x/#draft"}, [])}
    part = parts[DossierPart.DRAFT]
    assert (part.state, part.reason, part.body, part.url) == (
        PartState.WITHHELD,
        "第十四条",
        None,
        "",
    )


def states(parts, facts):
    return [step.state for step in course(parts, facts)]


def test_the_course_begins_with_nothing_done():
    assert states(ten_parts([], {}, []), NOTHING) == ["todo"] * 9


def test_a_running_consultation_is_the_current_step():
    facts = Facts(ConsultationStatus.OPEN, date(2026, 12, 18), None, None)
    assert states(ten_parts([], {}, []), facts)[0] == "current"


def test_an_issued_decision_is_being_executed_and_a_step_left_out_is_marked_so():
    issued = date(2026, 11, 16)
    facts = Facts(
        ConsultationStatus.CLOSED, date(2026, 8, 24), date(2026, 10, 1), issued, "办公会"
    )
    rows = [
        row(DossierPart.EXPERTS, PartState.NOT_APPLICABLE, "不涉及"),
        row(DossierPart.RISK, PartState.PUBLISHED),
    ]
    steps = course(ten_parts(rows, {}, []), facts)
    assert [step.state for step in steps] == [
        "done",
        "na",
        "done",
        "done",
        "done",
        "done",
        "current",
        "todo",
        "todo",
    ]
    assert (steps[0].date, steps[5].date) == (date(2026, 8, 24), issued)
    assert steps[4].note == "办公会"
