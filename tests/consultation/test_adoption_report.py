"""From the decision to the published report within ten working days (plan 2023, III.1)."""

from datetime import date, datetime, timedelta

import pytest

from cms.clearance.jobs import follow_up_publications
from cms.clearance.models import Publication
from cms.clearance.rules import NotCleared
from cms.duties.enums import State
from cms.duties.models import Duty
from cms.intake.models import Receipt
from cms.letters.models import Letter
from cms.record.models import Event
from consultation.actions.decisions import record_decision
from consultation.actions.groups import create_group, put_into_group
from consultation.actions.opinions import enter_opinion, withdraw_opinion
from consultation.actions.reports import make_report
from consultation.actions.verdicts import (
    countersign_group,
    decide_group,
    decide_opinion,
    decide_opinions,
)
from consultation.enums import Channel, Verdict
from consultation.models import AdoptionReportPage, AnnexRow, ReportSnapshot
from consultation.rules import SHANGHAI, DecisionInTheFuture
from tests.factories import OPENS, UserFactory
from tests.helpers import publish

pytestmark = pytest.mark.django_db

ISSUED = date(2026, 9, 18)
DUE = date(2026, 10, 9)


def morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, 0, tzinfo=SHANGHAI)


@pytest.fixture
def decision(lift):
    return lift.get_parent().specific


@pytest.fixture
def issue(decision, officer, clock):
    """The decision is issued; the clock stands on that day."""

    def call(on=ISSUED, today=ISSUED):
        clock.move_to(morning(today))
        return record_decision(
            decision,
            document_number="宝淞府〔2026〕8号",
            meeting_name="第12次镇长办公会",
            issued_on=on,
            by=officer,
            today=today,
            at=morning(today),
        )

    return call


@pytest.fixture
def report_on(lift, officer, clock):
    """The report as made on a day: a draft."""

    def call(day=ISSUED, **changes):
        clock.move_to(morning(day))
        report = make_report(lift, by=officer, at=morning(day))
        for name, value in changes.items():
            setattr(report, name, value)
        return report

    return call


@pytest.fixture
def decide_all(lift, officer):
    def call(verdict=Verdict.ADOPTED, reason=""):
        keys = list(lift.opinions.counted().values_list("pk", flat=True))
        decide_opinions(lift, keys, verdict=verdict, reason=reason, by=officer, at=OPENS)

    return call


def problems(report) -> list[str]:
    return [str(problem.text) for problem in report.publication_problems()]


def causes() -> list[str]:
    return list(Letter.objects.order_by("pk").values_list("cause", flat=True))


def test_the_decision_starts_ten_working_days_over_the_national_holiday(issue, lift):
    draft = issue()

    duty = Duty.objects.get()
    assert (duty.started_on, duty.due_on, duty.department) == (ISSUED, DUE, lift.department)
    assert (draft.document_number, draft.issued_on) == ("宝淞府〔2026〕8号", ISSUED)


def test_the_decision_is_a_draft_until_it_is_cleared(issue, decision):
    publish(decision)

    issue()

    decision.refresh_from_db()
    assert decision.issued_on is None
    assert decision.get_latest_revision_as_object().issued_on == ISSUED


def test_a_decision_is_not_recorded_before_its_day(issue):
    with pytest.raises(DecisionInTheFuture):
        issue(on=ISSUED + timedelta(days=1), today=ISSUED)

    assert not Duty.objects.exists()


def test_recording_the_decision_again_owes_one_report(issue):
    issue()
    issue()

    assert Duty.objects.get().due_on == DUE


def test_a_corrected_day_of_issue_is_counted_anew(issue):
    issue()
    issue(on=ISSUED - timedelta(days=1), today=ISSUED)

    assert Duty.objects.get().due_on == date(2026, 10, 8)


def test_the_report_counts_every_opinion_by_way_and_verdict(say, decide_all, lift, officer, issue):
    say("采纳"), say("撤回")
    withdraw_opinion(lift.opinions.get(text="撤回"), at=OPENS)
    for channel in (Channel.LETTER, Channel.PHONE, Channel.PHONE):
        enter_opinion(
            lift, text="来信来电", channel=channel, received_at=OPENS, by=officer, at=OPENS
        )
    decide_all(Verdict.NOT_ADOPTED, "超出本镇权限")
    issue()

    facts = make_report(lift, by=officer, at=morning(ISSUED)).snapshot.data

    assert (facts["received"], facts["withdrawn"]) == (5, 1)
    assert facts["by_channel"] == {"web": 2, "letter": 1, "phone": 2}
    assert {v: n for v, n in facts["by_verdict"].items() if n} == {"not_adopted": 4}


def test_the_report_knows_its_decision_and_its_day(say, decide_all, issue, report_on):
    decide_all()
    issue()

    report = report_on()

    assert (report.issued_on, report.due_on) == (ISSUED, DUE)
    assert (report.slug, report.live) == ("adoption-report", False)


