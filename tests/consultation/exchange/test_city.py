"""The package for the city's suggestion system, and the tick behind it (rulebook C7, C8)."""

import hashlib
import io
import re
import zipfile
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from openpyxl import load_workbook

from cms.record.models import Event
from consultation.actions.city import (
    EntryDayImpossible,
    make_city_package,
    note_city_entry,
    note_city_rows,
    reopen_city_row,
)
from consultation.enums import CityScope, Verdict
from consultation.models import CityEntry, CityRow
from tests.helpers import let_go

from .conftest import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def make(consultation, officer):
    def make(scope=CityScope.ALL, at=AT):
        entry, file = make_city_package(consultation, scope, by=officer, at=at)
        with file:
            return entry, file.read()

    return make


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rows(content: bytes) -> list[tuple]:
    return list(load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))


def test_the_package_holds_topic_and_suggestions_in_the_parts_the_city_asks_for(
    make, consultation, make_opinion, make_receipt
):
    make_opinion(
        "=增加坡道，电话13800001234",
        reasons="老人多",
        article_label="第二条（范围）",
        receipt=make_receipt(),
    )
    found = members(make()[1])

    topic = dict(rows(found["topic.xlsx"])[1:])
    assert topic["征集主题"] == consultation.draft_name
    assert topic["征集时间"] == "2026-10-15 – 2026-11-20"
    heading, row = rows(found["suggestions.xlsx"])
    told = dict(zip(heading, row, strict=True))
    assert heading[:4] == ("序号", "建议主题", "主要事由", "对策建议")
    assert told["主要事由"] == "老人多"
    assert told["对策建议"].startswith("=增加坡道，电话138") and "13800001234" not in str(told)
    assert "王小明" not in str(told)


def test_the_manifest_has_the_digest_of_every_file_and_the_row_that_of_the_package(make):
    entry, content = make()
    found = members(content)
    manifest = found.pop("manifest.sha256").decode()

    assert manifest == "".join(
        f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in found.items()
    )
    assert entry.sha256 == hashlib.sha256(content).hexdigest()


def test_only_what_was_adopted_goes_when_asked_so(make, make_opinion):
    make_opinion("未办", withdrawn_at=AT)
    make_opinion("待研究")
    for verdict in (Verdict.ADOPTED, Verdict.PARTLY_ADOPTED, Verdict.NOT_ADOPTED):
        make_opinion(verdict.value, verdict=verdict, verdict_reason="理由", decided_at=AT)

    whole, adopted = make()[0], make(CityScope.ADOPTED)[0]

    assert (whole.suggestions, adopted.suggestions) == (4, 2)
    assert Event.objects.filter(verb="consultation.city_package_made").count() == 2


def test_the_tick_has_the_day_the_number_and_who(make, officer):
    entry, _content = make()
    note_city_entry(entry, entered_on=AT.date(), city_number="市建〔示例〕1", by=officer, at=AT)

    entry.refresh_from_db()
    assert (entry.entered_on, entry.city_number) == (AT.date(), "市建〔示例〕1")
    assert entry.entered_by == officer
    assert Event.objects.get(verb="consultation.city_entry_noted").data["city_number"]


def test_a_package_is_entered_between_its_making_and_today(make, officer):
    entry, _content = make()
    later = AT + timedelta(days=3)
    for day in (-1, 4):
        with pytest.raises(EntryDayImpossible):
            note_city_entry(
                entry,
                entered_on=AT.date() + timedelta(days=day),
                city_number="",
                by=officer,
                at=later,
            )
    for day in (0, 3):
        note_city_entry(
            entry, entered_on=AT.date() + timedelta(days=day), city_number="", by=officer, at=later
        )


