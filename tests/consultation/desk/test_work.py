"""The work around a verdict, as officers do it on the reading page and in selections."""

import pytest

from consultation.actions.work import hand_over
from consultation.enums import ChangeKind, SuggestionState, Verdict
from consultation.models import (
    Advice,
    BulkChange,
    GroupingRun,
    GroupSuggestion,
    Opinion,
    OpinionGroup,
    StandardWording,
    SuggestedMember,
)

from .conftest import AT, DESK_PERMISSIONS

pytestmark = pytest.mark.django_db
ADVISER = ("consultation.view_opinion", "consultation.advise_opinion")


@pytest.fixture
def adviser(client, make_user, culture, consultation, opinion, officer):
    """The browser of another department, which was asked for its advice on one opinion."""
    hand_over(consultation, [opinion.pk], to=culture, by=officer, at=AT)
    client.force_login(
        make_user("adviser", *ADVISER, "consultation.decide_opinion", department=culture)
    )
    return client


def test_another_department_sees_what_was_handed_to_it_and_nothing_else(
    adviser, address, opinion, make_opinion, make_receipt
):
    other = make_opinion("不相干", receipt=make_receipt())
    listed = adviser.get(address("desk")).context["object_list"]
    assert list(listed) == [opinion]
    assert adviser.get(address("opinion", opinion.pk)).status_code == 200
    assert adviser.get(address("opinion", other.pk)).status_code == 404


def test_advice_is_given_and_is_no_verdict(adviser, address, opinion):
    said = {"advice-text": "建议采纳", "advice-verdict": "adopted"}
    assert adviser.post(address("advice", opinion.pk), said).status_code == 302
    opinion.refresh_from_db()
    assert (Advice.objects.get().verdict, opinion.verdict) == ("adopted", Verdict.PENDING)
    assert adviser.post(address("advice", opinion.pk), {"advice-text": " "}).status_code == 422


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("opinion", {"verdict": "adopted", "seen_version": 2}),
        ("assign", {}),
        ("move", {"move-title": "新组"}),
        ("split", {"split-points": "一\n---\n二", "split-seen_version": 2}),
    ],
)
def test_who_advises_changes_nothing(adviser, address, opinion, name, data):
    assert adviser.post(address(name, opinion.pk), data).status_code in (302, 403, 404)
    opinion.refresh_from_db()
    assert (opinion.verdict, opinion.group, opinion.parts.count()) == ("pending", None, 0)


@pytest.mark.parametrize("name", ["groups", "changes", "selection", "enter", "imports"])
def test_what_belongs_to_the_lead_is_not_there_for_who_advises(adviser, address, name):
    assert adviser.get(address(name), {"all": 1}).status_code in (302, 404)


def test_an_opinion_is_divided_on_its_page(desk, address, opinion):
    points = "一楼采光\n---\n费用分摊"
    data = {"split-points": points, "split-seen_version": opinion.version}
    assert desk.post(address("split", opinion.pk), data).status_code == 302
    assert list(opinion.parts.values_list("text", flat=True)) == ["一楼采光", "费用分摊"]
    page = desk.get(address("opinion", opinion.pk))
    assert page.context["may_decide"] is False
    whole = Opinion.objects.get(pk=opinion.pk)
    desk.post(address("join", opinion.pk), {"seen_version": whole.version})
    assert opinion.parts.count() == 0


def test_a_division_without_a_mark_is_explained_and_nothing_typed_is_lost(desk, address, opinion):
    data = {"split-points": "没有分点", "split-seen_version": opinion.version}
    response = desk.post(address("split", opinion.pk), data)
    assert response.status_code == 422
    assert list(response.context["split_form"].errors) == ["points"]
    assert "没有分点" in response.content.decode()


def test_who_divides_an_opinion_that_changed_is_told(desk, address, opinion):
    Opinion.objects.filter(pk=opinion.pk).update(version=9)
    data = {"split-points": "一\n---\n二", "split-seen_version": 1}
    response = desk.post(address("split", opinion.pk), data)
    assert (response.status_code, opinion.parts.count()) == (422, 0)


def test_work_is_assigned_dated_tagged_and_grouped_from_the_page(
    desk, address, opinion, officer, group
):
    desk.post(address("assign", opinion.pk), {"assign-assignee": officer.pk})
    desk.post(address("due", opinion.pk), {"due-working_days": "3"})
    desk.post(address("tag", opinion.pk), {"tag-tag": "采光"})
    desk.post(address("move", opinion.pk), {"move-group": group.pk})
    opinion.refresh_from_db()
    assert (opinion.assignee, opinion.group) == (officer, group)
    assert opinion.work_due_on is not None
    [tag] = opinion.tags.all()
    desk.post(address("untag", opinion.pk, tag.pk))
    assert opinion.tags.count() == 0


def test_only_officers_of_the_department_are_offered(desk, address, opinion, make_user, culture):
    stranger = make_user("stranger", department=culture)
    response = desk.post(address("assign", opinion.pk), {"assign-assignee": stranger.pk})
    assert (response.status_code, list(response.context["assign_form"].errors)) == (
        422,
        ["assignee"],
    )


