"""A large exchange file is taken over by a worker: whole or not at all, once, in sight."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cms.record.models import Event
from consultation.actions import take_overs
from consultation.actions.take_overs import (
    MOST_ATTEMPTS,
    keep_exchange_file,
    take_over,
    take_overs_left_behind,
)
from consultation.desk.views import exchange as views
from consultation.enums import TakeOverState
from consultation.jobs import take_up_take_overs
from consultation.models import ConsultationPage, Opinion, TakeOver
from home.due import DUE

from .conftest import AT, TAKE_OVER

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(minutes=4)


@pytest.fixture
def keep(catalogue, housing, officer):
    def keep(lines):
        file = SimpleUploadedFile("c.jsonl", b"".join(lines))
        return keep_exchange_file(file, catalogue=catalogue, department=housing, by=officer, at=AT)

    return keep


def work(coming, at=AT + timedelta(minutes=1)) -> TakeOver:
    take_over(coming.pk, at=at)
    coming.refresh_from_db()
    return coming


def test_a_file_is_kept_checked_and_taken_over(full, export, keep):
    coming = keep(export(full))
    name, storage = coming.file.name, coming.file.storage
    assert (coming.state, storage.exists(name)) == (TakeOverState.WAITING, True)

    work(coming)

    assert (coming.state, coming.lines, coming.done_lines) == (TakeOverState.DONE, 12, 12)
    assert coming.consultation.opinions.count() == 6
    assert coming.file.name == ""
    kept, ended = Event.objects.filter(subject_type="consultation.takeover").order_by("pk")
    assert (kept.verb, ended.result) == ("consultation.exchange_kept", "done")


def test_the_file_with_its_names_goes_when_it_is_over(
    full, export, keep, django_capture_on_commit_callbacks
):
    coming = keep(export(full))
    name, storage = coming.file.name, coming.file.storage

    with django_capture_on_commit_callbacks(execute=True):
        work(coming)

    assert not storage.exists(name)


def test_a_broken_file_says_where_and_nothing_of_it_stays(full, export, keep):
    lines = export(full)
    coming = work(keep([*lines[:8], lines[7], *lines[8:]]))

    assert (coming.state, coming.code, coming.line) == (TakeOverState.REFUSED, "twice", 9)
    assert (ConsultationPage.objects.count(), coming.file.name) == (1, "")


def test_what_was_taken_over_is_not_taken_over_again(full, export, keep):
    coming = work(keep(export(full)))

    assert take_over(coming.pk, at=LATER) is False
    assert ConsultationPage.objects.count() == 2


def test_a_worker_that_dies_has_written_nothing_and_another_begins_anew(
    full, export, keep, monkeypatch
):
    coming = keep(export(full))

    def dies(*arguments, **told):
        raise MemoryError

    with monkeypatch.context() as dying:
        dying.setattr(take_overs, "import_consultation", dies)
        with pytest.raises(MemoryError):
            take_over(coming.pk, at=AT)
    TakeOver.objects.update(alive_at=AT)

    assert ConsultationPage.objects.count() == 1
    assert take_over(coming.pk, at=AT + timedelta(minutes=2)) is False
    assert take_overs_left_behind(AT + timedelta(minutes=2)) == []
    assert take_overs_left_behind(LATER) == [coming.pk]
    assert work(coming, LATER).state == TakeOverState.DONE


def test_a_worker_taken_for_dead_writes_nothing_when_it_wakes(full, export, keep, monkeypatch):
    coming = keep(export(full))
    write = take_overs._write

    def sleeps(late, file, at):
        TakeOver.objects.update(alive_at=AT)
        monkeypatch.setattr(take_overs, "_write", write)
        assert take_over(coming.pk, at=LATER) is True
        write(late, file, at)

    monkeypatch.setattr(take_overs, "_write", sleeps)

    assert take_over(coming.pk, at=AT) is False
    assert ConsultationPage.objects.count() == 2
    assert Opinion.objects.filter(consultation=full).count() == 6


def test_a_file_over_which_workers_die_is_given_up(full, export, keep):
    coming = keep(export(full))
    TakeOver.objects.update(attempt=MOST_ATTEMPTS)

    assert work(coming).state == TakeOverState.FAILED
    assert ConsultationPage.objects.count() == 1


def test_the_clock_takes_up_what_nobody_works_on(full, export, keep):
    coming = keep(export(full))
    assert DUE["take over consultations"] is take_up_take_overs

    assert take_up_take_overs(AT + timedelta(minutes=2)) == 0
    assert take_up_take_overs(LATER) == 1
    coming.refresh_from_db()
    assert coming.is_over


@pytest.fixture
def large(monkeypatch):
    monkeypatch.setattr(views, "LARGE_FROM", 10)


def test_the_officer_sends_a_large_file_and_sees_what_became_of_it(
    large, hand_in, desk, export, full
):
    response = hand_in(export(full))

    coming = TakeOver.objects.get()
    assert response.url == reverse("opinions:take_over_run", args=[coming.pk])
    said = desk.get(reverse("opinions:take_over_status", args=[coming.pk])).json()
    assert (said["over"], said["done"], said["total"]) == (True, 12, 12)
    page = desk.get(response.url).content.decode()
    assert reverse("opinions:desk", args=[coming.consultation_id]) in page
    assert response.url in desk.get(TAKE_OVER).content.decode()


def test_a_refusal_is_told_in_words(large, hand_in, desk, export, full):
    response = hand_in(export(full)[:-1])

    assert "文件不完整" in desk.get(response.url).content.decode()


def test_a_file_under_way_shows_how_far_it_is(keep, desk, export, full):
    coming = keep(export(full))
    TakeOver.objects.update(state=TakeOverState.RUNNING, lines=12, done_lines=5)

    page = desk.get(reverse("opinions:take_over_run", args=[coming.pk])).content.decode()
    assert "data-run=" in page
    assert '<progress data-run-progress value="5" max="12">' in page


def test_another_officers_file_does_not_exist(keep, client, export, full, make_user, housing):
    coming = keep(export(full))
    client.force_login(make_user("other", "consultation.enter_opinion", department=housing))

    for name in ("take_over_run", "take_over_status"):
        assert client.get(reverse(f"opinions:{name}", args=[coming.pk])).status_code == 404
