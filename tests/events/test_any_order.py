"""Whatever happens in whatever order: the counters are the sum of the rows, nothing is oversold,
nobody has two places, nobody overtakes, and each change of state is told in one letter.
"""

import itertools
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from cms.letters.models import Letter
from events import rules
from events.actions import door, draws, due, sessions, signups
from events.models import Quota, SessionPlaces, SignUp
from events.party import Party
from events.queries import places_differences
from tests.factories import SIGN_UP_CLOSES, SIGN_UP_OPENS, STARTS, SessionFactory

pytestmark = pytest.mark.django_db
REFUSALS = (
    rules.AlreadySignedUp,
    rules.CapacityBelowTaken,
    rules.NoPlacesLeft,
    rules.NotAllowed,
    rules.NotPossibleNow,
    rules.OfferExpired,
    rules.SignUpClosed,
)
AT = SIGN_UP_OPENS
KEPT_UNTIL = STARTS - timedelta(minutes=1)  # from the start on nobody moves up
one_of_many = st.integers(0, 10_000)


class OpenDay(RuleBasedStateMachine):
    activity = come = clerk = None

    def __init__(self):
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.session = SessionFactory(activity=self.activity, capacity=5)
        self.nonces = itertools.count()

    def teardown(self):
        transaction.savepoint_rollback(self.savepoint)

    def one(self, number):
        found = list(SignUp.objects.filter(session=self.session).order_by("pk"))
        return found[number % len(found)] if found else None

    def attempt(self, action, *args, **told):
        with suppress(*REFUSALS), transaction.atomic():
            action(*args, **told)

    @rule(size=st.integers(0, 6), split=st.booleans(), person=st.integers(0, 9))
    def somebody_signs_up(self, size, split, person):
        phone = f"1380000000{person}"
        self.attempt(self.come, self.session, size, accepts_split=split, phone=phone)

    @rule(number=one_of_many)
    def somebody_cancels(self, number):
        if one := self.one(number):
            self.attempt(signups.cancel, one, at=AT)

    @rule(number=one_of_many, size=st.integers(0, 6))
    def a_party_changes(self, number, size):
        if one := self.one(number):
            self.attempt(signups.change_party, one, Party(size=size), at=AT)

    @rule(number=one_of_many, accepts=st.booleans())
    def an_offer_is_answered(self, number, accepts):
        if one := self.one(number):
            answer = signups.accept_offer if accepts else signups.decline_offer
            self.attempt(answer, one, at=AT)

    @rule()
    def offers_expire(self):
        due.expire_offers(AT + timedelta(hours=24))

    @rule(more=st.integers(0, 4))
    def capacity_is_raised(self, more):
        places = SessionPlaces.objects.get(pk=self.session.pk)
        sessions.raise_capacity(self.session, places.capacity + more, by=self.clerk, at=AT)

    @rule(capacity=st.integers(0, 6))
    def capacity_is_lowered(self, capacity):
        places = SessionPlaces.objects.get(pk=self.session.pk)
        if capacity <= places.capacity:
            self.attempt(sessions.lower_capacity, self.session, capacity, by=self.clerk, at=AT)

    @rule(places=st.integers(1, 3))
    def places_are_kept(self, places):
        if Quota.objects.filter(session=self.session).exists():
            return
        self.attempt(
            sessions.keep_places,
            self.session,
            "committee",
            places,
            kept_until=KEPT_UNTIL,
            by=self.clerk,
            at=AT,
        )

    @rule(size=st.integers(1, 3))
    def the_committee_enters_somebody(self, size):
        quota = Quota.objects.filter(session=self.session).first()
        self.attempt(
            door.enter_sign_up,
            self.session,
            Party(size=size, email="li@example.cn"),
            name=door.Name("李四"),
            channel="phone",
            quota=quota,
            by=self.clerk,
            at=AT,
        )

    @rule()
    def the_quota_ends(self):
        sessions.end_quotas(KEPT_UNTIL)

    @rule(number=one_of_many)
    def somebody_is_scanned(self, number):
        if one := self.one(number):
            door.check_in(
                one,
                self.session,
                nonce=f"n{next(self.nonces)}",
                scanned_at=STARTS,
                by=self.clerk,
                at=STARTS,
            )

    @rule(size=st.integers(1, 3))
    def somebody_walks_in(self, size):
        nonce = f"n{next(self.nonces)}"
        party = Party(size=size)
        self.attempt(door.walk_in, self.session, party, nonce=nonce, by=self.clerk, at=STARTS)

    @invariant()
    def counters_are_the_sum_of_the_rows(self):
        assert places_differences() == {}

    @invariant()
    def nothing_is_oversold(self):
        places = SessionPlaces.objects.get(pk=self.session.pk)
        assert 0 <= places.taken <= places.capacity
        for quota in self.session.quotas.all():
            assert 0 <= quota.taken <= quota.capacity

    @invariant()
    def nobody_has_two_places(self):
        live = SignUp.objects.live().filter(session=self.session).exclude(person_index="")
        people = list(live.values_list("person_index", flat=True))
        assert len(people) == len(set(people))

    @invariant()
    def nobody_waits_beside_a_place_that_fits(self):
        places = SessionPlaces.objects.get(pk=self.session.pk)
        first = SignUp.objects.filter(session=self.session).queue().first()
        assert first is None or first.places > places.left or not places.is_open

    @invariant()
    def each_change_is_told_once(self):
        """The first letter and one for each change since, but none for a check-in."""
        wholes = SignUp.objects.filter(session=self.session, part_of=None).exclude(channel="door")
        for one in wholes:
            told = Letter.objects.filter(about_type="events.signup", about_id=str(one.pk)).count()
            assert told == one.version - (one.state == "attended")


@pytest.mark.parametrize("offer_hours", [0, 24])
def test_whatever_happens_the_places_stay_right(make_activity, come, clerk, offer_hours):
    arranged = {
        "activity": make_activity(offer_hours=offer_hours, party_max=6),
        "come": staticmethod(come),
        "clerk": clerk,
    }

    run_state_machine_as_test(
        type("Arranged", (OpenDay,), arranged),
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize("seed", range(3))
def test_after_a_draw_the_places_stay_right_too(make_activity, come, seed):
    session = SessionFactory(activity=make_activity(admission="draw"), capacity=5)
    parties = [come(session, size, accepts_split=size > 2) for size in (1, 2, 4, 3, 1, 2)]
    draws.commit_seed(session, at=AT)

    draws.run_draw(session, at=SIGN_UP_CLOSES)
    for taken in parties[seed : seed + 3]:
        if SignUp.objects.get(pk=taken.sign_up.pk).is_changeable:
            signups.cancel(taken.sign_up, at=SIGN_UP_CLOSES)

    places = SessionPlaces.objects.get(pk=session.pk)
    first = SignUp.objects.filter(session=session).queue().first()
    assert places_differences() == {}
    assert first is None or first.places > places.left