def test_making_the_report_again_takes_the_numbers_of_today(say, lift, report_on):
    first = report_on()
    say()

    second = report_on(ISSUED + timedelta(days=1))

    assert second.pk == first.pk
    assert ReportSnapshot.objects.count() == 2
    assert second.snapshot.data["received"] == 1


def test_the_annex_names_nobody_and_masks_every_number(say, decide_all, report_on):
    say(
        "我住1号楼，电话13800138000，身份证310113196001011234，邮箱wang@example.cn",
        contact_name="王阿姨",
        contact="13900139000",
    )
    decide_all(Verdict.NOT_ADOPTED, "请致电 021-56781234")
    report_on()

    row = AnnexRow.objects.get()
    assert row.text == "我住1号楼，电话138****8000，身份证310113********1234，邮箱***@***"
    assert row.reason == "请致电 021-****1234"
    assert "王阿姨" not in str(AnnexRow.objects.values().get())


def test_the_annex_lists_opinions_in_the_order_they_came(say, report_on, decide_all):
    for text in ("甲", "乙", "丙"):
        say(text)
    decide_all()
    report_on()

    assert list(AnnexRow.objects.values_list("number", "text")) == [
        (1, "甲"),
        (2, "乙"),
        (3, "丙"),
    ]


def test_the_digest_of_the_opinions_is_the_same_until_one_changes(say, lift, report_on):
    say("甲")
    snapshot = report_on().snapshot
    assert ReportSnapshot.objects.digest_of(lift) == snapshot.sha256

    lift.opinions.update(text="乙")

    assert ReportSnapshot.objects.digest_of(lift) != snapshot.sha256


def test_a_report_is_not_published_while_an_opinion_has_no_verdict(say, report_on):
    say()

    with pytest.raises(NotCleared):
        publish(report_on())

    assert not AdoptionReportPage.objects.live().exists()


@pytest.fixture
def concentrated(say, lift, officer):
    """Three say the same: 较为集中."""
    keys = [say().opinion.pk for _n in range(3)]
    group = create_group(lift, title="采光", by=officer, at=OPENS)
    put_into_group(group, lift, keys, by=officer, at=OPENS)
    return group


def test_a_concentrated_opinion_needs_its_own_verdict(concentrated, decide_all, report_on):
    decide_all()

    assert len(problems(report_on())) == 1


def test_a_concentrated_opinion_that_was_refused_needs_its_reason(
    concentrated, decide_all, report_on, officer
):
    decide_all()
    refusal = {"verdict": Verdict.NOT_ADOPTED, "by": officer, "at": OPENS}
    decide_group(concentrated, reason="已按国家标准设计", **refusal)
    [unsigned] = problems(report_on())
    assert "尚待复核签字" in unsigned
    concentrated.refresh_from_db()
    signed = {"by": UserFactory(), "at": OPENS, "seen_version": concentrated.version}
    countersign_group(concentrated, **signed)
    assert problems(report_on()) == []

    concentrated.refresh_from_db()
    concentrated.reason = ""
    concentrated.save()

    assert len(problems(report_on())) == 1


def test_a_group_that_is_not_concentrated_holds_nothing_up(
    say, lift, officer, decide_all, report_on
):
    group = create_group(lift, title="采光", by=officer, at=OPENS)
    put_into_group(group, lift, [say().opinion.pk], by=officer, at=OPENS)
    for _n in range(20):
        say()
    decide_all()

    assert problems(report_on()) == []


def test_opinions_that_changed_since_are_reported_anew(say, decide_all, lift, officer, report_on):
    opinion = say().opinion
    decide_all()
    report = report_on()
    opinion.refresh_from_db()
    decide_opinion(
        opinion,
        verdict=Verdict.NOT_ADOPTED,
        reason="再研究后不采纳",
        seen_version=opinion.version,
        by=officer,
        at=OPENS,
    )

    assert len(problems(report)) == 1
    assert problems(report_on()) == []


def test_a_report_waits_for_the_end_of_the_period(lift, report_on, clock):
    report = report_on()

    clock.move_to(lift.closes_at - timedelta(microseconds=1))
    assert len(problems(report)) == 1
    clock.move_to(lift.closes_at)
    assert problems(report) == []


def test_a_report_that_was_never_made_is_not_published(lift):
    report = AdoptionReportPage(title="反馈", slug="adoption-report", live=False)
    lift.get_parent().add_child(instance=report)

    assert len(problems(report)) == 1


@pytest.mark.parametrize(("day", "late"), [(DUE, False), (DUE + timedelta(days=1), True)])
def test_from_the_day_after_the_due_day_a_reason_is_printed(issue, report_on, day, late):
    issue()
    report = report_on(day)

    assert len(problems(report)) == (1 if late else 0)
    report.lateness_reason = "国庆假期后机房检修"
    assert problems(report) == []


