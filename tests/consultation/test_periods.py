"""What a notice must hold, and how long it must run, before it is public (713, Art. 14-15)."""

from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from cms.clearance.rules import NotCleared
from cms.pages.models import SiteDocument
from cms.record.models import Event
from consultation.actions.periods import note_moments
from consultation.enums import ConsultationStatus
from consultation.models import ConsultationMoment, ConsultationPage, Extension
from tests.factories import CLOSES, OPENS
from tests.helpers import clear, publish

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
MOMENT = timedelta(microseconds=1)


def fields(page) -> list[str]:
    return [problem.field for problem in page.publication_problems()]


def missing_field(page, name):
    setattr(page, name, [] if name in ("draft", "explanation") else None)
    if name.startswith("contact"):
        setattr(page, name, "")
    return page


@pytest.mark.parametrize(
    "name",
    [
        "draft",
        "explanation",
        "opens_at",
        "closes_at",
        "department",
        "contact_person",
        "contact_phone",
    ],
)
def test_a_notice_with_a_part_missing_is_saved_and_not_published(draft_consultation, name):
    page = missing_field(draft_consultation, name)

    assert fields(page) == [name]
    with pytest.raises(NotCleared):
        clear(page).publish()
    assert not ConsultationPage.objects.live().exists()


def test_the_draft_may_be_a_file(draft_consultation):
    draft_consultation.draft = []
    draft_consultation.draft_file = SiteDocument.objects.create(
        title="草案", file=ContentFile(b"draft", "draft.pdf")
    )

    assert publish(draft_consultation).live


@pytest.mark.parametrize(
    ("closes_at", "problems"),
    [(CLOSES - MOMENT, []), (CLOSES - DAY, ["short_period_reason"]), (CLOSES + DAY, [])],
)
def test_under_thirty_days_it_is_not_published_without_a_reason(
    draft_consultation, closes_at, problems
):
    draft_consultation.closes_at = closes_at

    assert fields(draft_consultation) == problems
    draft_consultation.short_period_reason = "防汛在即（示例）"
    assert fields(draft_consultation) == []


def test_published_a_day_late_the_thirty_days_are_short(draft_consultation, clock):
    clock.shift(DAY)

    assert fields(draft_consultation) == ["short_period_reason"]


def test_announced_ahead_the_days_count_from_the_opening(draft_consultation, clock):
    clock.shift(-5 * DAY)

    assert fields(draft_consultation) == []


def test_what_was_announced_elsewhere_before_counts_from_that_day(draft_consultation, clock):
    clock.shift(90 * DAY)
    draft_consultation.announced_on = date(2026, 8, 3)

    assert fields(draft_consultation) == []


def test_a_period_that_is_over_is_not_announced(draft_consultation, clock):
    clock.move_to(CLOSES)

    assert fields(draft_consultation) == ["closes_at"]


@pytest.fixture
def extend(lift):
    """The draft of a longer period, with its dated notice unless told otherwise."""

    def call(closes_at, *, notice=True):
        page = ConsultationPage.objects.get(pk=lift.pk)
        page.closes_at = closes_at
        if notice:
            page.extensions.add(
                Extension(
                    announced_on=date(2026, 8, 20),
                    closes_at=closes_at,
                    reason="应居民要求（示例）",
                    locale=page.locale,
                )
            )
        return page

    return call


def test_a_running_period_is_made_longer_with_a_dated_notice(extend, clock):
    clock.move_to(CLOSES - MOMENT)

    longer = publish(extend(CLOSES + 7 * DAY))

    assert longer.closes_at == CLOSES + 7 * DAY
    assert longer.takes_opinions(CLOSES)


def test_an_extension_without_its_notice_is_refused(extend):
    assert fields(extend(CLOSES + 7 * DAY, notice=False)) == ["closes_at"]


