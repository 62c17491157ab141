from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from cms.duties.actions import open_duty
from consultation.desk import filters
from consultation.desk.pagination import KeysetPage, Known
from consultation.desk.queries import desk_lines
from consultation.desk.views import listing
from consultation.duties import ADOPTION_REPORT
from consultation.enums import Channel, Verdict
from consultation.models import Opinion, OpinionAddition, OpinionGroup

from .conftest import AT, CLOSES, SHANGHAI

pytestmark = pytest.mark.django_db

# Until it has been looked at once, a page pays for what is then kept (content types, sites).
LINES = 13


def listed(desk, url, **query) -> list[Opinion]:
    return list(desk.get(url, query).context["object_list"])


def test_the_list_of_desks_says_how_each_consultation_stands(
    desk, consultation, make_opinion, housing
):
    make_opinion()
    make_opinion(verdict=Verdict.ADOPTED, decided_at=AT)
    make_opinion(withdrawn_at=AT)
    open_duty(
        ADOPTION_REPORT,
        consultation,
        department=housing,
        title="加装电梯",
        started_on=date(2026, 11, 20),
        at=AT,
    )
    response = desk.get(reverse("opinions:index"))
    [line] = response.context["table"].data
    assert (line.received, line.undecided) == (2, 1)
    assert line.report_duty.duty.due_on == date(2026, 12, 4)
    assert line.status is None  # a draft that nobody has published
    assert "2026-12-04" in response.content.decode()


@pytest.mark.parametrize(
    ("moment", "left"),
    [(CLOSES - timedelta(days=2), 3), (CLOSES - timedelta(seconds=1), 1), (CLOSES, 0)],
)
def test_the_desk_shows_the_days_that_are_left(consultation, moment, left):
    consultation.live = True
    [line] = desk_lines([consultation], moment)
    assert line.days_left == left
    assert line.status == ("open" if left else "closed")


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_desks_takes_as_many_queries_for_three_as_for_one(
    desk, make_consultation, housing, django_assert_max_num_queries, count
):
    for number in range(count):
        page = make_consultation(f"matter-{number}")
        Opinion.objects.create(consultation=page, text="支持", received_at=AT)
        open_duty(
            ADOPTION_REPORT,
            page,
            department=housing,
            title="x",
            started_on=date(2026, 11, 20),
            at=AT,
        )
    desk.get(reverse("opinions:index_results"))
    with django_assert_max_num_queries(LINES) as queries:
        response = desk.get(reverse("opinions:index_results"))
    assert len(response.context["table"].data) == count
    assert len([query for query in queries if "duties_" in query["sql"]]) == 2


@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_takes_as_many_queries_for_three_opinions_as_for_one(
    desk, make_opinion, make_receipt, group, address, django_assert_max_num_queries, count
):
    for _number in range(count):
        make_opinion(group=group, receipt=make_receipt(contact=""))
    desk.get(address("desk_results"))
    with django_assert_max_num_queries(LINES) as queries:
        response = desk.get(address("desk_results"))
    assert response.content.decode().count('name="id"') == count
    on_opinions = [query for query in queries if 'FROM "consultation_opinion"' in query["sql"]]
    # Whose desk it is, how many there are, which, and what is shown of them.
    assert len(on_opinions) == 4


def test_the_list_reads_no_whole_text_and_no_receipt(desk, make_opinion, make_receipt, address):
    make_opinion("开头" + "很" * 9000 + "结尾", receipt=make_receipt())
    [opinion] = listed(desk, address("desk"))
    assert {"text", "reasons", "verdict_reason"} <= opinion.get_deferred_fields()
    html = desk.get(address("desk")).content.decode()
    assert "开头" in html and "…" in html
    assert "结尾" not in html and "王小明" not in html and "13800001234" not in html


def test_opinions_stand_in_the_order_they_came_or_the_other_way_round(desk, make_opinion, address):
    first, second = make_opinion("一"), make_opinion("二")
    assert listed(desk, address("desk")) == [first, second]
    assert listed(desk, address("desk"), ordering="-pk") == [second, first]