@pytest.mark.parametrize("days", ["0", "61", "x"])
def test_an_internal_day_lies_within_sixty_working_days(desk, address, opinion, days):
    response = desk.post(address("due", opinion.pk), {"due-working_days": days})
    assert response.status_code == 422


def test_a_standard_wording_fills_the_reason_without_a_script(desk, address, opinion, officer):
    wording = StandardWording.objects.create(
        title="标准", text="已按国家标准设计", verdict="not_adopted", author=officer, written_at=AT
    )
    form = desk.get(address("opinion", opinion.pk), {"wording": wording.pk}).context["form"]
    assert (form["reason"].value(), form["verdict"].value()) == (
        "已按国家标准设计",
        "not_adopted",
    )
    assert desk.get(address("opinion", opinion.pk), {"wording": "1 OR 1"}).status_code == 200


def test_wordings_are_those_of_all_and_of_the_own_department(
    desk, address, opinion, officer, housing, culture
):
    for title, department, in_use in (
        ("通用", None, True),
        ("房管", housing, True),
        ("文化", culture, True),
        ("旧的", None, False),
    ):
        StandardWording.objects.create(
            title=title,
            text="。",
            department=department,
            in_use=in_use,
            author=officer,
            written_at=AT,
        )
    shown = desk.get(address("opinion", opinion.pk)).context["wordings"]
    assert {wording.title for wording in shown} == {"房管", "通用"}


@pytest.fixture
def queued(make_opinion, officer, group):
    group.assignee = officer
    group.save()
    run = GroupingRun.objects.create(
        consultation=group.consultation, suggester="x", created_at=AT, alive_at=AT, state="done"
    )
    suggestion = GroupSuggestion.objects.create(
        run=run, consultation=group.consultation, label="同", phrases=["同"]
    )
    made = {
        "mine": make_opinion("我的", assignee=officer),
        "unassigned": make_opinion("无人"),
        "my_groups": make_opinion(
            "组里", group=group, assignee=officer, decided_at=AT, verdict=Verdict.ADOPTED
        ),
        "suggested": make_opinion("同样"),
    }
    SuggestedMember.objects.create(suggestion=suggestion, opinion=made["suggested"])
    return made


@pytest.mark.parametrize(
    ("queue", "names"),
    [
        ("mine", ["mine"]),
        ("unassigned", ["unassigned", "suggested"]),
        ("my_groups", ["my_groups"]),
        ("suggested", ["suggested"]),
        ("due_soon", []),
    ],
)
def test_each_queue_holds_its_work(desk, address, queued, queue, names):
    listed = desk.get(address("desk"), {"queue": queue}).context["object_list"]
    assert list(listed) == [queued[name] for name in names]


def test_what_is_due_within_three_working_days_is_due_soon(desk, address, opinion, make_opinion):
    desk.post(address("due", opinion.pk), {"due-working_days": "3"})
    later = make_opinion("以后")
    desk.post(address("due", later.pk), {"due-working_days": "4"})
    listed = desk.get(address("desk"), {"queue": "due_soon"}).context["object_list"]
    assert list(listed) == [opinion]


def test_reading_goes_on_within_the_queue(desk, address, make_opinion):
    first, _web, second = (
        make_opinion("甲", channel="phone"),
        make_opinion("乙"),
        make_opinion("丙", channel="phone"),
    )
    start = desk.get(f"{address('read_on')}?channel=phone")
    assert start.url == f"{address('opinion', first.pk)}?channel=phone"
    said = {"verdict": "adopted", "reason": "", "seen_version": 1, "next": "1"}
    onward = desk.post(start.url, said)
    assert onward.url == f"{address('opinion', second.pk)}?channel=phone"


def test_nothing_to_read_is_said(desk, address, consultation):
    assert desk.get(address("read_on")).url == address("desk")


def test_a_bulk_action_is_undone_from_its_page(desk, address, make_opinion):
    keys = [make_opinion(text).pk for text in ("一", "二")]
    query = "&".join(f"id={key}" for key in keys)
    data = {
        "wish": "verdict",
        "count": "2",
        "last": str(keys[-1]),
        "verdict-verdict": "adopted",
        "verdict-reason": "",
    }
    assert desk.post(f"{address('selection')}?{query}", data).status_code == 302
    change = BulkChange.objects.get()
    assert change.kind == ChangeKind.VERDICT
    assert desk.get(address("change", change.pk)).status_code == 200
    assert set(Opinion.objects.values_list("verdict", flat=True)) == {"adopted"}
    desk.post(address("change", change.pk))
    desk.post(address("change", change.pk))
    assert set(Opinion.objects.values_list("verdict", flat=True)) == {"pending"}
    assert desk.get(address("changes")).status_code == 200


@pytest.mark.parametrize(
    ("wish", "data", "name"),
    [
        ("assign", {"assign-assignee": "OFFICER"}, "assignee"),
        ("hand", {"hand-department": "CULTURE"}, "handed_to"),
        ("due", {"due-working_days": "5"}, "work_due_on"),
    ],
)
def test_many_are_given_work_at_once(
    desk, address, make_opinion, officer, culture, wish, data, name
):
    real = {"OFFICER": officer.pk, "CULTURE": culture.pk}
    opinion = make_opinion("一")
    data = {key: real.get(value, value) for key, value in data.items()}
    sent = {"wish": wish, "count": "1", "last": str(opinion.pk), **data}
    assert desk.post(f"{address('selection')}?id={opinion.pk}", sent).status_code == 302
    opinion.refresh_from_db()
    assert getattr(opinion, name) is not None


