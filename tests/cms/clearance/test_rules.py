import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.clearance.enums import DisclosureAttribute, Outcome
from cms.clearance.rules import content_digest, may_go_live, may_release, may_review

CONTENT = {"title": "办法", "body": [{"type": "text", "value": "<p>一</p>"}]}
FILES = [("pages.siteimage:1", "aa"), ("pages.sitedocument:1", "bb")]


def test_the_same_content_has_the_same_digest_in_any_order():
    turned = dict(reversed(CONTENT.items()))

    assert content_digest(turned, reversed(FILES)) == content_digest(CONTENT, FILES)


def test_a_file_shown_twice_is_one_file():
    assert content_digest(CONTENT, FILES * 2) == content_digest(CONTENT, FILES)


@pytest.mark.parametrize(
    ("content", "files"),
    [
        ({**CONTENT, "title": "办法 "}, FILES),
        ({**CONTENT, "body": []}, FILES),
        (CONTENT, FILES[:1]),
        (CONTENT, [("pages.siteimage:1", "ab"), FILES[1]]),
        (CONTENT, [("pages.siteimage:2", "aa"), FILES[1]]),
    ],
)
def test_any_change_of_content_or_file_changes_the_digest(content, files):
    assert content_digest(content, files) != content_digest(CONTENT, FILES)


def test_the_names_that_the_editor_gives_to_paragraphs_are_not_content():
    def digest(html):
        return content_digest({"body": [{"type": "text", "value": html}]}, [])

    assert digest('<p data-block-key="k6ja3">一</p>') == digest("<p>一</p>")
    assert digest('<p>x data-block-key="k6ja3"</p>') != digest("<p>x</p>")
    assert digest('<p title=" data-block-key="k6ja3"">一</p>') != digest('<p title="">一</p>')


@given(st.text(st.characters(), max_size=20))
def test_every_text_has_a_digest(text):
    assert len(content_digest({"title": text}, [])) == 64


@pytest.mark.parametrize(
    ("attribute", "outcome", "expected"),
    [
        (DisclosureAttribute.PROACTIVE, Outcome.CLEARED, True),
        (DisclosureAttribute.REDACTED, Outcome.CLEARED, True),
        (DisclosureAttribute.ON_REQUEST, Outcome.CLEARED, False),
        (DisclosureAttribute.WITHHELD, Outcome.CLEARED, False),
        (DisclosureAttribute.PROACTIVE, Outcome.REFUSED, False),
        (DisclosureAttribute.PROACTIVE, Outcome.REFERRED, False),
        (DisclosureAttribute.PROACTIVE, None, False),
    ],
)
def test_only_public_information_that_was_cleared_goes_live(attribute, outcome, expected):
    assert may_go_live(attribute, outcome) is expected


def test_nobody_reviews_what_they_had_a_hand_in():
    assert [may_review(user, {1, 2}) for user in (1, 2, 3)] == [False, False, True]


def test_the_release_is_given_by_a_third_person():
    drafters, reviewer = {1, 2}, 3

    assert [may_release(user, reviewer, drafters) for user in (1, 2, 3, 4)] == [
        False,
        False,
        False,
        True,
    ]