@pytest.fixture
def varied(make_opinion, consultation, group):
    """One opinion that each filter finds, and a plain one that none does."""
    article = consultation.draft[1].id
    return {
        "plain": make_opinion("平常"),
        "decided": make_opinion(verdict=Verdict.ADOPTED, decided_at=AT),
        "phoned": make_opinion(channel=Channel.PHONE),
        "on_article": make_opinion(article_key=article, article_label="第二条（范围）"),
        "grouped": make_opinion(group=group),
        "firm": make_opinion(identity="enterprise"),
        "late": make_opinion(received_at=CLOSES),
        "just_in_time": make_opinion(received_at=CLOSES - timedelta(seconds=1)),
        "withdrawn": make_opinion(withdrawn_at=AT),
    }


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"verdict": "adopted"}, ["decided"]),
        ({"channel": ["phone", "letter"]}, ["phoned"]),
        ({"article": "ARTICLE"}, ["on_article"]),
        ({"group": "GROUP"}, ["grouped"]),
        ({"identity": "enterprise"}, ["firm"]),
        ({"late": "true"}, ["late"]),
        ({"withdrawn": "true"}, ["withdrawn"]),
        (
            {"received_at_from": "2026-11-20", "received_at_to": "2026-11-20"},
            ["late", "just_in_time"],
        ),
        ({"late": "true", "channel": "phone"}, []),
    ],
)
def test_each_filter_finds_its_own(desk, address, varied, consultation, group, query, names):
    real = {"ARTICLE": consultation.draft[1].id, "GROUP": group.pk}
    query = {
        name: real.get(value, value) if isinstance(value, str) else value
        for name, value in query.items()
    }
    assert listed(desk, address("desk"), **query) == [varied[name] for name in names]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({"article": "whole"}, "on_article"),
        ({"group": "none"}, "grouped"),
        ({"late": "false"}, "late"),
        ({"withdrawn": "false"}, "withdrawn"),
    ],
)
def test_each_filter_can_ask_for_the_others(desk, address, varied, query, name):
    others = [opinion for key, opinion in varied.items() if key != name]
    assert listed(desk, address("desk"), **query) == others


@pytest.mark.parametrize("query", [{"group": "999999"}, {"article": "gone"}, {"q": "电\x00梯"}])
def test_a_filter_that_makes_no_sense_matches_nothing(desk, address, opinion, query):
    assert listed(desk, address("desk"), **query) == []


def test_a_search_finds_parts_of_chinese_words_wherever_they_stand(desk, address, make_opinion):
    in_text = make_opinion("支持加装电梯工程")
    in_reasons = make_opinion("同意", reasons="电梯方便老人")
    in_addition = make_opinion("赞成")
    OpinionAddition.objects.create(
        opinion=in_addition, text="补充：电梯噪音", added_at=AT, submission_key="k"
    )
    make_opinion("停车位不够")
    assert listed(desk, address("desk"), q="电梯") == [in_text, in_reasons, in_addition]
    assert listed(desk, address("desk"), q="100%") == []


def test_a_search_finds_an_opinion_by_its_numbers(desk, address, make_opinion, make_receipt):
    received = make_opinion(receipt=make_receipt(contact=""))
    imported = make_opinion(external_key="WX-17")
    number = received.receipt.number
    assert listed(desk, address("desk"), q=number) == [received]
    assert listed(desk, address("desk"), q=number.lower().replace("-", " ")) == [received]
    assert listed(desk, address("desk"), q="WX-17") == [imported]
    assert listed(desk, address("desk"), q=str(imported.pk)) == [imported]


