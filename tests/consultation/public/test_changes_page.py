"""…/consultation/changes/: what was changed because of opinions (plan 2023, III.1; C14)."""

import re
from html import unescape

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.clearance.jobs import follow_up_publications
from consultation.actions.groups import put_into_group
from consultation.actions.verdicts import decide_group, decide_opinions
from consultation.articles import articles_of
from consultation.changes import fate_of_article
from consultation.enums import Verdict
from consultation.models import DecisionPage, DraftVersion, Opinion, OpinionGroup

pytestmark = pytest.mark.django_db

ADDRESS = "/decisions/2026/lift/consultation/changes/"
REPORT = "/decisions/2026/lift/adoption-report/"


def follow_up():
    follow_up_publications(timezone.now())


@pytest.fixture
def consultation(closed_consultation):
    follow_up()
    return closed_consultation


@pytest.fixture
def decide(gate, consultation):
    """Publishes the decision: the draft with some of its blocks written anew."""

    def publish(change):
        decision = DecisionPage.objects.get(pk=consultation.get_parent().pk)
        decision.decision_title = "电梯补贴办法"
        decision.decision_text = change(list(consultation.draft.raw_data))
        live = gate.publish(decision)
        follow_up()
        return live

    return publish


def eight_instead_of_six(blocks):
    changed = {**blocks[2]["value"], "text": "<p>补贴每台八万元。</p>"}
    return [*blocks[:2], {**blocks[2], "value": changed}]


@pytest.fixture
def decided(decide):
    return decide(eight_instead_of_six)


def page_of(client, address=ADDRESS):
    response = client.get(address)
    assert response.status_code == 200
    return unescape(response.content.decode())


def plain(html):
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", html))


def test_the_changed_words_are_marked(client, decided):
    html = page_of(client)

    assert re.search(r"<del>.*?六万元.*?</del><ins>.*?八万元.*?</ins>", html)
    assert "［删去：六万元］［新增：八万元］" in plain(html)
    assert "修改的条款1新增的条款0删去的条款0移位的条款0未修改的条款1" in plain(html)


def test_an_article_may_be_added_removed_and_moved(client, decide, consultation):
    decide(
        lambda blocks: [
            blocks[0],
            {"type": "article", "id": "new", "value": {"caption": "", "text": "<p>新条</p>"}},
            blocks[2],
        ]
    )
    gone, stayed = articles_of(consultation.draft)
    html = page_of(client)

    marks = re.findall(r'class="article change change-(\w+)" id="([\w-]+)"', html)
    assert sorted(marks) == [("added", "article-new"), ("removed", gone.anchor)]
    assert f'id="{stayed.anchor}"' in html


def test_any_two_versions_can_be_asked_for_and_both_ways_of_showing(client, gate, consultation):
    for text in ("<p>补贴每台七万元。</p>", "<p>补贴每台九万元。</p>"):
        blocks = list(consultation.draft.raw_data)
        consultation.draft = [*blocks[:2], {**blocks[2], "value": {"caption": "", "text": text}}]
        consultation = gate.publish(consultation)
        follow_up()
    html = page_of(client, f"{ADDRESS}?from=2&to=3&view=side")

    assert "［删去：七］" in plain(html)
    assert "［新增：九］" in plain(html)
    assert "六万元" not in html
    assert '<table class="table sides">' in html
    assert "［删去：六万元］［新增：九万元］" in plain(page_of(client))


def test_asked_the_wrong_way_round_the_older_still_stands_first(client, decided):
    assert page_of(client, f"{ADDRESS}?from=2&to=1") == page_of(client, f"{ADDRESS}?from=1&to=2")


@pytest.mark.parametrize("question", ["from=7", "to=0", "from=-1", "from=x", "to=1'--", "to=٢"])
def test_a_version_that_was_never_public_is_nowhere(client, decided, question):
    assert client.get(f"{ADDRESS}?{question}").status_code == 404


def test_a_draft_that_is_only_being_written_shows_nowhere(client, consultation, decided):
    blocks = list(consultation.draft.raw_data)
    secret = {"caption": "", "text": "<p>尚未公开的一稿</p>"}
    consultation.draft = [*blocks[:2], {**blocks[2], "value": secret}]
    consultation.save_revision()
    follow_up()

    assert DraftVersion.objects.count() == 2
    assert "尚未公开" not in page_of(client)
    assert client.get(f"{ADDRESS}?to=3").status_code == 404