def test_a_published_report_stays_as_it_is_when_opinions_change(say, decide_all, lift, report_on):
    say()
    decide_all()
    report = publish(report_on())
    lift.opinions.update(text="后来改动")

    report.show_in_menus = True
    report.save()

    assert AdoptionReportPage.objects.live().get() == report


def test_a_word_of_a_published_report_is_mended_without_making_it_late(
    say, decide_all, lift, issue, report_on, clock
):
    say()
    decide_all()
    issue()
    report = publish(report_on(DUE))
    lift.opinions.update(text="后来改动")
    clock.move_to(morning(DUE + timedelta(days=30)))
    report.foreword = [("text", "<p>更正：联系电话有误。</p>")]

    mended = publish(report)

    assert mended.foreword[0].value.source == "<p>更正：联系电话有误。</p>"
    assert mended.snapshot == report.snapshot


def test_a_report_on_no_opinions_can_be_published(issue, report_on):
    issue()

    report = publish(report_on())

    assert report.live
    assert report.snapshot.data["received"] == 0


def test_the_report_on_time_meets_the_duty(issue, report_on):
    issue()
    publish(report_on(DUE))

    follow_up_publications(morning(DUE))

    duty = Duty.objects.get()
    assert (duty.state, duty.met_on, duty.lateness_reason) == (State.MET, DUE, "")


def test_a_late_report_stays_late_in_public(issue, report_on, client):
    issue()
    late = DUE + timedelta(days=3)
    report = publish(report_on(late, lateness_reason="国庆假期后机房检修"))

    follow_up_publications(morning(late))

    duty = Duty.objects.get()
    assert (duty.met_on, duty.lateness_reason) == (late, "国庆假期后机房检修")
    assert duty.state != State.MET
    assert report.was_late


def test_each_author_with_an_address_gets_the_own_verdict_once(
    say, lift, officer, issue, report_on
):
    told = {"wants_letter": True}
    say("甲", contact="a@example.cn", **told), say("乙", contact="b@example.cn", **told)
    say("丙", contact="c@example.cn"), say("丁")
    say("戊", contact="13800138000", **told)
    for opinion, reason in zip(lift.opinions.order_by("pk"), "一二三四五", strict=True):
        decide_opinion(
            opinion,
            verdict=Verdict.NOT_ADOPTED,
            reason=f"理由{reason}",
            seen_version=1,
            by=officer,
            at=OPENS,
        )
    issue()
    publish(report_on())

    follow_up_publications(morning(ISSUED))
    Publication.objects.update(followed_up_at=None)
    follow_up_publications(morning(ISSUED))

    letters = Letter.objects.filter(cause="opinion_answered").order_by("pk")
    assert [letter.recipient for letter in letters] == ["a@example.cn", "b@example.cn"]
    assert ["理由一" in letters[0].body, "理由二" in letters[0].body] == [True, False]


def test_nobody_is_told_before_the_report_is_public(say, decide_all, report_on):
    say(contact="a@example.cn", wants_letter=True)
    decide_all()

    report_on().save_revision()
    follow_up_publications(morning(ISSUED))

    assert causes() == ["opinion_received"]


def test_who_withdrew_gets_no_letter(say, decide_all, report_on):
    withdraw_opinion(say(contact="a@example.cn", wants_letter=True).opinion, at=OPENS)
    decide_all()
    publish(report_on())

    follow_up_publications(morning(ISSUED))

    assert "opinion_answered" not in causes()


def test_an_address_nothing_can_be_sent_to_holds_up_no_other_letter(
    say, lift, officer, decide_all, report_on
):
    enter_opinion(
        lift,
        text="来信",
        channel=Channel.LETTER,
        received_at=OPENS,
        author="陈先生",
        contact="chen@",
        wants_letter=True,
        by=officer,
        at=OPENS,
    )
    say(contact="a@example.cn", wants_letter=True)
    decide_all()
    publish(report_on())

    assert follow_up_publications(morning(ISSUED)) == Publication.objects.count()
    assert causes().count("opinion_answered") == 1


def test_contact_data_is_kept_for_a_year_after_the_report(say, decide_all, report_on):
    say(contact="a@example.cn")
    decide_all()
    publish(report_on())

    follow_up_publications(morning(ISSUED))

    assert Receipt.objects.get().delete_contact_on == date(2027, 9, 18)


def test_decision_and_report_are_on_record(say, issue, report_on, officer):
    issue()
    report_on()

    verbs = ("consultation.decision_recorded", "consultation.report_made")
    events = Event.objects.filter(verb__in=verbs).order_by("pk")
    assert [(event.verb, event.actor) for event in events] == [(verb, officer) for verb in verbs]
