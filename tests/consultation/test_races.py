"""Two at the same moment, and a process killed in the middle: nothing twice, nothing half."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from cms.clearance import registry
from cms.clearance.jobs import follow_up_publications
from cms.clearance.models import Publication
from cms.intake.models import Receipt
from cms.record.models import Event
from consultation.actions.city import make_city_package, note_city_rows
from consultation.actions.grouping import ask_for_groups, offer_new_opinions, read_for_groups
from consultation.actions.groups import (
    accept_suggestion,
    create_group,
    merge_groups,
    put_into_group,
)
from consultation.actions.opinions import withdraw_opinion
from consultation.actions.reports import make_report
from consultation.actions.stopped_imports import take_back
from consultation.actions.verdicts import decide_group, decide_opinion
from consultation.enums import Channel, CityScope, ImportState, SuggestionState, Verdict
from consultation.models import (
    AdoptionReportPage,
    BulkChange,
    BulkChangeRow,
    ConsultationPage,
    GroupingRun,
    GroupSuggestion,
    ImportBatch,
    Opinion,
    OpinionCount,
    OpinionGroup,
)
from consultation.queries import came_since, last_reading
from consultation.rules import GroupGone, OpinionChanged
from home.founding import found_site
from tests.consultation.conftest import submission_key
from tests.consultation.suggester import ByFirstCharacter
from tests.factories import (
    ConsultationPageFactory,
    PrivacyNoticeFactory,
    UserFactory,
)
from tests.helpers import plant_roots, publish

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

WRITER = Path(__file__).with_name("submitter.py")


@pytest.fixture(autouse=True)
def on_postgresql():
    if connection.vendor != "postgresql":
        pytest.skip("real locks are those of PostgreSQL")


@pytest.fixture
def lift(db):
    """Open now, by the clock on the wall: threads and processes share no other."""
    plant_roots()
    home = found_site().root_page.specific
    now = timezone.now()
    return publish(
        ConsultationPageFactory(
            parent__parent__parent__parent=home,
            parent__slug="lift",
            opens_at=now - timedelta(minutes=1),
            closes_at=now + timedelta(days=40),
        )
    )


@pytest.fixture
def notice(db):
    return PrivacyNoticeFactory()


def at_once(*ways) -> list:
    """Calls all at one moment, each on a connection of its own; answers or exceptions."""
    start, answers = threading.Barrier(len(ways)), [None] * len(ways)

    def run(number, way):
        start.wait()
        try:
            answers[number] = way()
        except Exception as error:  # noqa: BLE001 - the answer of this way
            answers[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(ways)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_the_same_key_twice_at_once_is_one_opinion_with_one_receipt(say):
    now = timezone.now()
    key = submission_key(now)

    for _round in range(5):
        taken = at_once(*[lambda: say(key=key, at=now)] * 4)

    assert {each.receipt.number for each in taken} == {Receipt.objects.get().number}
    assert len({each.query_code for each in taken}) == 1
    assert Opinion.objects.count() == 1
    assert Event.objects.filter(verb="consultation.opinion_submitted").count() == 1


def test_different_keys_at_once_are_all_taken(say):
    now = timezone.now()
    keys = [submission_key(now) for _n in range(4)]

    at_once(*[lambda key=key: say(key=key, at=now) for key in keys])

    assert Opinion.objects.count() == 4


def decide(opinion, verdict, reason=""):
    return lambda: decide_opinion(
        opinion, verdict=verdict, reason=reason, seen_version=1, by=None, at=timezone.now()
    )


def test_of_two_officers_at_once_one_decides_and_one_is_told(say):
    for _round in range(5):
        opinion = say(at=timezone.now()).opinion

        answers = at_once(
            decide(opinion, Verdict.ADOPTED), decide(opinion, Verdict.NOT_ADOPTED, "超出权限")
        )

        refused = [answer for answer in answers if isinstance(answer, OpinionChanged)]
        decided = [answer for answer in answers if isinstance(answer, Opinion)]
        assert (len(refused), len(decided)) == (1, 1)
        opinion.refresh_from_db()
        assert (opinion.verdict, opinion.version) == (decided[0].verdict, 2)


def test_a_withdrawal_and_a_verdict_at_once_never_both_win(say):
    for _round in range(5):
        now = timezone.now()
        opinion = say(at=now).opinion

        verdict, withdrawal = at_once(
            decide(opinion, Verdict.ADOPTED), lambda o=opinion, at=now: withdraw_opinion(o, at=at)
        )

        opinion.refresh_from_db()
        assert withdrawal is None
        assert opinion.withdrawn_at == now
        was_first = isinstance(verdict, Opinion)
        assert was_first or isinstance(verdict, OpinionChanged)
        assert opinion.version == (3 if was_first else 2)


def test_two_officers_who_make_the_report_at_once_make_one_page(lift, notice):
    officer = UserFactory()
    now = timezone.now()

    answers = at_once(*[lambda: make_report(lift, by=officer, at=now)] * 3)

    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert AdoptionReportPage.objects.count() == 1


@pytest.fixture
def by(db):
    return UserFactory()


@pytest.fixture
def two_groups(lift, by):
    titles = ("采光", "费用")
    return [create_group(lift, title=title, by=by, at=timezone.now()) for title in titles]


def test_of_two_officers_at_one_group_at_once_one_answers_it_and_one_is_told(two_groups):
    group = two_groups[0]

    def answer(verdict, reason):
        said = {"verdict": verdict, "reason": reason, "seen_version": 1}
        return lambda: decide_group(group, **said, by=None, at=timezone.now())

    answers = at_once(answer(Verdict.ADOPTED, "已写入"), answer(Verdict.NOT_ADOPTED, "超出权限"))

    assert sorted(type(each).__name__ for each in answers) == ["GroupChanged", "OpinionGroup"]
    [kept] = [each for each in answers if isinstance(each, OpinionGroup)]
    group.refresh_from_db()
    assert (group.verdict, group.reason, group.version) == (kept.verdict, kept.reason, 2)


@pytest.mark.parametrize("_round", range(5))
def test_an_opinion_put_into_a_group_that_is_merged_at_once_is_in_the_one_that_stays(
    two_groups, say, by, _round
):
    stays, goes = two_groups
    at = timezone.now()
    opinion = say(at=at).opinion

    merged, put = at_once(
        lambda: merge_groups(stays, [goes], by=by, at=at),
        lambda: put_into_group(goes, opinion.consultation, [opinion.pk], by=by, at=at),
    )

    opinion.refresh_from_db()
    assert isinstance(merged, OpinionGroup)
    assert isinstance(put, BulkChange | GroupGone)
    assert opinion.group == (None if isinstance(put, GroupGone) else stays)


def test_one_opinion_put_into_two_groups_at_once_is_in_the_one_written_last(two_groups, say, by):
    opinion = say(at=timezone.now()).opinion
    at = timezone.now()

    changes = at_once(
        *[
            lambda g=group: put_into_group(g, opinion.consultation, [opinion.pk], by=by, at=at)
            for group in two_groups
        ]
    )

    opinion.refresh_from_db()
    assert [change.count for change in changes] == [1, 1]
    assert opinion.version == 3
    first = BulkChangeRow.objects.get(version_after=2).change_id
    [last] = [n for n, change in enumerate(changes) if change.pk != first]
    assert opinion.group == two_groups[last]


def test_a_suggestion_accepted_twice_at_once_makes_one_group(lift, say, by):
    opinion = say(at=timezone.now()).opinion
    run = GroupingRun.objects.create(
        consultation=lift, suggester="", created_at=timezone.now(), alive_at=timezone.now()
    )
    suggestion = GroupSuggestion.objects.create(run=run, consultation=lift, label="采光")
    suggestion.members.create(opinion=opinion)

    def accept(title):
        said = {"title": title, "keys": [opinion.pk], "by": by, "at": timezone.now()}
        return lambda: accept_suggestion(suggestion, **said)

    answers = at_once(accept("采光"), accept("光线"))

    assert sorted(type(each).__name__ for each in answers) == ["OpinionGroup", "SuggestionDecided"]
    opinion.refresh_from_db()
    assert opinion.group == OpinionGroup.objects.get()


@pytest.fixture
def read_before(lift, say, by, work_root):
    """Read by a person an hour ago; a group stands, and one more opinion has come."""
    opinion = say("采光差", at=timezone.now()).opinion
    create_group(lift, title="采光", by=by, at=timezone.now(), members=[opinion.pk])
    hour_ago = timezone.now() - timedelta(hours=1)
    run = ask_for_groups(lift, by=by, at=hour_ago)
    read_for_groups(run.pk, at=hour_ago, suggester=ByFirstCharacter())
    GroupingRun.objects.update(finished_at=hour_ago)
    return say("采光不好", at=timezone.now()).opinion


def test_numbers_that_are_added_up_twice_while_opinions_come_stay_right(lift, say):
    for _round in range(5):
        now = timezone.now()
        keys = [submission_key(now) for _n in range(3)]

        answers = at_once(
            *[lambda key=key, at=now: say(key=key, at=at) for key in keys],
            lambda: OpinionCount.objects.fold(lift.pk),
            lambda: OpinionCount.objects.fold(lift.pk),
        )

        assert [each for each in answers if isinstance(each, Exception)] == []
        assert OpinionCount.objects.mend() == 0


@pytest.mark.parametrize("_round", range(5))
def test_two_clocks_at_once_have_new_opinions_read_once(read_before, _round):
    at = timezone.now()

    def clock():
        runs = offer_new_opinions(at)
        for key in runs:
            read_for_groups(key, at=at, suggester=ByFirstCharacter())
        return runs

    answers = at_once(*[clock] * 3)

    assert sum(len(runs) for runs in answers) == 1
    assert GroupingRun.objects.count() == 2
    assert GroupSuggestion.objects.get().members.get().opinion == read_before


@pytest.mark.parametrize("_round", range(5))
def test_a_yes_and_a_newcomer_at_once_leave_nobody_out_and_take_nobody_in_unseen(
    read_before, say, by, _round
):
    at = timezone.now()
    [first] = offer_new_opinions(at)
    read_for_groups(first, at=at, suggester=ByFirstCharacter())
    suggestion = GroupSuggestion.objects.get()
    seen = suggestion.members.get().pk
    late = say("采光很差", at=timezone.now()).opinion
    run = ask_for_groups(read_before.consultation, by=None, at=at)

    def accept():
        every = list(Opinion.objects.values_list("pk", flat=True))
        told = {"title": "", "keys": every, "seen": seen, "by": by, "at": timezone.now()}
        return accept_suggestion(suggestion, **told)

    accepted, read = at_once(
        accept, lambda: read_for_groups(run.pk, at=at, suggester=ByFirstCharacter())
    )

    assert (type(accepted), read) == (OpinionGroup, True)
    read_before.refresh_from_db()
    late.refresh_from_db()
    assert (read_before.group, late.group) == (accepted, None)
    waits = GroupSuggestion.objects.get(state=SuggestionState.OPEN)
    assert (waits.group, waits.members.get().opinion) == (accepted, late)


def test_an_opinion_whose_transaction_ends_after_the_reading_is_new(lift, read_before):
    """Its number is lower than the last one read: the count of rows tells."""
    at, inserted, go_on = timezone.now(), threading.Event(), threading.Event()

    def slow():
        try:
            with transaction.atomic():
                Opinion.objects.create(consultation=lift, text="采光被挡", received_at=at)
                inserted.set()
                go_on.wait(20)
        finally:
            connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    inserted.wait(20)
    Opinion.objects.create(consultation=lift, text="采光很差", received_at=at)
    [run] = offer_new_opinions(at)
    read_for_groups(run, at=at, suggester=ByFirstCharacter())
    reading = last_reading(lift)
    assert (reading.texts, came_since(reading)) == (3, 0)

    go_on.set()
    thread.join()

    assert came_since(reading) == 1


@pytest.fixture
def stopped_import(lift):
    batch = ImportBatch.objects.create(
        consultation=lift,
        file_name="x.csv",
        channel=Channel.LETTER,
        state=ImportState.TAKING_BACK,
        done_rows=20,
        uploaded_at=timezone.now(),
    )
    told = {"consultation": lift, "batch": batch, "received_at": timezone.now()}
    Opinion.objects.bulk_create(Opinion(text=f"意见{n}", **told) for n in range(20))
    return batch


@pytest.mark.parametrize("_round", range(5))
def test_a_verdict_and_the_taking_back_of_its_import_at_once_never_both_win(
    stopped_import, _round
):
    opinion = stopped_import.opinions.last()

    verdict, _taken_back = at_once(
        decide(opinion, Verdict.ADOPTED), lambda: take_back(stopped_import, timezone.now())
    )

    was_decided = isinstance(verdict, Opinion)
    assert was_decided or isinstance(verdict, Opinion.DoesNotExist)
    assert Opinion.objects.count() == (20 if was_decided else 0)
    assert ImportBatch.objects.count() == (1 if was_decided else 0)


def test_two_workers_take_an_import_back_once(stopped_import):
    answers = at_once(*[lambda: take_back(stopped_import, timezone.now())] * 3)

    assert answers == [None, None, None]
    assert Event.objects.filter(verb="consultation.import_discarded").count() == 1


@pytest.mark.parametrize("_round", range(5))
def test_a_package_is_entered_when_two_tick_off_its_last_rows_at_once(lift, say, by, _round):
    now = timezone.now()
    for text in ("采光", "费用"):
        say(text, at=now)
    entry, file = make_city_package(lift, CityScope.ALL, by=by, at=now)
    file.close()

    def tick(row):
        said = {"entered_on": timezone.localdate(now), "by": by, "at": now}
        return lambda: note_city_rows(entry, {row.pk: ""}, **said)

    assert at_once(*map(tick, entry.rows.all())) == [1, 1]
    entry.refresh_from_db()
    assert entry.entered_on == timezone.localdate(now)


def test_two_runs_at_once_follow_up_a_publication_once(lift, monkeypatch):
    calls = []

    def follow_up(page, published_at):
        calls.append(page.pk)
        time.sleep(0.2)

    monkeypatch.setitem(registry._follow_ups, ConsultationPage, follow_up)

    answers = at_once(*[lambda: follow_up_publications(timezone.now())] * 3)

    assert calls == [lift.pk]
    assert sum(answers) == Publication.objects.count()


@pytest.mark.parametrize("step", ["after the receipt", "after the opinion", "before the commit"])
def test_a_process_killed_in_the_middle_of_a_submission_leaves_nothing(lift, notice, step):
    answer = killed(step)

    assert answer == -signal.SIGKILL
    assert (Opinion.objects.count(), Receipt.objects.count()) == (0, 0)
    assert not Event.objects.filter(verb="consultation.opinion_submitted").exists()


def test_a_process_killed_after_the_commit_has_left_everything(lift, notice):
    answer = killed("after the commit")

    assert answer == -signal.SIGKILL
    assert Opinion.objects.get().receipt == Receipt.objects.get()
    assert Event.objects.filter(verb="consultation.opinion_submitted").count() == 1


def killed(step: str) -> int:
    """Runs a process that submits one opinion and stops at a step; kills it there."""
    database = connection.settings_dict
    address = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)
    environment = {**os.environ, "DATABASE_URL": address}
    process = subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, str(WRITER), step],
        env=environment,
        cwd=WRITER.parents[2],
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout.readline() == "stopped\n"
        process.kill()
        process.wait()
    time.sleep(0.2)
    return process.returncode