def test_a_decision_that_is_taken_off_the_net_is_compared_no_more(client, decided):
    assert "八万元" in page_of(client)
    decided.unpublish()
    # What hangs below a page that is not live is not live either, or is shown without it.
    response = client.get(ADDRESS)
    assert response.status_code == 404 or "八万元" not in response.content.decode()
    assert client.get(f"{ADDRESS}?to=2").status_code == 404


def test_a_consultation_that_is_not_live_shows_no_changes(client, consultation, decided):
    consultation.unpublish()
    assert client.get(ADDRESS).status_code == 404


def test_one_version_alone_says_that_there_is_nothing_to_compare(client, consultation):
    assert "目前只公布过一稿" in page_of(client)


def test_a_changed_article_names_whose_words_changed_it(
    client, consultation, decided, say, officer, publish_report
):
    [_purpose, subsidy] = articles_of(consultation.draft)
    now = timezone.now()
    said = [say(consultation, f"补贴太少，第{n}户，电话13812345678") for n in range(3)]
    group = OpinionGroup.objects.create(consultation=consultation, title="补贴太少")
    put_into_group(group, consultation, [o.pk for o in said], by=officer, at=now)
    answer = {"verdict": Verdict.ADOPTED, "reason": "", "changed_articles": [subsidy.key]}
    decide_group(group, **answer, by=officer, at=now)
    decide_opinions(consultation, [o.pk for o in said], **answer, by=officer, at=now)
    assert "根据下列意见修改" not in page_of(client)

    publish_report(consultation)
    cache.clear()
    html = page_of(client)

    assert f'<a href="{REPORT}#group-1">补贴太少</a>（3条，采纳）' in re.sub(
        r"</a>\s+", "</a>", html
    )
    assert f'href="{REPORT}#opinion-1"' in html
    assert "138****5678" in html
    assert "13812345678" not in html
    report = client.get(REPORT).content.decode()
    link = f'href="/decisions/2026/lift/consultation/changes/#{subsidy.anchor}"'
    assert report.count(link) == 4  # the group and each of its three opinions
    assert 'id="group-1"' in report


def test_an_author_learns_what_became_of_the_article_the_opinion_was_written_for(
    consultation, decide, say
):
    first, second = articles_of(consultation.draft)
    written = say(consultation, "补贴太少")
    told = {}
    for key in (first.key, second.key):
        Opinion.objects.filter(pk=written.pk).update(article_key=key)
        assert fate_of_article(Opinion.objects.get(pk=written.pk)) is None
    decide(lambda blocks: [blocks[0], eight_instead_of_six(blocks)[2]])
    for key in (first.key, second.key, ""):
        Opinion.objects.filter(pk=written.pk).update(article_key=key)
        found = fate_of_article(Opinion.objects.get(pk=written.pk))
        told[key] = found and (str(found["fate"]), found["url"].partition("changes/")[2])

    assert told == {
        first.key: ("removed", f"?from=1&to=2#{first.anchor}"),
        second.key: ("changed", f"?from=1&to=2#{second.anchor}"),
        "": None,
    }


def test_the_pages_around_it_lead_there(client, consultation, decide):
    around = ["/decisions/2026/lift/", "/decisions/2026/lift/consultation/"]
    assert [ADDRESS in page_of(client, address) for address in around] == [False, False]
    decide(eight_instead_of_six)
    cache.clear()
    assert [ADDRESS in page_of(client, address) for address in around] == [True, True]


def test_the_decision_can_be_read_in_full_on_its_page(client, decided):
    assert "补贴每台八万元。" in page_of(client, "/decisions/2026/lift/")


def queries_of(client):
    cache.clear()
    client.get("/")
    with CaptureQueriesContext(connection) as queries:
        page_of(client)
    return len(queries)


def test_three_changed_articles_take_no_more_queries_than_one(client, decide, consultation):
    decide(eight_instead_of_six)
    for_one = queries_of(client)
    decide(
        lambda blocks: [
            *eight_instead_of_six(blocks),
            {"type": "article", "id": "n1", "value": {"caption": "", "text": "<p>一</p>"}},
            {"type": "article", "id": "n2", "value": {"caption": "", "text": "<p>二</p>"}},
        ]
    )

    assert queries_of(client) == for_one <= 20


def test_the_page_is_kept_like_every_other(client, decided):
    response = client.get(ADDRESS)

    assert response["Cache-Control"] == "public, max-age=60"
    assert client.post(ADDRESS).status_code == 405
