"""An import that stands still part-way goes on, or what it brought is taken back whole (C12)."""

from datetime import timedelta

import pytest

from cms.intake.models import Receipt
from cms.record.models import Event
from consultation.actions.bulk import change_many
from consultation.actions.groups import create_group
from consultation.actions.large_imports import ask_for_large_import, imports_left_behind
from consultation.actions.stopped_imports import (
    NotStopped,
    WorkedOn,
    ask_to_take_back,
    resume_import,
    take_back,
)
from consultation.actions.work import advise, tag_opinions
from consultation.enums import ChangeKind, ImportState
from consultation.models import GroupSuggestion, ImportBatch, Opinion, SuggestedMember

from ..conftest import AT
from .letters import HEAD, LATER, rows, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def stopped(keep, run, official):
    """Two of five rows are in; the fourth has come in another file meanwhile."""
    text = rows(1, 2, 3, 4, 5).replace("2026-11-01,\n", "2026-11-01,王小明\n")
    batch = work(keep(text))
    ask_for_large_import(batch, by=official, at=AT)
    run(keep(rows(4)))
    return work(batch)


def numbers() -> list[str]:
    return sorted(Opinion.objects.values_list("external_key", flat=True))


def test_it_goes_on_when_the_cause_is_mended(stopped, official):
    assert (stopped.state, stopped.done_rows, stopped.row_count) == (ImportState.CHECKED, 2, 5)
    Opinion.objects.filter(external_key="n4").update(external_key="other")

    resume_import(stopped, by=official, at=AT)
    work(stopped)

    assert (stopped.state, stopped.done_rows, stopped.faults) == (ImportState.IMPORTED, 5, [])
    assert numbers() == ["n1", "n2", "n3", "n4", "n5", "other"]
    assert Event.objects.get(verb="consultation.import_resumed").actor == official


def test_it_stops_again_at_the_same_row_while_the_cause_stands(stopped, official):
    resume_import(stopped, by=official, at=AT)
    work(stopped)

    assert (stopped.state, stopped.done_rows) == (ImportState.CHECKED, 2)
    assert [(f["line"], f["code"]) for f in stopped.faults] == [(5, "imported_before")]


def test_rows_that_are_in_do_not_stop_it_when_the_draft_has_changed(keep, official):
    head = HEAD.replace("姓名", "条款")
    text = head + "n1,意见,2026-11-01,第一条\nn2,意见,2026-11-01,\nn3,意见,2026-11-01,\n"
    batch = work(keep(text))
    batch.state, batch.done_rows = ImportState.CHECKED, 2
    batch.save()
    page = batch.consultation
    page.draft = []
    page.save()

    resume_import(batch, by=official, at=AT)
    work(batch)

    assert (batch.state, numbers()) == (ImportState.IMPORTED, ["n3"])


def test_what_it_brought_is_taken_back_and_nothing_else(stopped, official):
    name, storage = stopped.file.name, stopped.file.storage
    assert (numbers(), Receipt.objects.count()) == (["n1", "n2", "n4"], 2)

    ask_to_take_back(stopped, by=official, at=AT)
    assert numbers() == ["n1", "n2", "n4"]
    assert imports_left_behind(LATER) == [stopped.pk]
    take_back(ImportBatch.objects.get(pk=stopped.pk), AT)

    assert (numbers(), Receipt.objects.count()) == (["n4"], 0)
    assert not ImportBatch.objects.filter(pk=stopped.pk).exists()
    asked, done = Event.objects.filter(verb__startswith="consultation.import_discard").order_by(
        "pk"
    )
    assert (asked.actor, done.data) == (official, {"rows": 2, "sha256": stopped.sha256})
    assert name
    assert storage.exists(name)  # until the transaction of this test ends


def test_the_file_goes_with_it(stopped, official, django_capture_on_commit_callbacks):
    name, storage = stopped.file.name, stopped.file.storage
    ask_to_take_back(stopped, by=official, at=AT)

    with django_capture_on_commit_callbacks(execute=True):
        take_back(ImportBatch.objects.get(pk=stopped.pk), AT)

    assert not storage.exists(name)


