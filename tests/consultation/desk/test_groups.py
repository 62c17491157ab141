import pytest

from cms.record.models import Event
from consultation.enums import Verdict
from consultation.models import GroupingRun, Opinion, OpinionGroup

from .conftest import AT

pytestmark = pytest.mark.django_db


def answer(**changes):
    return {
        "title": "低层住户采光",
        "verdict": "not_adopted",
        "reason": "已按规范退让",
        "to_members": "none",
    } | changes


@pytest.fixture
def members(make_opinion, group):
    return [
        make_opinion("未定", group=group),
        make_opinion("已定", group=group, verdict=Verdict.ADOPTED, decided_at=AT),
        make_opinion("撤回", group=group, withdrawn_at=AT),
    ]


def test_a_group_is_created_once(desk, address, consultation):
    desk.post(address("new_group"), {"title": "停车不足"})
    assert OpinionGroup.objects.get(consultation=consultation).title == "停车不足"
    again = desk.post(address("new_group"), {"title": "停车不足"})
    assert again.status_code == 422
    assert list(again.context["form"].errors) == ["title"]


@pytest.mark.parametrize(
    ("count", "others", "concentrated"),
    [(2, 38, True), (2, 39, False), (3, 200, True), (0, 0, False)],
)
def test_a_group_is_concentrated_from_three_or_from_five_per_cent(
    desk, address, consultation, group, count, others, concentrated
):
    Opinion.objects.bulk_create(
        [
            Opinion(consultation=consultation, text="同", received_at=AT, group=one)
            for one in [group] * count + [None] * others
        ]
    )
    [line] = desk.get(address("groups")).context["lines"]
    assert (line.count, line.is_concentrated) == (count, concentrated)


def test_a_withdrawn_member_does_not_count(desk, address, members):
    [line] = desk.get(address("groups")).context["lines"]
    assert line.count == 2


@pytest.mark.parametrize(
    ("to_members", "verdicts"),
    [
        ("none", ["pending", "adopted", "pending"]),
        ("undecided", ["not_adopted", "adopted", "pending"]),
        ("all", ["not_adopted", "not_adopted", "pending"]),
    ],
)
def test_the_answer_of_a_group_goes_to_its_members_as_wished(
    desk, address, group, members, make_opinion, to_members, verdicts
):
    outside = make_opinion("组外")
    second = group.consultation.draft[1].id
    desk.post(address("group", group.pk), answer(to_members=to_members, changed_articles=[second]))
    group.refresh_from_db()
    assert (group.verdict, group.reason, group.changed_articles) == (
        "not_adopted",
        "已按规范退让",
        [second],
    )
    found = Opinion.objects.filter(group=group).order_by("pk")
    assert [one.verdict for one in found] == verdicts
    outside.refresh_from_db()
    assert outside.verdict == Verdict.PENDING


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": ""}, "reason"),
        ({"verdict": "", "to_members": "all"}, "verdict"),
        ({"title": ""}, "title"),
        ({"changed_articles": ["of another draft"]}, "changed_articles"),
    ],
)
def test_what_is_missing_is_said_at_its_field(desk, address, group, changes, field):
    response = desk.post(address("group", group.pk), answer(**changes))
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    group.refresh_from_db()
    assert group.verdict == Verdict.PENDING


def test_a_group_is_renamed_before_it_has_a_verdict(desk, address, group):
    new = answer(title="采光与通风", verdict="", reason="")
    assert desk.post(address("group", group.pk), new).status_code == 302
    group.refresh_from_db()
    assert (group.title, group.verdict) == ("采光与通风", Verdict.PENDING)
    assert Event.objects.filter(verb="consultation.group_renamed").count() == 1


def test_a_verdict_once_given_to_a_group_is_changed_never_emptied(desk, address, group):
    desk.post(address("group", group.pk), answer())
    assert desk.post(address("group", group.pk), answer(verdict="")).status_code == 422


def test_two_groups_never_have_one_name(desk, address, group, consultation):
    OpinionGroup.objects.create(consultation=consultation, title="停车不足")
    response = desk.post(address("group", group.pk), answer(title="停车不足"))
    assert list(response.context["form"].errors) == ["title"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_groups_take_as_many_queries_for_three_as_for_one(
    desk, address, consultation, django_assert_max_num_queries, count
):
    for number in range(count):
        OpinionGroup.objects.create(consultation=consultation, title=f"组{number}")
    desk.get(address("groups"))
    with django_assert_max_num_queries(18):
        assert len(desk.get(address("groups")).context["lines"]) == count


def test_the_groups_tell_when_they_were_read_and_how_many_came_since(
    desk, address, consultation, make_opinion
):
    first = make_opinion("采光差")
    GroupingRun.objects.create(
        consultation=consultation,
        state="done",
        created_at=AT,
        alive_at=AT,
        finished_at=AT,
        read_up_to=first.pk,
        rows_read=1,
    )
    for text in ("采光不好", "噪音"):
        make_opinion(text)

    page = desk.get(address("groups"))

    arrivals = page.context["arrivals"]
    assert (arrivals.count, arrivals.offered) == (2, True)
    text = page.content.decode()
    assert "上次比对完成于2026-11-23 10:00。" in text
    assert "此后新收到2条意见。" in text


def test_before_the_first_reading_nothing_is_told_of_it(desk, address):
    assert desk.get(address("groups")).context["arrivals"] is None