@pytest.mark.parametrize("known", [None, 20, 11, 10, 8, 4, 2])
@pytest.mark.parametrize("ordering", ["pk", "-pk"])
def test_every_page_is_found_by_the_key_before_it(make_opinion, ordering, known):
    """The same whether all, some or none of the rows that match are known already."""
    keys = [make_opinion().pk for _number in range(11)]
    wanted = keys if ordering == "pk" else keys[::-1]
    rows = Opinion.objects.order_by(ordering)

    def page(place):
        found = KeysetPage(rows, 3, place, known and Known.of(rows, known))
        return [opinion.pk for opinion in found], found

    shown, first = page("")
    assert (shown, first.has_previous, first.has_next) == (wanted[:3], False, True)
    shown, second = page(first.next_place)
    assert (shown, second.has_previous, second.has_next) == (wanted[3:6], True, True)
    shown, again = page(second.previous_place)
    assert (shown, again.has_previous, again.has_next) == (wanted[:3], False, True)
    shown, last = page("last")
    assert (shown, last.has_previous, last.has_next) == (wanted[8:], True, False)
    shown, behind = page(last.next_place)
    assert (shown, behind.has_next) == ([], False)
    assert page("x' OR 1=1")[0] == page("after" + "9" * 30)[0] == wanted[:3]


def searched_for(desk, address, django_assert_max_num_queries) -> tuple[list[str], dict]:
    """The statements that looked for the word in texts to find keys, and what was shown."""
    with django_assert_max_num_queries(60) as queries:
        answer = desk.get(address("desk"), {"q": "电梯"})
    of_opinions = [
        each["sql"]
        for each in queries
        if "电梯" in each["sql"] and '"consultation_opinion"."text"' in each["sql"]
    ]
    return [sql for sql in of_opinions if "LIMIT" in sql], answer.context


def test_what_is_searched_for_is_read_once_to_be_counted_and_shown(
    desk, address, make_opinion, django_assert_max_num_queries
):
    for number in range(60):
        make_opinion(f"电梯{number}")

    searches, page = searched_for(desk, address, django_assert_max_num_queries)

    assert len(searches) == 1
    assert (page["paginator"].count, page["paginator"].is_more) == (60, False)
    assert len(page["object_list"]) == 50


def test_of_more_than_are_counted_only_the_nearest_are_read_for_a_page(
    desk, address, make_opinion, django_assert_max_num_queries, monkeypatch
):
    monkeypatch.setattr(listing, "FOUND_UP_TO", 54)
    keys = [make_opinion(f"电梯{number}").pk for number in range(60)]

    searches, page = searched_for(desk, address, django_assert_max_num_queries)

    assert f'"id" <= {keys[50]}' in searches[1]
    assert (page["paginator"].count, page["paginator"].is_more) == (54, True)
    assert [opinion.pk for opinion in page["object_list"]] == keys[:50]


def test_the_late_are_marked(desk, address, make_opinion):
    make_opinion(received_at=CLOSES)
    assert "desk-late" in desk.get(address("desk")).content.decode()
    Opinion.objects.update(received_at=CLOSES - timedelta(seconds=1))
    assert "desk-late" not in desk.get(address("desk")).content.decode()


def test_moments_are_shown_by_the_clock_of_shanghai(desk, address, make_opinion):
    make_opinion(received_at=datetime(2026, 11, 1, 0, 5, tzinfo=SHANGHAI))
    assert "2026-11-01 00:05" in desk.get(address("desk")).content.decode()


def test_of_many_groups_the_filter_offers_the_largest_and_the_one_that_is_chosen(
    desk, consultation, make_opinion, address, monkeypatch
):
    monkeypatch.setattr(filters, "MOST_GROUPS", 2)
    groups = [
        OpinionGroup.objects.create(consultation=consultation, title=f"第{n}组") for n in range(4)
    ]
    for group, members in zip(groups, (0, 3, 1, 2), strict=True):
        for _member in range(members):
            make_opinion(group=group)

    def offered(query=""):
        form = desk.get(address("desk") + query).context["filters"].form
        return [label for key, label in form.fields["group"].choices if str(key).isdigit()]

    assert offered() == ["第1组", "第3组"]
    assert offered(f"?group={groups[2].pk}") == ["第1组", "第3组", "第2组"]
    assert [each.group for each in listed(desk, address("desk") + f"?group={groups[2].pk}")] == [
        groups[2]
    ]