def test_the_officer_makes_a_package_and_ticks_it_off(desk, address, make_opinion):
    make_opinion()
    response = desk.post(address("city"), {"scope": "all"})
    assert members(b"".join(response.streaming_content)).keys() >= {"topic.xlsx"}
    let_go(response)
    entry = CityEntry.objects.get()
    today = timezone.localdate()

    with time_machine.travel(timezone.now(), tick=False):
        wrong = {"entered_on": today + timedelta(days=1), "city_number": ""}
        refused = desk.post(address("city_entry", entry.pk), wrong)
        assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["entered_on"])
        desk.post(address("city_entry", entry.pk), {"entered_on": today, "city_number": "7"})

    assert "· 7" in desk.get(address("city")).content.decode()


def test_who_decides_nothing_makes_no_package(client, address, make_user, housing):
    client.force_login(make_user("reader", "consultation.view_opinion", department=housing))
    assert client.post(address("city"), {"scope": "all"}).status_code == 302
    assert not CityEntry.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_packages_take_as_many_queries_for_three_as_for_one(
    desk, address, make, django_assert_max_num_queries, count
):
    for _ in range(count):
        make()
    desk.get(address("city"))
    with django_assert_max_num_queries(11):
        assert len(desk.get(address("city")).context["entries"]) == count


@pytest.fixture
def package(make, make_opinion) -> CityEntry:
    """Two suggestions that wait to be entered; what is withdrawn is not among them."""
    for text in ("增设坡道", "延长期限"):
        make_opinion(text)
    make_opinion("撤回", withdrawn_at=AT)
    return make()[0]


def ticks(entry) -> list[tuple]:
    return list(entry.rows.values_list("number", "opinion__text", "entered_on", "city_number"))


def test_the_rows_of_a_package_are_numbered_as_in_its_table(package, make):
    assert ticks(package) == [(1, "增设坡道", None, ""), (2, "延长期限", None, "")]
    content = make()[1]
    table = rows(members(content)["suggestions.xlsx"])[1:]
    assert [(row[0], row[3]) for row in table] == [(1, "增设坡道"), (2, "延长期限")]


def test_a_package_is_entered_with_the_last_of_its_rows(package, officer):
    first, second = package.rows.all()
    said = {"by": officer, "at": AT + timedelta(days=2)}
    day = AT.date()

    later = day + timedelta(days=1)
    assert note_city_rows(package, {first.pk: "市建1"}, entered_on=later, **said) == 1
    package.refresh_from_db()
    assert (package.entered_on, ticks(package)[0][3]) == (None, "市建1")
    assert note_city_rows(package, {second.pk: ""}, entered_on=day, **said) == 1

    package.refresh_from_db()
    assert (package.entered_on, package.entered_by) == (later, officer)
    events = Event.objects.filter(verb="consultation.city_rows_noted").order_by("pk")
    assert [event.data["rows"] for event in events] == [{"1": "市建1"}, {"2": ""}]


def test_a_row_that_was_entered_is_left_as_it_is(package, officer):
    row = package.rows.first()
    said = {"entered_on": AT.date(), "by": officer, "at": AT}
    note_city_rows(package, {row.pk: "市建1"}, **said)

    assert note_city_rows(package, {row.pk: "市建2"}, **said) == 0
    assert ticks(package)[0][3] == "市建1"


def test_a_row_of_another_package_is_not_touched(package, make, officer):
    other = make()[0].rows.first()

    assert note_city_rows(package, {other.pk: ""}, entered_on=AT.date(), by=officer, at=AT) == 0
    assert ticks(other.entry)[0][2] is None


def test_a_row_too_is_entered_between_the_making_and_today(package, officer):
    row = package.rows.first()
    for day in (-1, 1):
        with pytest.raises(EntryDayImpossible):
            note_city_rows(
                package,
                {row.pk: ""},
                entered_on=AT.date() + timedelta(days=day),
                by=officer,
                at=AT,
            )
    assert ticks(package)[0][2] is None


