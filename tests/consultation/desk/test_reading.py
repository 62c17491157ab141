import pytest
from django.core.files.base import ContentFile

from cms.intake.models import Attachment
from cms.record.models import Event
from consultation.actions.opinions import add_to_opinion
from consultation.actions.verdicts import decide_opinion
from consultation.enums import Verdict
from consultation.models import Opinion, OpinionAddition
from consultation.rules import OpinionChanged

from .conftest import AT

pytestmark = pytest.mark.django_db


def verdict(opinion, **changes):
    return {
        "verdict": "not_adopted",
        "reason": "超出镇级权限",
        "seen_version": opinion.version,
    } | changes


def test_an_opinion_is_read_whole_with_everything_that_belongs_to_it(
    desk, address, make_opinion, make_receipt, group
):
    opinion = make_opinion(
        "很" * 3000 + "完", reasons="老人多", receipt=make_receipt(), group=group
    )
    OpinionAddition.objects.create(
        opinion=opinion, text="再补充一句", added_at=AT, submission_key="k"
    )
    html = desk.get(address("opinion", opinion.pk)).content.decode()
    for part in ("很完", "老人多", "再补充一句", "低层住户采光", opinion.receipt.number):
        assert part in html


def test_what_a_citizen_writes_never_becomes_markup(desk, address, make_opinion):
    opinion = make_opinion("<script>alert(1)</script>", reasons="<b>x</b>")
    for html in (
        desk.get(address("opinion", opinion.pk)).content.decode(),
        desk.get(address("desk")).content.decode(),
    ):
        assert "<script>alert" not in html and "<b>x</b>" not in html


@pytest.mark.parametrize("count", [1, 3])
def test_reading_takes_as_many_queries_with_three_additions_as_with_one(
    desk, address, opinion, make_receipt, django_assert_max_num_queries, count
):
    opinion.receipt = make_receipt()
    opinion.save()
    for number in range(count):
        OpinionAddition.objects.create(
            opinion=opinion, text=f"另外{number}", added_at=AT, submission_key=f"k{number}"
        )
        attach(opinion.receipt, f"{number}.txt")
    desk.get(address("opinion", opinion.pk))
    with django_assert_max_num_queries(26):
        html = desk.get(address("opinion", opinion.pk)).content.decode()
    assert html.count("另外") == count


def test_the_next_and_the_previous_undecided_are_one_step_away(
    desk, address, make_opinion, make_consultation
):
    first = make_opinion()
    make_opinion(verdict=Verdict.ADOPTED, decided_at=AT)
    here = make_opinion()
    make_opinion(withdrawn_at=AT)
    Opinion.objects.create(consultation=make_consultation("x"), text="别处", received_at=AT)
    last = make_opinion()
    neighbours = desk.get(address("opinion", here.pk)).context["neighbours"]
    assert (neighbours.previous, neighbours.next, neighbours.undecided) == (
        first.pk,
        last.pk,
        3,
    )


def test_an_officer_decides_and_goes_on_to_the_next(desk, address, make_opinion, officer):
    opinion, following = make_opinion(), make_opinion()
    response = desk.post(address("opinion", opinion.pk), verdict(opinion) | {"next": "1"})
    assert response.url == address("opinion", following.pk)
    opinion.refresh_from_db()
    assert (opinion.verdict, opinion.verdict_reason) == ("not_adopted", "超出镇级权限")
    assert opinion.decided_by == officer
    assert Event.objects.filter(verb="consultation.opinion_decided").count() == 1


@pytest.mark.parametrize("wanted", ["partly_adopted", "not_adopted", "off_topic"])
def test_every_verdict_but_adopted_needs_its_reason(desk, address, opinion, wanted):
    response = desk.post(
        address("opinion", opinion.pk), verdict(opinion, verdict=wanted, reason=" ")
    )
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["reason"]
    opinion.refresh_from_db()
    assert opinion.verdict == Verdict.PENDING
    desk.post(address("opinion", opinion.pk), verdict(opinion, verdict="adopted", reason=""))
    opinion.refresh_from_db()
    assert opinion.verdict == Verdict.ADOPTED