def test_what_the_machine_suggested_of_it_goes_as_well(stopped, official):
    reading = stopped.consultation.grouping_runs.create(suggester="x", created_at=AT, alive_at=AT)
    suggestion = GroupSuggestion.objects.create(
        run=reading, consultation=stopped.consultation, label="x"
    )
    SuggestedMember.objects.create(suggestion=suggestion, opinion=stopped.opinions.first())

    ask_to_take_back(stopped, by=official, at=AT)
    take_back(stopped, AT)

    assert (numbers(), GroupSuggestion.objects.count()) == (["n4"], 0)


def a_verdict(opinion, by):
    values = {"verdict": "adopted", "decided_at": AT}
    change_many(
        opinion.consultation, [opinion.pk], kind=ChangeKind.VERDICT, values=values, by=by, at=AT
    )


def a_group(opinion, by):
    create_group(opinion.consultation, title="采光", by=by, at=AT, members=[opinion.pk])


def a_tag(opinion, by):
    tag_opinions(opinion.consultation, [opinion.pk], name="急", by=by, at=AT)


def advice(opinion, by):
    advise(opinion, text="建议采纳", verdict="", by=by, at=AT)


@pytest.mark.parametrize("work_on", [a_verdict, a_group, a_tag, advice])
def test_what_somebody_worked_on_is_not_taken_back(stopped, official, work_on):
    work_on(stopped.opinions.first(), official)

    with pytest.raises(WorkedOn):
        ask_to_take_back(stopped, by=official, at=AT)

    assert (numbers(), ImportBatch.objects.get(pk=stopped.pk).state) == (
        ["n1", "n2", "n4"],
        ImportState.CHECKED,
    )


def test_work_that_came_between_the_word_and_the_worker_keeps_all_of_it(stopped, official):
    ask_to_take_back(stopped, by=official, at=AT)
    advice(stopped.opinions.last(), official)

    work(stopped)

    assert (numbers(), stopped.state) == (["n1", "n2", "n4"], ImportState.CHECKED)
    assert Event.objects.filter(verb="consultation.import_discarded").get().result == "worked_on"


def test_an_import_under_way_is_left_alone_until_its_worker_is_silent(stopped, official):
    ImportBatch.objects.filter(pk=stopped.pk).update(state=ImportState.RUNNING, alive_at=AT)

    for action in (resume_import, ask_to_take_back):
        with pytest.raises(NotStopped):
            action(stopped, by=official, at=AT + timedelta(minutes=2))
    ask_to_take_back(stopped, by=official, at=AT + timedelta(minutes=3))

    assert ImportBatch.objects.get(pk=stopped.pk).state == ImportState.TAKING_BACK


def test_what_was_imported_whole_does_not_stand_still(keep, run, official):
    batch = run(keep(rows(1)))

    for action in (resume_import, ask_to_take_back):
        with pytest.raises(NotStopped):
            action(batch, by=official, at=LATER)


def test_the_officer_sees_how_far_it_came_and_lets_it_go_on(desk, address, stopped):
    page = desk.get(address("import", stopped.pk)).content.decode()
    assert "已导入2行，共5行" in page
    assert "这个编号的意见此前已经导入" in page
    Opinion.objects.filter(external_key="n4").delete()

    desk.post(address("resume_import", stopped.pk))

    assert numbers() == ["n1", "n2", "n3", "n4", "n5"]


def test_the_officer_confirms_before_anything_is_taken_back(desk, address, stopped):
    page = desk.get(address("take_back_import", stopped.pk))
    assert (page.context["touched_count"], numbers()) == (0, ["n1", "n2", "n4"])

    assert desk.post(address("take_back_import", stopped.pk)).url == address("imports")

    assert numbers() == ["n4"]


def test_the_officer_is_told_which_were_worked_on(desk, address, stopped, official):
    opinion = stopped.opinions.first()
    advice(opinion, official)

    page = desk.get(address("take_back_import", stopped.pk))
    assert list(page.context["touched"]) == [opinion]
    assert address("opinion", opinion.pk) in page.content.decode()
    assert desk.post(address("take_back_import", stopped.pk)).status_code == 409
    assert numbers() == ["n1", "n2", "n4"]


def test_there_is_nothing_to_take_back_of_an_import_that_does_not_stand_still(
    desk,
    address,
    keep,
):
    batch = keep(rows(1))

    assert desk.get(address("take_back_import", batch.pk)).url == address("import", batch.pk)
