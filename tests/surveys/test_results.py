import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import Locale

from surveys.actions.results import make_results
from surveys.figures import Facts, figures_of, in_words_of
from surveys.models import SurveyPage
from surveys.questionnaire import questions_of
from surveys.rules import SurveyStillOpen
from surveys.tallies import SMALLEST_GROUP, cross, tally, withheld_groups
from tests.factories import CLOSES, OPENS, UserFactory
from tests.factories.pages import QUESTIONS
from tests.helpers import publish

from .test_questionnaire import stream

PARTS = questions_of(stream(*QUESTIONS))
WHO, WANT, MARK, MATRIX = PARTS[1], PARTS[3], PARTS[4], PARTS[5]
FACTS = Facts(OPENS.date(), CLOSES.date(), None, ())


def people(**groups):
    """``residents=12`` gives twelve answers; marks go 1 to 5 in turn."""
    keys = {"residents": "1", "firms": "2", "others": "3", "unstated": ""}
    given = []
    for group, count in groups.items():
        for number in range(count):
            answers = {"who": keys[group], "mark": str(number % 5 + 1)}
            given.append({key: value for key, value in answers.items() if value})
    return given


def entry(given, key, by=WHO):
    figures = figures_of(PARTS, given, by, FACTS)
    return next(entry for entry in figures["questions"] if entry["key"] == key)


def test_answers_are_counted():
    counted = tally(PARTS, [{"who": "1", "want": ["1", "3"]}, {"who": "1", "parts": {"1": "2"}}])

    assert (counted["who"].answered, counted["who"].counts) == (2, {"1": 2})
    assert (counted["want"].answered, counted["want"].counts) == (1, {"1": 1, "3": 1})
    assert (counted["parts"].answered, counted["parts"].rows) == (1, {"1": {"2": 1}})
    assert counted["mark"].answered == 0


def test_a_question_that_fewer_than_ten_answered_is_not_shown():
    assert entry(people(residents=9), "mark")["answered"] is None
    assert "options" not in entry(people(residents=9), "mark")
    assert entry(people(residents=10), "mark")["answered"] == 10
    assert entry(people(residents=10), "mark")["mean"] == "3.0"


def test_a_row_of_a_matrix_that_fewer_than_ten_answered_is_not_shown():
    given = [{"parts": {"1": "1"}} for _ in range(10)] + [{"parts": {"2": "1"}}]

    assert [row["counts"] for row in entry(given, "parts")["rows"]] == [[10, 0, 0], None]


def shown_groups(breakdown):
    return {row["label"]: row["answered"] for row in breakdown["rows"]}


def test_groups_of_ten_are_shown():
    breakdown = entry(people(residents=12, firms=10, others=11), "mark")["breakdown"]

    assert shown_groups(breakdown) == {"居民": 12, "企业": 10, "其他": 11}
    assert breakdown["rows"][1]["counts"] == [2, 2, 2, 2, 2]


def test_a_small_group_takes_the_next_smallest_with_it_so_that_nothing_can_be_subtracted():
    breakdown = entry(people(residents=30, firms=9, others=11), "mark")["breakdown"]

    assert shown_groups(breakdown) == {"居民": 30, "企业": None, "其他": None}


def test_two_small_groups_that_are_ten_together_need_no_third():
    breakdown = entry(people(residents=30, firms=5, others=5), "mark")["breakdown"]

    assert shown_groups(breakdown) == {"居民": 30, "企业": None, "其他": None}


def test_who_named_no_group_is_a_group_as_well():
    breakdown = entry(people(residents=30, firms=12, unstated=3), "mark")["breakdown"]

    assert shown_groups(breakdown) == {"居民": 30, "企业": None, "": None}


def test_nothing_is_broken_down_when_every_group_would_be_withheld():
    assert entry(people(residents=30, firms=3), "mark")["breakdown"] is None
    assert entry(people(residents=30), "mark", by=None)["breakdown"] is None


def test_the_grouping_question_is_not_broken_down_by_itself():
    assert entry(people(residents=30, firms=30), "who")["breakdown"] is None


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 60), max_size=8))
def test_what_is_withheld_cannot_be_had_by_subtracting(sizes):
    withheld = withheld_groups(sizes)

    assert {group for group, size in sizes.items() if size < SMALLEST_GROUP} <= withheld
    hidden = [sizes[group] for group in withheld]
    everything = withheld == set(sizes)
    assert not hidden or everything or (len(hidden) >= 2 and sum(hidden) >= SMALLEST_GROUP)


@given(
    st.lists(
        st.fixed_dictionaries(
            {}, optional={"who": st.sampled_from("123"), "mark": st.sampled_from("12345")}
        ),
        max_size=80,
    )
)
def test_the_groups_add_up_to_all_answers(given_answers):
    groups = cross(MARK, WHO, given_answers)

    total = tally([MARK], given_answers)["mark"]
    assert sum(group.answered for group in groups.values()) == total.answered
    assert sum((group.counts for group in groups.values()), start=type(total.counts)()) == (
        total.counts
    )


@pytest.fixture
def answered(survey, say):
    """Thirty residents and four firms; twelve wrote something."""
    for number in range(30):
        answers = {"who": "1", "want": ["1"], "mark": str(number % 5 + 1), "more": "好"}
        say({**answers, "more": "私密的话" if number < 12 else ""})
    for _ in range(4):
        say({"who": "2", "firm": "甲公司", "mark": "1"})
    return survey


def test_results_are_made_after_the_last_moment(survey, officer):
    with pytest.raises(SurveyStillOpen):
        make_results(survey, by=officer, at=OPENS)


