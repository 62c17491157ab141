"""The numbers of opinions that the database keeps are those of the opinions."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from consultation.actions.counts import fold_counts
from consultation.actions.groups import create_group
from consultation.actions.opinions import enter_opinion, withdraw_opinion
from consultation.actions.verdicts import decide_opinion
from consultation.actions.work import split_opinion
from consultation.enums import Channel, Verdict
from consultation.models import Opinion, OpinionCount, counts
from tests.factories import OPENS

pytestmark = pytest.mark.django_db


@pytest.fixture
def enter(lift, officer):
    def enter(number=1, channel=Channel.LETTER):
        return [
            enter_opinion(
                lift,
                text=f"意见{n}",
                contact="13800000001",
                channel=channel,
                received_at=OPENS,
                by=officer,
                at=OPENS,
            )
            for n in range(number)
        ]

    return enter


def numbers() -> dict[tuple, int]:
    """(group, channel, verdict, withdrawn) → how many, without what has come to nothing."""
    sums: dict[tuple, int] = {}
    for line in OpinionCount.objects.all():
        cell = (line.group_id, line.channel, line.verdict, line.withdrawn)
        sums[cell] = sums.get(cell, 0) + line.number
    return {cell: number for cell, number in sums.items() if number}


def test_whatever_becomes_of_an_opinion_is_counted(lift, officer, enter):
    by = {"by": officer, "at": OPENS}
    enter(4)
    split, grouped, decided, withdrawn = Opinion.objects.order_by("pk")

    split_opinion(split, ["甲", "乙"], seen_version=1, **by)
    group = create_group(lift, title="都说一件事", members=[grouped.pk], **by)
    decide_opinion(decided, verdict=Verdict.ADOPTED, reason="", seen_version=1, **by)
    withdraw_opinion(withdrawn, at=OPENS)

    assert numbers() == {
        (None, "letter", "split", False): 1,
        (None, "letter", "pending", False): 2,
        (group.pk, "letter", "pending", False): 1,
        (None, "letter", "adopted", False): 1,
        (None, "letter", "pending", True): 1,
    }


def test_many_at_once_are_counted_like_one(lift, enter):
    enter()
    one = Opinion.objects.get()
    rows = [
        Opinion(consultation=lift, text=f"{n}", channel=Channel.PHONE, received_at=OPENS)
        for n in range(50)
    ]
    Opinion.objects.bulk_create(rows)
    assert numbers() == {
        (None, "letter", "pending", False): 1,
        (None, "phone", "pending", False): 50,
    }

    Opinion.objects.filter(pk__gt=one.pk).update(verdict=Verdict.ADOPTED, decided_at=OPENS)
    Opinion.objects.filter(text="7").delete()
    assert numbers() == {
        (None, "letter", "pending", False): 1,
        (None, "phone", "adopted", False): 49,
    }


def test_a_change_that_moves_nobody_writes_no_line(enter):
    enter()
    Opinion.objects.update(text="改过的话")
    assert OpinionCount.objects.count() == 1


def test_lines_are_added_up_and_the_sums_stay(lift, enter, monkeypatch):
    monkeypatch.setattr(counts, "FEW", 2)
    enter(7)
    enter(1, Channel.COUNTER)
    withdraw_opinion(Opinion.objects.first(), at=OPENS)
    before = numbers()

    lines = OpinionCount.objects.count()
    assert fold_counts(OPENS) == lines - 3
    assert numbers() == before
    assert sorted(OpinionCount.objects.values_list("number", flat=True)) == [1, 1, 6]
    assert fold_counts(OPENS) == 0


def test_few_lines_are_left_alone(enter):
    enter(7)
    assert fold_counts(OPENS) == 0


def test_what_is_gone_leaves_no_line(enter, lift):
    enter(3)
    Opinion.objects.all().delete()
    OpinionCount.objects.fold(lift.pk)
    assert not OpinionCount.objects.exists()


def test_a_wrong_number_is_found_put_right_and_said(enter):
    enter(2)
    right = numbers()
    OpinionCount.objects.filter(pk=OpinionCount.objects.first().pk).update(number=5)

    with pytest.raises(CommandError) as refused:
        call_command("verify_counts")
    assert refused.value.returncode == 1
    assert str(refused.value).splitlines() == [
        "1项意见数量有误，已改正。",
        "1 number of opinions was wrong and has been put right.",
    ]
    assert numbers() == right
    said = StringIO()
    call_command("verify_counts", stdout=said)
    assert said.getvalue().splitlines() == [
        "各项意见数量均无误。",
        "Every number of opinions is right.",
    ]
