"""A consultation leaves as a file and comes back as it was (docs/exchange.md)."""

import hashlib
import json
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from jsonschema import Draft202012Validator

from cms.intake.actions import ReasonMissing
from cms.intake.models import Receipt
from cms.record.models import Event
from consultation.exchange.records import schema
from consultation.models import ConsultationPage, ImportBatch, Opinion

pytestmark = pytest.mark.django_db

SCHEMA = Path(__file__).parents[3] / "docs" / "exchange.schema.json"


def parsed(lines) -> list[dict]:
    return [json.loads(line) for line in lines]


def without_digests(lines) -> list[dict]:
    """What may differ: the digest of the file itself, and the day it was made."""
    return [
        {name: value for name, value in line.items() if name != "made_at"}
        for line in parsed(lines)[:-1]
    ]


def test_what_was_exported_and_imported_is_exported_again_the_same(full, export, take_in):
    lines = export(full)

    page = take_in(lines)

    assert without_digests(export(page)) == without_digests(lines)
    assert page.pk != full.pk
    again = take_in(export(page))
    assert without_digests(export(again)) == without_digests(lines)


def test_the_file_holds_everything_in_its_order(full, export):
    lines = parsed(export(full))

    assert [line["type"] for line in lines] == [
        "exchange",
        "decision",
        "consultation",
        "version",
        "group",
        *["opinion"] * 6,
        "end",
    ]
    assert lines[-1]["totals"] == {"versions": 1, "groups": 1, "opinions": 6, "files": 0}
    first, whole, _withdrawn, *points, late = lines[5:-1]
    assert (first["text"], first["group"], first["version"]) == (
        "支持\n第二行 =1+1",
        "低层住户采光",
        1,
    )
    assert [point["part_of"] for point in points] == [whole["key"]] * 2
    assert late["key"] == "letter-7"


def test_every_line_fits_the_published_schema_and_the_schema_is_the_present_one(full, export):
    validator = Draft202012Validator(schema())

    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == schema()
    for line in parsed(export(full, contacts=True, reason="办理信访")):
        validator.validate(line)


def test_the_schema_is_printed_by_a_command(capsys):
    call_command("exchange_schema")

    assert json.loads(capsys.readouterr().out) == schema()


def test_no_name_and_no_contact_leaves_unless_asked_for(full, export):
    text = b"".join(export(full)).decode()

    assert "王小明" not in text and "13800001234" not in text
    event = Event.objects.get(verb="consultation.exported")
    assert event.data == {"contacts": False}


def test_contacts_leave_only_with_the_right_and_a_reason_and_on_record(
    full, export, make_user, take_in
):
    with pytest.raises(ReasonMissing):
        export(full, contacts=True, reason=" ")
    with pytest.raises(PermissionDenied):
        export(full, contacts=True, reason="办理", by=make_user("clerk"))
    assert not Event.objects.filter(verb="consultation.exported").exists()

    lines = export(full, contacts=True, reason="移交原单位")

    assert parsed(lines)[5]["author"] == {"name": "王小明", "contact": "13800001234"}
    event = Event.objects.get(verb="consultation.exported")
    assert event.data == {"contacts": True, "reason": "移交原单位"}
    page = take_in(lines)
    receipt = Receipt.objects.get(opinion__consultation=page)
    assert (receipt.contact, receipt.wants_letter) == ("13800001234", False)
    assert receipt.delete_contact_on is not None
    assert without_digests(export(page, contacts=True, reason="核对")) == without_digests(lines)


def test_what_comes_in_is_a_draft_that_nobody_has_reviewed(full, export, take_in, catalogue):
    page = take_in(export(full))

    decision = page.get_parent().specific
    assert (page.live, decision.live) == (False, False)
    assert [problem.text for problem in page.clearance_problems()] != []
    assert page.latest_revision is not None and decision.latest_revision is not None
    assert decision.get_parent().pk == catalogue.pk
    assert decision.slug != full.get_parent().slug
    [batch] = ImportBatch.objects.filter(consultation=page)
    assert (batch.source, batch.row_count) == ("建言（示例）", 6)
    assert set(Opinion.objects.filter(consultation=page).values_list("batch", flat=True)) == {
        batch.pk
    }
    assert Event.objects.get(verb="consultation.imported_whole").data["opinions"] == 6


def test_a_file_that_ends_too_early_leaves_nothing_behind(full, export, take_in):
    lines = export(full)

    with pytest.raises(Exception, match="cut_off"):
        take_in(lines[:-1])
    assert ConsultationPage.objects.count() == 1
    assert Opinion.objects.count() == 6


def test_script_does_not_come_in_with_a_text(full, export, take_in):
    full.draft[0].value["text"].source = (
        '<p onclick="x()">好<script>alert(1)</script>'
        '<a href="javascript:x()">点</a><a linktype="page" id="3">页</a></p>'
    )
    full.save()
    lines = export(full)
    assert "script" not in parsed(lines)[2]["draft"][0]["text"]

    data = parsed(lines)
    data[2]["draft"][0]["text"] = "<p>好<img src=x onerror=x()></p>"
    raw = sealed(data)

    assert take_in(raw).draft[0].value["text"].source == "<p>好</p>"


def sealed(data: list[dict]) -> list[bytes]:
    """Lines whose end fits them again."""
    lines = [(json.dumps(line, ensure_ascii=False) + "\n").encode() for line in data[:-1]]
    end = data[-1] | {"sha256": hashlib.sha256(b"".join(lines)).hexdigest()}
    return [*lines, (json.dumps(end) + "\n").encode()]


@pytest.mark.parametrize("count", [1, 3])
def test_an_export_takes_as_many_queries_for_three_as_for_one(
    consultation, make_opinion, make_receipt, export, django_assert_num_queries, count
):
    for _ in range(count):
        make_opinion(receipt=make_receipt())
    with django_assert_num_queries(12):
        export(consultation, contacts=True, reason="核对")