def test_the_package_waits_again_when_a_tick_is_taken_away(package, officer):
    note_city_entry(package, entered_on=AT.date(), city_number="市建9", by=officer, at=AT)
    assert [tick[2] for tick in ticks(package)] == [AT.date()] * 2

    reopen_city_row(package.rows.last(), by=officer, at=AT)
    reopen_city_row(package.rows.last(), by=officer, at=AT)

    package.refresh_from_db()
    assert (package.entered_on, package.entered_by) == (None, None)
    assert [tick[2] for tick in ticks(package)] == [AT.date(), None]
    assert Event.objects.get(verb="consultation.city_row_reopened").data == {"row": 2}


def test_ticking_off_the_whole_package_leaves_the_rows_entered_before(package, officer):
    row = package.rows.first()
    note_city_rows(package, {row.pk: "市建1"}, entered_on=AT.date(), by=officer, at=AT)

    later = AT + timedelta(days=1)
    note_city_entry(package, entered_on=later.date(), city_number="", by=officer, at=later)

    assert [tick[2:] for tick in ticks(package)] == [(AT.date(), "市建1"), (later.date(), "")]


@pytest.fixture
def today():
    with time_machine.travel(AT + timedelta(days=1), tick=False):
        yield (AT + timedelta(days=1)).date()


def test_the_officer_ticks_off_rows_marked_or_numbered(desk, address, package, today):
    first, second = package.rows.all()
    url = address("city_rows", package.pk)
    assert "增设坡道" in desk.get(url).content.decode()

    data = {"entered_on": today, "row": [first.pk], f"number-{first.pk}": "市建1"}
    assert desk.post(url, data).url == url
    page = desk.get(url)
    assert (page.context["waiting"], "增设坡道" in page.content.decode()) == (1, False)
    assert "市建1" in desk.get(url, {"show": "all"}).content.decode()
    assert "已录入1行，共2行" in desk.get(address("city")).content.decode()
    assert desk.post(url, {"entered_on": today, f"number-{second.pk}": "2"}).url == address("city")

    package.refresh_from_db()
    assert package.entered_on == today
    desk.post(address("reopen_city_row", package.pk, second.pk))
    assert CityRow.objects.get(pk=second.pk).entered_on is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"row": []}, "__all__"),
        ({"entered_on": "2026-12-31"}, "entered_on"),
        ({"entered_on": ""}, "entered_on"),
        ({"number": "九" * 101}, "__all__"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    desk, address, package, today, changes, field
):
    row = package.rows.first()
    data = {"entered_on": today, "row": [row.pk]} | changes
    if number := data.pop("number", ""):
        data[f"number-{row.pk}"] = number

    answer = desk.post(address("city_rows", package.pk), data)

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert [shown.is_marked for shown in answer.context["page_obj"]] == [bool(data["row"]), False]
    assert ticks(package)[0][2] is None


@pytest.mark.parametrize("count", [1, 3])
def test_the_rows_take_as_many_queries_for_three_as_for_one(
    desk, address, make, make_opinion, django_assert_max_num_queries, count
):
    for _ in range(count):
        make_opinion()
    entry = make()[0]
    desk.get(address("city_rows", entry.pk))
    with django_assert_max_num_queries(14):
        assert len(desk.get(address("city_rows", entry.pk)).context["page_obj"]) == count


def test_enter_in_a_number_sends_the_numbers_and_takes_no_tick_away(
    desk, address, package, officer, today
):
    """A browser presses the first button of the form; those that take away belong to another."""
    row = package.rows.first()
    note_city_rows(package, {row.pk: ""}, entered_on=AT.date(), by=officer, at=AT)

    page = desk.get(address("city_rows", package.pk), {"show": "all"}).content.decode()

    buttons = re.findall(r"<button[^>]*type=\"submit\"[^>]*>", page)
    taking_away = [each for each in buttons if "/reopen/" in each]
    assert len(taking_away) == 1
    assert 'form="reopen"' in taking_away[0]
