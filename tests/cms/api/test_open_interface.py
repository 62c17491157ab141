"""``/api/v1/``: what it shows, what it never shows, how it fails (design, section 1)."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate
from wagtail.models import PageViewRestriction

from tests.factories import (
    CLOSES,
    OPENS,
    ConsultationPageFactory,
    DecisionCataloguePageFactory,
    PolicyDocumentPageFactory,
)
from tests.helpers import let_go, publish

pytestmark = pytest.mark.django_db

API = "/api/v1/"
SECTIONS = {
    "consultations": "ConsultationPage",
    "adoption-reports": "AdoptionReportPage",
    "catalogues": "DecisionCataloguePage",
    "decisions": "DecisionPage",
    "policies": "PolicyDocumentPage",
}


def read(client, path: str, status: int = 200, **asked):
    response = client.get(f"{API}{path}", asked)
    assert response.status_code == status, response.content
    return response.json()


def paths_of(client) -> dict:
    return read(client, "openapi.json")["paths"]


def test_the_description_is_valid_openapi_and_names_every_section(client, one_of_each):
    described = read(client, "openapi.json")

    validate(described)
    assert {path.split("/")[3] for path in described["paths"]} - {""} >= set(SECTIONS)
    methods = {method for operations in described["paths"].values() for method in operations}
    assert methods == {"get"}


def test_the_first_address_leads_everywhere(client, one_of_each):
    index = read(client, "")

    for address in (index["openapi"], *(section["url"] for section in index["sections"])):
        assert client.get(urlsplit(address).path).status_code == 200, address


def test_every_section_lists_its_live_pages_and_tells_each(client, one_of_each):
    for name, page in SECTIONS.items():
        (item,) = read(client, f"{name}/")["items"]
        whole = read(client, f"{name}/{item['id']}/")

        assert item["id"] == one_of_each[page].pk
        assert item["url"] == f"http://testserver{one_of_each[page].url}"
        assert whole.items() >= item.items()


def test_what_is_not_for_everyone_is_neither_listed_nor_told(client, one_of_each):
    for name, page in SECTIONS.items():
        hidden = one_of_each[page]
        restriction = PageViewRestriction.objects.create(page=hidden, restriction_type="login")

        assert read(client, f"{name}/")["items"] == []
        assert read(client, f"{name}/{hidden.pk}/", 404)["error"]["code"] == "not_found"
        for other in set(SECTIONS) - {name}:
            assert f'testserver{hidden.url}"' not in client.get(f"{API}{other}/").content.decode()
        restriction.delete()


def test_changed_words_wait_for_review_and_a_page_taken_down_is_gone(client, one_of_each):
    for name, page in SECTIONS.items():
        shown = one_of_each[page]
        title = shown.title
        shown.title = "审查中的新标题"
        shown.save_revision()
        assert read(client, f"{name}/{shown.pk}/")["title"] == title

        type(shown).objects.get(pk=shown.pk).unpublish()
        assert read(client, f"{name}/")["items"] == []
        assert read(client, f"{name}/{shown.pk}/", 404)["error"]["code"] == "not_found"


def test_a_consultation_tells_its_period_its_articles_and_its_files(client, one_of_each):
    page = one_of_each["ConsultationPage"]

    told = read(client, f"consultations/{page.pk}/")

    assert (told["state"]["code"], told["state"]["label"]) == ("answered", "已反馈")
    assert (told["opens_at"], told["closes_at"]) == (OPENS.isoformat(), CLOSES.isoformat())
    assert [(a["number"], a["caption"]) for a in told["articles"]] == [
        (1, "目的和依据"),
        (2, "补贴标准"),
    ]
    assert told["articles"][1]["lines"] == ["按照工程造价的百分之四十补贴。"]
    assert told["decision"]["id"] == one_of_each["DecisionPage"].pk
    assert told["report"]["id"] == one_of_each["AdoptionReportPage"].pk
    assert client.get(urlsplit(told["form"]).path).status_code in (409, 503)


def test_a_restricted_report_is_not_linked(client, one_of_each):
    hidden = one_of_each["AdoptionReportPage"]
    PageViewRestriction.objects.create(page=hidden, restriction_type="login")

    page, decision = one_of_each["ConsultationPage"], one_of_each["DecisionPage"]
    assert read(client, f"consultations/{page.pk}/")["report"] is None
    assert read(client, f"decisions/{decision.pk}/")["report"] is None


def test_the_state_asked_for_is_the_state_told(client, one_of_each, clock_at):
    one_of_each["AdoptionReportPage"].unpublish()
    a_second = timedelta(seconds=1)
    moments = {OPENS - a_second: "scheduled", OPENS: "open"}
    moments |= {CLOSES - a_second: "open", CLOSES: "closed"}
    for moment, state in moments.items():
        clock_at(moment)
        for asked in ("scheduled", "open", "closed", "answered"):
            items = read(client, "consultations/", state=asked)["items"]
            assert [item["state"]["code"] for item in items] == [state] * (asked == state)


def test_a_year_is_the_year_in_shanghai(client, one_of_each):
    assert len(read(client, "consultations/", year=2026)["items"]) == 1
    assert read(client, "consultations/", year=2025)["items"] == []
    assert len(read(client, "catalogues/", year=2026)["items"]) == 1


def test_a_report_tells_its_numbers_and_its_digest(client, one_of_each):
    page = one_of_each["AdoptionReportPage"]

    told = read(client, f"adoption-reports/{page.pk}/")

    assert told["data_sha256"] == page.snapshot.sha256
    assert told["received"] == sum(row["count"] for row in told["verdicts"]) == 0
    assert [file["name"] for file in told["downloads"]] == ["annex.csv", "data.jsonl"]
    for file in told["downloads"]:
        response = client.get(urlsplit(file["url"]).path)
        assert len(b"".join(response.streaming_content)) > 0
        let_go(response)
    assert read(client, f"adoption-reports/{page.pk}/opinions/") == {
        "items": [],
        "next_after": None,
    }


def test_a_document_is_told_passage_by_passage(client, one_of_each):
    page = one_of_each["PolicyDocumentPage"]

    told = read(client, f"policies/{page.pk}/")["passages"]

    assert [(row["kind"], row["text"]) for row in told] == [
        ("part", "一、做好重点工作信息公开"),
        ("text", "……"),
    ]
    assert told[0]["url"].endswith("#part-1")


def test_a_list_is_read_to_its_end_without_loss_or_repetition(client, one_of_each):
    decisions = one_of_each["DecisionCataloguePage"]
    for number in range(4):
        another(decisions, number)

    read_so_far, after = [], ""
    for _ in range(3):
        answer = read(client, "consultations/", limit=2, after=after)
        read_so_far += [item["id"] for item in answer["items"]]
        after = answer["next_after"]
    newest_first = sorted(read_so_far, reverse=True)
    assert (after, len(read_so_far)) == ("", 5)
    assert read_so_far == newest_first


def test_the_language_is_the_one_asked_for(client, one_of_each):
    assert read(client, "consultations/", lang="en")["items"] == []
    english = client.get(f"{API}nothing/", {"lang": "en"})
    assert english["Content-Language"] == "en"
    assert english.json()["error"]["message"] == "There is nothing here that everyone may read."
    assert client.get(f"{API}nothing/")["Content-Language"] == "zh-hans"


REFUSED = [
    ("nothing/", {}, 404, "not_found"),
    ("consultations/0/", {}, 404, "not_found"),
    (f"consultations/{10**30}/", {}, 404, "not_found"),
    ("consultations/", {"limit": 101}, 422, "invalid"),
    ("consultations/", {"limit": 0}, 422, "invalid"),
    ("consultations/", {"limit": "viele"}, 422, "invalid"),
    ("consultations/", {"state": "shut"}, 422, "invalid"),
    ("consultations/", {"year": 10**9}, 422, "invalid"),
    ("consultations/", {"lang": "fr"}, 422, "invalid"),
    ("consultations/", {"after": "x"}, 422, "bad_cursor"),
]


def test_every_refusal_has_one_shape(client, one_of_each):
    for path, asked, status, code in REFUSED:
        error = read(client, path, status, **asked)["error"]

        assert set(error) == {"code", "message", "problems"}
        assert error["code"] == code
        assert {problem["where"] for problem in error["problems"]} == set(asked)


def test_it_only_reads(client, one_of_each):
    for method in ("post", "put", "patch", "delete"):
        response = getattr(client, method)(f"{API}consultations/")

        assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, OPTIONS")
        assert response.json()["error"]["code"] == "method_not_allowed"


def test_an_address_without_its_slash_leads_on(client, one_of_each):
    response = client.get(f"{API}consultations")

    assert (response.status_code, response["Location"]) == (301, f"{API}consultations/")


def test_answers_are_kept_and_sent_again_like_pages(client, one_of_each):
    first = client.get(f"{API}consultations/")
    again = client.get(f"{API}consultations/", headers={"if-none-match": first["ETag"]})

    assert first["Cache-Control"] == "public, max-age=60"
    assert one_of_each["ConsultationPage"].title in first.content.decode()
    assert first["Access-Control-Allow-Origin"] == "*"
    assert not first.cookies and "Cookie" not in first.get("Vary", "")
    assert (again.status_code, again.content) == (304, b"")
    assert client.head(f"{API}consultations/").status_code == 200


def test_addresses_never_come_from_the_host_header(client, one_of_each):
    answer = client.get(f"{API}consultations/", headers={"host": "evil.example"})

    assert "evil.example" not in answer.content.decode()


WORDS = st.one_of(st.text(max_size=20), st.integers().map(str), st.just(""))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_question_breaks_it(client, one_of_each, data):
    paths = paths_of(client)
    path = data.draw(st.sampled_from(sorted(paths)))
    parameters = paths[path]["get"].get("parameters", [])
    asked = {p["name"]: data.draw(WORDS) for p in parameters if data.draw(st.booleans())}
    number = data.draw(st.sampled_from(["0", "1", "2", "7", str(2**63), "-1", "x"]))

    response = client.get(path.replace("{id}", number), asked)

    assert response.status_code in (200, 404, 422)
    assert response["Content-Type"].startswith("application/json")


def another(decisions, number) -> None:
    consultation = ConsultationPageFactory(
        parent__parent=decisions,
        parent__slug=f"other-{number}",
        announced_on=OPENS.date(),
        closes_at=timezone.now() + timedelta(days=40),
    )
    publish(consultation.get_parent().specific)
    publish(consultation)


def queries_of(client, path: str) -> int:
    client.get(path)
    cache.clear()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


@pytest.mark.parametrize(("name", "most"), [("consultations", 5), ("decisions", 5)])
def test_a_list_takes_as_many_queries_for_three_as_for_one(client, one_of_each, name, most):
    for_one = queries_of(client, f"{API}{name}/")
    for number in range(2):
        another(one_of_each["DecisionCataloguePage"], number)

    assert len(read(client, f"{name}/")["items"]) == 3
    assert queries_of(client, f"{API}{name}/") == for_one <= most


def test_documents_take_as_many_queries_for_three_as_for_one(client, one_of_each):
    for_one = queries_of(client, f"{API}policies/")
    for _ in range(2):
        column = one_of_each["PolicyIndexPage"]
        publish(PolicyDocumentPageFactory(parent=column))

    assert len(read(client, "policies/")["items"]) == 3
    assert queries_of(client, f"{API}policies/") == for_one <= 5


def test_catalogues_take_as_many_queries_for_three_as_for_one(client, one_of_each):
    for_one = queries_of(client, f"{API}catalogues/")
    for year in (2027, 2028):
        column = one_of_each["DecisionIndexPage"]
        publish(DecisionCataloguePageFactory(parent=column, year=year, slug=str(year)))

    assert len(read(client, "catalogues/")["items"]) == 3
    assert queries_of(client, f"{API}catalogues/") == for_one <= 5
