"""Two at the same moment with one link, or with one form: counted once. And a control."""

import threading
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import connection, connections
from django.utils import timezone

from home.founding import found_site
from surveys.actions import answers
from surveys.actions.invitations import invite
from surveys.models import Invitation, Response
from surveys.rules import InvitationUsed
from tests.factories import SurveyPageFactory
from tests.helpers import plant_roots, publish

from .conftest import ANSWERS, submitted

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def on_postgresql():
    if connection.vendor != "postgresql":
        pytest.skip("real locks are those of PostgreSQL")


@pytest.fixture
def survey(db):
    """Open now, by the clock on the wall: threads share no other."""
    plant_roots()
    home = found_site().root_page.specific
    now = timezone.now()
    return publish(
        SurveyPageFactory(
            parent__parent=home,
            access="invited",
            opens_at=now - timedelta(minutes=1),
            closes_at=now + timedelta(days=1),
        )
    )


def send(survey, token, **told):
    now = timezone.now()
    return answers.answer_survey(
        survey, ANSWERS, submitted=submitted(survey, now, **told), at=now, token=token
    )


def at_once(*ways) -> list:
    """Calls all at one moment, each on a connection of its own; answers or exceptions."""
    start, found = threading.Barrier(len(ways)), [None] * len(ways)

    def run(number, way):
        start.wait()
        try:
            found[number] = way()
        except Exception as error:  # noqa: BLE001 - the answer of this way
            found[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(ways)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_one_link_used_four_times_at_once_counts_once(survey):
    for _round in range(5):
        Response.objects.all().delete()
        token = invite(survey, ["one"], at=timezone.now())[0].token

        found = at_once(*[lambda token=token: send(survey, token)] * 4)

        assert sorted(type(answer).__name__ for answer in found) == [
            *["InvitationUsed"] * 3,
            "bool",
        ]
        assert Response.objects.count() == 1


def test_one_form_sent_four_times_at_once_counts_once_and_nobody_is_refused(survey):
    token = invite(survey, ["one"], at=timezone.now())[0].token
    key = submitted(survey, timezone.now()).key

    found = at_once(*[lambda: send(survey, token, key=key)] * 4)

    assert sorted(found) == [False, False, False, True]
    assert Response.objects.count() == 1


@contextmanager
def without_lock():
    """Reads the link without waiting for who holds it, and lets all read before one writes."""
    everyone_has_read = threading.Barrier(4)

    def use_up(survey, token, at):
        invitation = answers.find_invitation(survey, token)
        everyone_has_read.wait()
        if invitation.used_on is not None:
            raise InvitationUsed(invitation.used_on)
        Invitation.objects.filter(pk=invitation.pk).update(used_on=timezone.localdate(at))

    with patch.object(answers, "_use_up", use_up):
        yield


def test_control_without_the_lock_one_link_counts_four_times(survey):
    token = invite(survey, ["one"], at=timezone.now())[0].token

    with without_lock():
        at_once(*[lambda: send(survey, token)] * 4)

    assert Response.objects.count() == 4