@pytest.mark.django_db
def test_results_are_public_after_review_and_release_only(answered, client, clock):
    clock.move_to(CLOSES)
    draft = make_results(answered, by=UserFactory(), at=CLOSES)
    address = f"{answered.url}results/"
    assert client.get(address).status_code == 404

    publish(draft)
    page = client.get(address)

    text = page.content.decode()
    assert page.status_code == 200
    assert "34" in text
    assert "私密的话" not in text and "甲公司" not in text
    assert "人数过少，不显示" in text
    assert "12人填写了文字" in text
    assert "已公布结果" in client.get(answered.url).content.decode()


@pytest.mark.django_db
def test_what_is_public_stays_until_new_results_are_released(answered, client, clock, officer):
    clock.move_to(CLOSES)
    live = publish(make_results(answered, by=officer, at=CLOSES))
    answered.responses.filter(texts__isnull=False).first().texts.all().delete()

    again = make_results(answered, by=officer, at=CLOSES)

    assert again.pk == live.pk
    assert again.figures != live.figures
    assert type(live).objects.get(pk=live.pk).figures == live.figures


@pytest.mark.django_db
def test_the_results_page_asks_no_answers(answered, client, clock, django_assert_max_num_queries):
    clock.move_to(CLOSES)
    publish(make_results(answered, by=UserFactory(), at=CLOSES))
    client.get(f"{answered.url}results/")

    with django_assert_max_num_queries(9) as asked:
        client.get(f"{answered.url}results/")
    assert not [query for query in asked.captured_queries if "surveys_response" in query["sql"]]


ENGLISH = {
    "who": {"question": "Who are you?", "options": "Resident\nFirm\nOther"},
    "firm": {
        "question": "Your firm?",
        "condition": {"question": "身份", "answers": "Firm\nOther"},
    },
    "want": {"question": "What did you like?", "options": "Tours\nTalks\nFilms"},
    "mark": {"question": "How was it?", "low": "poor", "high": "very good"},
    "parts": {"question": "And its parts?", "options": "Good\nFair\nPoor", "rows": "Talks\nFilms"},
    "more": {"question": "Anything else?"},
}


def in_english() -> list[dict]:
    return [_worded(part, ENGLISH.get(part["id"])) for part in QUESTIONS]


def _worded(part: dict, words: dict | None) -> dict:
    return part | {"value": {**part["value"], **words}} if words else part


def words(value) -> str:
    """Everything of the figures that is read."""
    if isinstance(value, dict):
        return "".join(words(part) for name, part in value.items() if name not in ("key", "kind"))
    if isinstance(value, list):
        return "".join(map(words, value))
    return value if isinstance(value, str) else ""


def test_a_translation_has_the_same_numbers_under_its_own_words():
    given = [{**one, "parts": {"1": "1"}} for one in people(residents=12, firms=10, unstated=11)]
    figures = figures_of(PARTS, given, WHO, FACTS)

    english = in_words_of(figures, questions_of(stream(*in_english())))

    by_key = {entry["key"]: entry for entry in english["questions"]}
    assert by_key["who"]["text"] == "Who are you?"
    assert [(o["label"], o["count"]) for o in by_key["who"]["options"]] == [
        ("Resident", 12),
        ("Firm", 10),
        ("Other", 0),
    ]
    mark = by_key["mark"]
    assert [option["note"] for option in mark["options"]] == ["poor", "", "", "", "very good"]
    assert mark["breakdown"]["by"] == "Who are you?"
    assert shown_groups(mark["breakdown"]) == {"Resident": 12, "Firm": 10, "": 11}
    assert by_key["parts"]["columns"] == ["Good", "Fair", "Poor"]
    assert [row["label"] for row in by_key["parts"]["rows"]] == ["Talks", "Films"]
    translated = [entry for entry in english["questions"] if entry["key"] in ENGLISH]
    assert words(translated).isascii()


def test_a_question_with_other_options_keeps_the_words_it_was_counted_under():
    figures = figures_of(PARTS, people(residents=12), WHO, FACTS)
    other = {"who": {"options": "Resident\nOther"}}
    fewer = [_worded(part, other.get(part["id"])) for part in in_english()]

    shown = in_words_of(figures, questions_of(stream(*fewer)))["questions"]
    who = next(entry for entry in shown if entry["key"] == "who")

    assert [option["label"] for option in who["options"]] == ["居民", "企业", "其他"]
    assert in_words_of(figures, [])["questions"] == figures["questions"]
    assert in_words_of({}, PARTS) == {}


@pytest.mark.django_db
def test_the_english_results_name_the_choices_in_english(answered, client, clock, officer):
    clock.move_to(CLOSES - timedelta(minutes=1))
    locale, _new = Locale.objects.get_or_create(language_code="en")
    for page in answered.get_ancestors().filter(depth__gt=1):
        in_locale = page.get_translation_or_none(locale)
        publish(in_locale.specific if in_locale else page.specific.copy_for_translation(locale))
    english = answered.copy_for_translation(locale)
    english.questions = SurveyPage.questions.field.to_python(json.dumps(in_english()))
    english.title = "Open day"
    publish(english)
    clock.move_to(CLOSES)
    results = publish(make_results(answered, by=officer, at=CLOSES))
    translated = publish(results.copy_for_translation(locale))

    text = client.get(translated.url).content.decode()

    assert "Who are you?" in text and "Resident" in text and "very good" in text
    assert not [label for label in ("您的身份", "居民", "企业") if label in text]
    assert "居民" in client.get(results.url).content.decode()