def test_a_notice_of_another_day_is_no_notice(extend):
    page = extend(CLOSES + 7 * DAY)
    page.closes_at += DAY

    assert fields(page) == ["closes_at"]


def test_a_period_that_has_ended_is_not_reopened(extend, clock):
    clock.move_to(CLOSES)

    assert fields(extend(CLOSES + 7 * DAY)) == ["closes_at"]


def test_a_running_period_is_never_shortened(extend):
    page = extend(CLOSES - MOMENT, notice=False)

    assert fields(page) == ["closes_at"]
    with pytest.raises(NotCleared):
        publish(page)
    assert ConsultationPage.objects.get().closes_at == CLOSES


def test_the_opening_of_a_running_period_is_not_moved(lift):
    lift.opens_at -= DAY

    assert fields(lift) == ["closes_at"]


def test_before_it_opens_a_period_may_still_be_changed(clock, draft_consultation):
    clock.move_to(OPENS - DAY)
    page = publish(draft_consultation)
    page.opens_at += DAY
    page.closes_at += DAY
    page.extensions.add(
        Extension(
            announced_on=date(2026, 8, 2),
            closes_at=page.closes_at,
            reason="改期",
            locale=page.locale,
        )
    )

    assert fields(page) == []


def test_another_change_of_a_running_notice_keeps_its_period(lift, clock):
    clock.move_to(CLOSES + DAY)
    lift.contact_phone = "021-1111-1111"

    assert publish(lift).contact_phone == "021-1111-1111"


def test_a_notice_may_be_published_under_study_without_a_change_of_place(lift, clock):
    clock.move_to(CLOSES + DAY)
    lift.show_in_menus = True

    lift.save()

    assert ConsultationPage.objects.get().show_in_menus


def test_the_database_knows_no_period_that_ends_before_it_begins(lift):
    with pytest.raises(IntegrityError), transaction.atomic():
        ConsultationPage.objects.filter(pk=lift.pk).update(closes_at=OPENS)


def test_the_database_knows_no_threshold_of_nothing(lift):
    with pytest.raises(IntegrityError), transaction.atomic():
        ConsultationPage.objects.filter(pk=lift.pk).update(concentrated_count=0)


def test_it_opens_and_closes_by_itself(lift):
    statuses = [lift.status(at) for at in (OPENS - MOMENT, OPENS, CLOSES - MOMENT, CLOSES)]

    assert statuses == [
        ConsultationStatus.SCHEDULED,
        ConsultationStatus.OPEN,
        ConsultationStatus.OPEN,
        ConsultationStatus.CLOSED,
    ]


@pytest.mark.parametrize(
    ("at", "noted"),
    [
        (OPENS - MOMENT, []),
        (OPENS, ["opened"]),
        (CLOSES - MOMENT, ["opened"]),
        (CLOSES, ["opened", "closed"]),
    ],
)
def test_opening_and_closing_are_noted_once_at_their_moment(lift, at, noted):
    note_moments(at)
    note_moments(at)

    assert list(ConsultationMoment.objects.order_by("pk").values_list("kind", flat=True)) == noted
    verbs = [f"consultation.{kind}" for kind in noted]
    events = Event.objects.filter(verb__in=["consultation.opened", "consultation.closed"])
    assert list(events.order_by("pk").values_list("verb", flat=True)) == verbs


def test_the_close_of_a_longer_period_is_noted_too(lift, extend):
    note_moments(CLOSES - MOMENT)
    publish(extend(CLOSES + 7 * DAY))

    note_moments(CLOSES + 7 * DAY)

    moments = ConsultationMoment.objects.filter(kind="closed")
    assert moments.get().falls_at == CLOSES + 7 * DAY


def test_of_a_consultation_in_two_languages_each_moment_is_noted_once(lift, site):
    english = site.root_page.get_translations().get().locale
    publish(lift.copy_for_translation(english, copy_parents=True))

    note_moments(CLOSES)

    assert ConsultationMoment.objects.count() == 2
