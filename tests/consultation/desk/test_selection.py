import pytest

from cms.record.models import Event
from consultation.enums import Channel, Verdict
from consultation.models import Opinion, OpinionGroup

from .conftest import AT

pytestmark = pytest.mark.django_db

REFUSE = {
    "wish": "verdict",
    "verdict-verdict": "not_adopted",
    "verdict-reason": "资金有限",
}


@pytest.fixture
def three(make_opinion):
    return [make_opinion(text) for text in ("一", "二", "三")]


@pytest.fixture
def work(desk, address):
    """Chooses by the query, reads the page, and posts with the numbers that it showed."""

    def work(query, **data):
        url = f"{address('selection')}?{query}"
        context = desk.get(url).context
        return desk.post(url, {"count": context["count"], "last": context["last"], **data})

    return work


def marked(*opinions) -> str:
    return "&".join(f"id={opinion.pk}" for opinion in opinions)


def test_the_marked_opinions_get_one_verdict_and_one_reason(work, three, officer):
    assert work(marked(*three[:2]), **REFUSE).status_code == 302
    decided = Opinion.objects.filter(verdict="not_adopted", decided_by=officer)
    assert [(one.text, one.verdict_reason) for one in decided] == [
        ("一", "资金有限"),
        ("二", "资金有限"),
    ]
    event = Event.objects.get(verb="consultation.opinions_decided")
    assert event.data["opinions"] == [three[0].pk, three[1].pk]


def test_all_that_match_the_filter_get_the_verdict_and_no_other(work, three, make_opinion):
    make_opinion("电话", channel=Channel.PHONE)
    work("all=1&channel=web", **REFUSE)
    assert [one.text for one in Opinion.objects.undecided()] == ["电话"]


def test_a_verdict_given_before_stays_unless_it_is_to_be_changed(work, three, make_opinion):
    decided = make_opinion(verdict=Verdict.ADOPTED, decided_at=AT)
    work("all=1", **REFUSE)
    decided.refresh_from_db()
    assert decided.verdict == Verdict.ADOPTED
    work("all=1", **REFUSE, **{"verdict-change_decided": "on"})
    decided.refresh_from_db()
    assert decided.verdict == Verdict.NOT_ADOPTED


def test_a_withdrawn_opinion_gets_no_verdict(work, make_opinion):
    withdrawn = make_opinion(withdrawn_at=AT)
    work("all=1", **REFUSE)
    withdrawn.refresh_from_db()
    assert withdrawn.verdict == Verdict.PENDING


def test_a_bulk_verdict_needs_its_reason_too(work, three):
    response = work("all=1", **REFUSE | {"verdict-reason": ""})
    assert response.status_code == 422
    assert list(response.context["forms"]["verdict"].errors) == ["reason"]
    assert Opinion.objects.undecided().count() == 3


def test_what_came_after_the_page_was_shown_is_not_decided(desk, address, three, make_opinion):
    url = f"{address('selection')}?all=1"
    context = desk.get(url).context
    late_comer = make_opinion("刚刚收到")
    desk.post(url, REFUSE | {"count": context["count"], "last": context["last"]})
    assert list(Opinion.objects.undecided()) == [late_comer]


def test_a_selection_that_has_changed_is_shown_again(desk, address, three):
    url = f"{address('selection')}?all=1&verdict=pending"
    context = desk.get(url).context
    Opinion.objects.filter(pk=three[0].pk).update(verdict=Verdict.ADOPTED, decided_at=AT)
    response = desk.post(url, REFUSE | {"count": context["count"], "last": context["last"]})
    assert (response.status_code, response.context["count"]) == (422, 2)
    assert response.context["forms"]["verdict"]["reason"].value() == "资金有限"
    assert Opinion.objects.undecided().count() == 2


def test_opinions_are_put_into_a_new_group_into_an_old_one_and_out_again(work, three, group):
    work(marked(three[0]), wish="group", **{"group-title": "停车不足", "group-group": ""})
    work(marked(*three[1:]), wish="group", **{"group-title": "", "group-group": group.pk})
    parking = OpinionGroup.objects.get(title="停车不足")
    assert [one.group for one in Opinion.objects.order_by("pk")] == [parking, group, group]
    work(marked(three[1]), wish="ungroup")
    assert [one.group for one in Opinion.objects.order_by("pk")] == [parking, None, group]


@pytest.mark.parametrize(
    "names",
    [("", ""), ("低层住户采光", ""), ("新组", "GROUP"), ("", "999999")],
)
def test_a_group_is_either_old_or_new_and_named_once(work, three, group, names):
    title, chosen = names
    chosen = group.pk if chosen == "GROUP" else chosen
    data = {"group-title": title, "group-group": chosen}
    response = work("all=1", wish="group", **data)
    assert response.status_code == 422
    assert response.context["forms"]["group"].errors
    assert not Opinion.objects.filter(group__isnull=False).exists()


def test_a_group_of_another_consultation_is_not_offered(work, three, make_consultation):
    foreign = OpinionGroup.objects.create(consultation=make_consultation("x"), title="别处")
    response = work("all=1", wish="group", **{"group-title": "", "group-group": foreign.pk})
    assert response.status_code == 422


def test_opinions_of_another_consultation_are_never_chosen(
    desk, address, three, make_consultation
):
    foreign = Opinion.objects.create(
        consultation=make_consultation("x"), text="别处", received_at=AT
    )
    response = desk.get(f"{address('selection')}?id={foreign.pk}&id=abc&id={'9' * 30}")
    assert (response.status_code, response.url) == (302, address("desk"))


def test_more_opinions_than_one_statement_takes_are_decided_all(work, consultation):
    Opinion.objects.bulk_create(
        [Opinion(consultation=consultation, text="支持", received_at=AT) for _ in range(2345)]
    )
    work("all=1", wish="verdict", **{"verdict-verdict": "adopted", "verdict-reason": ""})
    assert Opinion.objects.filter(verdict=Verdict.ADOPTED, version=2).count() == 2345
    numbers = [
        number
        for event in Event.objects.filter(verb="consultation.opinions_decided")
        for number in event.data["opinions"]
    ]
    assert sorted(numbers) == sorted(Opinion.objects.values_list("pk", flat=True))
