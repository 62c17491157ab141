"""What ``/api/v1/`` tells of a report with opinions: the annex, and nothing more."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(closed_consultation, say, publish_report):
    say(closed_consultation, "请加坡道，电话13812345678", verdict="adopted")
    say(closed_consultation, "费用太高", verdict="not_adopted", reason="财力有限")
    say(closed_consultation, "同意", verdict="adopted")
    return publish_report(closed_consultation)


def opinions_of(client, report, **asked) -> dict:
    return client.get(f"/api/v1/adoption-reports/{report.pk}/opinions/", asked).json()


def test_the_opinions_are_read_part_by_part_with_verdict_and_reason(client, report):
    first = opinions_of(client, report, limit=2)
    rest = opinions_of(client, report, after=first["next_after"])

    assert [item["number"] for item in first["items"] + rest["items"]] == [1, 2, 3]
    second = first["items"][1]
    assert (second["text"], second["reason"]) == ("费用太高", "财力有限")
    assert (second["verdict"]["code"], second["channel"]["code"]) == ("not_adopted", "letter")
    assert (first["next_after"], rest["next_after"]) == (2, None)


def test_no_author_and_no_number_of_theirs_is_told(client, report):
    told = client.get(f"/api/v1/adoption-reports/{report.pk}/opinions/").content.decode()

    assert "请加坡道" in told
    assert "13812345678" not in told and "张某某" not in told


def test_the_numbers_of_the_report_are_those_of_its_page(client, report):
    told = client.get(f"/api/v1/adoption-reports/{report.pk}/").json()

    numbers = {row["code"]: row["count"] for row in told["verdicts"]}
    assert (told["received"], numbers["adopted"], numbers["not_adopted"]) == (3, 2, 1)
    assert [edition["data_sha256"] for edition in told["editions"]] in (
        [],
        [report.snapshot.sha256],
    )


def test_many_opinions_take_no_more_queries_than_one(client, report):
    counts = []
    for limit in (1, 3):
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            assert len(opinions_of(client, report, limit=limit)["items"]) == limit
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4