@pytest.mark.parametrize("reason", ["坏\x00字", "长" * 2001])
def test_a_reason_that_cannot_be_stored_is_said_at_its_field(desk, address, opinion, reason):
    response = desk.post(address("opinion", opinion.pk), verdict(opinion, reason=reason))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["reason"]


def test_an_opinion_decided_meanwhile_is_shown_with_nothing_typed_lost(
    desk, address, opinion, make_user
):
    read = Opinion.objects.get()
    decide_opinion(
        opinion,
        verdict=Verdict.ADOPTED,
        reason="同事的理由",
        seen_version=opinion.version,
        by=make_user("colleague"),
        at=AT,
    )
    response = desk.post(address("opinion", read.pk), verdict(read))
    html = response.content.decode()
    assert response.status_code == 409
    assert "同事的理由" in html and "colleague" in html and "超出镇级权限" in html
    assert Opinion.objects.get().verdict == Verdict.ADOPTED
    again = response.context["form"]["seen_version"].value()
    desk.post(address("opinion", read.pk), verdict(read, seen_version=again))
    assert Opinion.objects.get().verdict == Verdict.NOT_ADOPTED


def test_what_the_author_adds_meanwhile_is_read_before_the_verdict(
    opinion, consultation, make_user, monkeypatch
):
    class Key:
        value = "k"

    read = Opinion.objects.get()
    monkeypatch.setattr(type(consultation), "takes_opinions", lambda page, at: True)
    assert add_to_opinion(opinion, text="请先看这一句", key=Key, at=AT)
    with pytest.raises(OpinionChanged):
        decide_opinion(
            read,
            verdict=Verdict.ADOPTED,
            reason="",
            seen_version=read.version,
            by=make_user("officer"),
            at=AT,
        )


def test_a_withdrawn_opinion_is_not_decided(desk, address, make_opinion):
    opinion = make_opinion(withdrawn_at=AT)
    assert b"seen_version" not in desk.get(address("opinion", opinion.pk)).content
    assert desk.post(address("opinion", opinion.pk), verdict(opinion)).status_code == 409
    opinion.refresh_from_db()
    assert opinion.verdict == Verdict.PENDING


def test_a_contact_is_masked_until_somebody_says_why(desk, address, opinion, make_receipt):
    opinion.receipt = make_receipt()
    opinion.save()
    html = desk.get(address("opinion", opinion.pk)).content.decode()
    assert "138****1234" in html and "13800001234" not in html and "王小明" not in html
    refused = desk.post(address("contact", opinion.pk), {"contact-reason": " "})
    assert refused.status_code == 422 and "13800001234" not in refused.content.decode()
    assert not Event.objects.filter(verb="intake.contact_unmasked").exists()
    shown = desk.post(address("contact", opinion.pk), {"contact-reason": "核实楼栋"})
    assert "13800001234" in shown.content.decode() and "王小明" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    event = Event.objects.get(verb="intake.contact_unmasked")
    assert event.data == {"reason": "核实楼栋"}


def attach(receipt, name="图纸.txt"):
    return Attachment.objects.create(
        receipt=receipt,
        name=name,
        file=ContentFile("楼栋平面".encode(), name),
        size=12,
        sha256="0" * 64,
        kind="txt",
        created_at=AT,
    )


def test_an_attachment_is_saved_never_opened(desk, address, opinion, make_receipt):
    opinion.receipt = make_receipt()
    opinion.save()
    attachment = attach(opinion.receipt)
    response = desk.get(address("attachment", opinion.pk, attachment.pk))
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert b"".join(response.streaming_content).decode() == "楼栋平面"


def test_an_attachment_of_another_opinion_is_not_handed_out(
    desk, address, make_opinion, make_receipt
):
    own, other = make_opinion(receipt=make_receipt()), make_opinion(receipt=make_receipt())
    bare = make_opinion()
    foreign = attach(other.receipt)
    assert desk.get(address("attachment", own.pk, foreign.pk)).status_code == 404
    assert desk.get(address("attachment", bare.pk, foreign.pk)).status_code == 404
