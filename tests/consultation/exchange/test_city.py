"""The package for the city's suggestion system, and the tick behind it (rulebook C7, C8)."""

import hashlib
import io
import zipfile
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from openpyxl import load_workbook

from cms.record.models import Event
from consultation.actions.city import EntryDayImpossible, make_city_package, note_city_entry
from consultation.enums import CityScope, Verdict
from consultation.models import CityEntry
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
