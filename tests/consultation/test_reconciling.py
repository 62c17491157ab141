"""Totals reconcile in every state the work can be in (plan 2023, III.1; rulebook A6)."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consultation import annex
from consultation.actions.bulk import undo_change
from consultation.actions.groups import create_group, merge_groups, put_into_group
from consultation.actions.opinions import enter_opinion, withdraw_opinion
from consultation.actions.verdicts import decide_opinion, decide_opinions
from consultation.actions.work import CannotBeJoined, CannotBeSplit, join_points, split_opinion
from consultation.enums import FINAL_VERDICTS, Channel, Verdict
from consultation.models import BulkChange, Opinion, OpinionCount, OpinionGroup, ReportSnapshot
from consultation.rules import OpinionChanged
from consultation.totals import faults_of
from tests.factories import OPENS

pytestmark = pytest.mark.django_db

REFUSALS = (CannotBeJoined, CannotBeSplit, OpinionChanged)
steps = st.tuples(
    st.sampled_from(
        ["enter", "enter", "split", "join", "decide", "decide_all", "withdraw", "group", "undo"]
    ),
    st.integers(0, 30),
    st.sampled_from(FINAL_VERDICTS),
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(steps, min_size=3, max_size=25))
def test_received_is_always_what_became_of_it(lift, officer, story):
    with transaction.atomic():
        for step, number, verdict in story:
            _take(step, number, verdict, lift, officer)
            facts = annex.facts(ReportSnapshot.objects.standing_of(lift))
            assert faults_of(facts) == []
            _agrees_with_the_rows(facts)
            assert OpinionCount.objects.mend() == 0
        transaction.set_rollback(True)


def _agrees_with_the_rows(facts: dict) -> None:
    """Counted one by one, in the plainest way there is."""
    rows = list(Opinion.objects.exclude(verdict=Verdict.SPLIT))
    wholes = list(Opinion.objects.filter(part_of=None))
    assert facts["received"] == len(rows)
    assert facts["withdrawn"] == sum(row.withdrawn_at is not None for row in rows)
    assert sum(sum(cells.values()) for cells in facts["texts"].values()) == len(wholes)
    assert facts["people"].get("", 0) == len({row.person for row in wholes})
    for group in facts["groups"]:
        members = [r for r in rows if r.group and r.group.title == group["title"]]
        counted = [row for row in members if row.withdrawn_at is None]
        assert group["count"] == len(counted)
        assert group["people"] == len({row.person for row in counted})


def _take(step: str, number: int, verdict: str, lift, officer) -> None:
    by = {"by": officer, "at": OPENS}
    found = list(Opinion.objects.order_by("pk"))
    chosen = found[number % len(found)] if found else None
    if step == "enter":
        _enter(number, lift, by)
    elif chosen is not None:
        try:
            STEPS[step](chosen, number, verdict, by)
        except REFUSALS:
            return


def _enter(number: int, lift, by: dict) -> None:
    ways = list(Channel)
    contact = "" if number % 2 else f"1380000{number:04}"
    said = {"text": f"意见{number}", "channel": ways[number % len(ways)], "contact": contact}
    enter_opinion(lift, received_at=OPENS, **said, **by)


def _split(chosen: Opinion, number: int, verdict: str, by: dict) -> None:
    split_opinion(chosen, ["甲", "乙", "丙"], seen_version=chosen.version, **by)


def _join(chosen: Opinion, number: int, verdict: str, by: dict) -> None:
    join_points(chosen, seen_version=chosen.version, **by)


def _decide(chosen: Opinion, number: int, verdict: str, by: dict) -> None:
    said = {"verdict": verdict, "reason": "理由", "seen_version": chosen.version}
    decide_opinion(chosen, **said, **by)


def _decide_all(chosen: Opinion, number: int, verdict: str, by: dict) -> None:
    keys = list(Opinion.objects.values_list("pk", flat=True))
    decide_opinions(chosen.consultation, keys, verdict=verdict, reason="理由", **by)


def _withdraw(chosen: Opinion, number: int, verdict: str, by: dict) -> None:
    if chosen.receipt is not None:
        withdraw_opinion(chosen, at=OPENS)


def _group(chosen: Opinion, number: int, verdict: str, by: dict) -> None:
    groups = list(OpinionGroup.objects.order_by("pk"))
    page = chosen.consultation
    if len(groups) < 3:
        title = f"组{number}-{chosen.pk}-{chosen.version}"
        if not OpinionGroup.objects.filter(title=title).exists():
            create_group(page, title=title, members=[chosen.pk], **by)
    elif number % 3 == 0:
        merge_groups(groups[0], groups[1:2], **by)
    else:
        put_into_group(groups[number % 3] if number % 5 else None, page, [chosen.pk], **by)


def _undo(chosen: Opinion, number: int, verdict: str, by: dict) -> None:
    change = BulkChange.objects.filter(undone_at=None).first()
    if change:
        undo_change(change, **by)


STEPS = {
    "split": _split,
    "join": _join,
    "decide": _decide,
    "decide_all": _decide_all,
    "withdraw": _withdraw,
    "group": _group,
    "undo": _undo,
}
