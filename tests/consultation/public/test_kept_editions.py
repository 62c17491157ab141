"""What a report was published with is not changed behind the software's back, whoever writes."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from consultation.actions.reports import keep_edition
from consultation.enums import FileState, ReportFormat
from consultation.models import AnnexRow, ReportEdition, ReportFile, ReportSnapshot

pytestmark = pytest.mark.django_db

FROZEN = "the opinions of a report are frozen"
KEPT = "an edition stays as it was published"
GUARDED = {
    ReportSnapshot: FROZEN,
    AnnexRow: FROZEN,
    ReportEdition: KEPT,
    ReportFile: KEPT,
}
OTHER = {
    "CharField": "'other'",
    "TextField": "'other'",
    "FileField": "'other'",
    "DateTimeField": "'2001-01-01 00:00:00+00:00'",
    "JSONField": "'[7]'",
    "ForeignKey": "7654321",
}


@pytest.fixture
def opinions(closed_consultation, say):
    for text in ("甲", "乙"):
        say(closed_consultation, text, verdict="adopted")
    return closed_consultation


@pytest.fixture
def edition(opinions, publish_report, keep_files):
    return keep_files(publish_report(opinions))


def run(statement: str) -> None:
    """What somebody types who has the database before them."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement)


def refusal(statement: str) -> str:
    try:
        run(statement)
    except IntegrityError as refused:
        return str(refused).splitlines()[0]
    return ""


def made(model) -> str:
    """Of the files those that are made."""
    return " WHERE state = 'made'" if model is ReportFile else ""


def test_no_column_of_what_was_published_can_be_changed(edition):
    changes = {
        (model, field.name): f'UPDATE {model._meta.db_table} SET "{field.column}" = '
        f"{OTHER.get(field.get_internal_type(), '77')}{made(model)}"
        for model in GUARDED
        for field in model._meta.concrete_fields
        if not field.primary_key
    }
    refused = {change: refusal(statement) for change, statement in changes.items()}
    assert refused == {(model, name): GUARDED[model] for model, name in changes}


@pytest.mark.parametrize("model", GUARDED)
def test_nothing_that_was_published_can_be_deleted(edition, model):
    table = model._meta.db_table
    count = model.objects.count()
    assert refusal(f"DELETE FROM {table}{made(model)}") == GUARDED[model]
    if connection.vendor == "postgresql":
        assert refusal(f"TRUNCATE {table} CASCADE") in (FROZEN, KEPT)
    else:
        replace = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}{made(model)}"
        assert refusal(replace) == GUARDED[model]
    assert model.objects.count() == count


def test_a_sealed_snapshot_gets_no_further_line(edition):
    first = edition.snapshot.rows.first()
    first.pk, first.number = None, 3
    with pytest.raises(IntegrityError, match=FROZEN), transaction.atomic():
        first.save(force_insert=True)
    assert edition.snapshot.rows.count() == 2


def test_a_line_forgets_its_opinion_and_nothing_else(edition):
    table = AnnexRow._meta.db_table
    assert refusal(f"UPDATE {table} SET opinion_id = NULL, text = '改过的话'") == FROZEN
    AnnexRow.objects.filter(number=1).update(opinion=None)
    assert list(AnnexRow.objects.values_list("number", "text")) == [(1, "甲"), (2, "乙")]
    assert edition.is_as_it_was()


def test_a_file_that_waits_may_change_until_it_is_made(opinions, publish_report):
    kept = keep_edition(publish_report(opinions), at=timezone.now())
    word = kept.files.filter(name=ReportFormat.WORD)
    assert word.update(attempts=3, error="disk full", state=FileState.UNAVAILABLE) == 1


def test_the_content_an_edition_was_published_with_stays_in_its_revision(edition):
    change = f"UPDATE wagtailcore_revision SET content = '{{}}' WHERE id = {edition.revision_id}"
    assert refusal(change) == KEPT
    assert edition.as_published().title == edition.page.title


def test_other_revisions_are_the_editors_own(edition):
    draft = edition.page.specific.save_revision()
    run(f"UPDATE wagtailcore_revision SET content = '{{}}' WHERE id = {draft.pk}")
    draft.refresh_from_db()
    assert draft.content == {}


def test_an_editor_left_open_begins_a_new_revision_after_publication(edition):
    page = edition.page.specific
    page.title = "继续输入的标题"
    begun = page.save_revision(
        user=edition.revision.user, overwrite_revision=edition.revision, clean=False
    )
    assert begun.pk != edition.revision_id
    assert edition.as_published().title != "继续输入的标题"
    again = page.save_revision(user=edition.revision.user, overwrite_revision=begun, clean=False)
    assert again.pk == begun.pk