@pytest.fixture
def suggestion(queued):
    return GroupSuggestion.objects.get()


def test_a_suggestion_is_marked_and_becomes_a_group_by_a_persons_word(
    desk, address, suggestion, queued
):
    assert "suggested" in desk.get(address("groups")).content.decode()
    page = desk.get(address("suggestion", suggestion.pk))
    assert "<mark>同</mark>" in page.content.decode()
    key = queued["suggested"].pk
    data = {"title": "大家都说", "shown": [key], "id": [key]}
    assert desk.post(address("suggestion", suggestion.pk), data).status_code == 302
    assert OpinionGroup.objects.get(title="大家都说").opinions.get() == queued["suggested"]


def test_a_suggestion_without_a_member_is_shown_again(desk, address, suggestion, queued):
    data = {"title": "大家都说", "shown": [queued["suggested"].pk]}
    assert desk.post(address("suggestion", suggestion.pk), data).status_code == 422
    suggestion.refresh_from_db()
    assert suggestion.state == SuggestionState.OPEN


def test_the_page_of_a_suggestion_says_yes_to_those_it_shows(
    desk, address, suggestion, queued, make_opinion
):
    seen = desk.get(address("suggestion", suggestion.pk)).context["seen"]
    late = SuggestedMember.objects.create(suggestion=suggestion, opinion=make_opinion("同样晚到"))
    marked = queued["suggested"].pk
    data = {"title": "大家都说", "shown": [marked], "id": [marked], "seen": seen}

    assert desk.post(address("suggestion", suggestion.pk), data).status_code == 302

    late.refresh_from_db()
    late.opinion.refresh_from_db()
    assert (late.opinion.group, late.suggestion.state) == (None, SuggestionState.OPEN)


def test_a_suggestion_is_dismissed(desk, address, suggestion):
    desk.post(address("dismiss", suggestion.pk))
    suggestion.refresh_from_db()
    assert suggestion.state == SuggestionState.DISMISSED
    assert desk.get(address("suggestion", suggestion.pk)).status_code == 404


def test_the_opinions_are_read_off_the_web_and_shown_when_done(desk, address, make_opinion):
    for _person in range(4):
        make_opinion("建议加装电梯时给一楼住户补偿采光损失")
    desk.post(address("read"))
    run = GroupingRun.objects.get()
    said = desk.get(address("run", run.pk)).json()
    assert (said["over"], said["state"]) == (True, "done")


def test_the_second_signature_is_given_on_the_groups_page(
    client, desk, address, group, make_user, housing
):
    desk.post(
        address("group", group.pk),
        {
            "title": group.title,
            "verdict": "not_adopted",
            "reason": "超出权限",
            "to_members": "none",
            "seen_version": group.version,
        },
    )
    group.refresh_from_db()
    desk.post(address("countersign", group.pk), {"seen_version": group.version})
    group.refresh_from_db()
    assert group.countersigned_by is None
    head = make_user(
        "head", *DESK_PERMISSIONS, "consultation.countersign_group", department=housing
    )
    client.force_login(head)
    client.post(address("countersign", group.pk), {"seen_version": group.version})
    group.refresh_from_db()
    assert group.countersigned_by == head


def test_the_second_of_two_officers_sees_what_became_of_the_group(desk, address, group):
    said = {
        "title": group.title,
        "verdict": "adopted",
        "reason": "",
        "to_members": "none",
        "seen_version": group.version,
    }
    desk.post(address("group", group.pk), said)
    late = desk.post(
        address("group", group.pk),
        {**said, "verdict": "not_adopted", "reason": "我的理由"},
    )
    assert late.status_code == 409
    assert late.context["changed"] and late.context["form"]["reason"].value() == "我的理由"
    group.refresh_from_db()
    assert group.verdict == "adopted"


def test_groups_are_taken_on_merged_and_dissolved(desk, address, group, officer, make_opinion):
    make_opinion("一", group=group)
    other = OpinionGroup.objects.create(consultation=group.consultation, title="噪音")
    desk.post(address("take_group", group.pk))
    group.refresh_from_db()
    assert group.assignee == officer
    desk.post(address("merge_group", group.pk), {"into": other.pk})
    assert (OpinionGroup.objects.get(), other.opinions.count()) == (other, 1)
    desk.post(address("dissolve_group", other.pk))
    assert (OpinionGroup.objects.count(), Opinion.objects.get().group) == (0, None)


def test_the_meter_says_what_is_missing_and_leads_there(desk, address, opinion):
    steps = desk.get(address("desk")).context["completeness"].steps
    missing = {step.url for step in steps if not step.done and step.url}
    assert f"{address('desk')}?verdict=pending&withdrawn=false" in missing
    assert address("decision") in missing
