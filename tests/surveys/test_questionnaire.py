import json

import pytest

from surveys.enums import Kind
from surveys.models import SurveyPage
from surveys.questionnaire import (
    Condition,
    Question,
    as_data,
    changes_of_meaning,
    digest,
    faults_of,
    from_data,
    has_other_wording,
    numbered,
    questions_of,
)
from tests.factories.pages import QUESTIONS, question


def stream(*parts):
    return SurveyPage.questions.field.stream_block.to_python(list(parts))


def codes(*parts):
    return [(fault.place, fault.code) for fault in faults_of(stream(*parts))]


def one(key="a", options="是\n否", **told):
    return question("single", key, "问？", options=options, **told)


def when(name, answers):
    return {"condition": {"question": name, "answers": answers}}


def test_blocks_become_questions():
    parts = questions_of(stream(*QUESTIONS))

    assert [part.kind for part in parts] == [
        Kind.SECTION,
        Kind.SINGLE,
        Kind.SHORT_TEXT,
        Kind.MULTIPLE,
        Kind.SCALE,
        Kind.MATRIX,
        Kind.LONG_TEXT,
    ]
    assert parts[1].options == numbered(["居民", "企业", "其他"])
    assert parts[2].condition == Condition("who", ("2", "3"))
    assert (parts[3].most, [option.key for option in parts[4].options]) == (2, list("12345"))
    assert [row.label for row in parts[5].rows] == ["参观", "座谈"]


def test_a_questionnaire_survives_being_stored():
    parts = questions_of(stream(*QUESTIONS))

    assert from_data(json.loads(json.dumps(as_data(parts)))) == parts


def test_a_complete_questionnaire_has_no_fault():
    assert codes(*QUESTIONS) == []


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ([], [(0, "empty")]),
        ([QUESTIONS[0]], [(0, "empty")]),
        ([one(options="只有一个")], [(1, "options_missing")]),
        ([one(options="是\n是")], [(1, "options_twice")]),
        ([one(options="\n".join(map(str, range(41))))], [(1, "options_too_many")]),
        ([one(name="甲"), one("b", name="甲")], [(2, "name_twice")]),
        ([question("matrix", "m", "表？", options="好\n坏")], [(1, "rows_missing")]),
        ([question("multiple", "m", "多？", options="好\n坏", most=3)], [(1, "most_impossible")]),
        ([one(**when("甲", "是"))], [(1, "condition_unknown")]),
        ([one(name="甲", **when("甲", "是"))], [(1, "condition_unknown")]),
        ([one(**when("乙", "是")), one("b", name="乙")], [(1, "condition_unknown")]),
        ([one(name="甲"), one("b", **when("甲", "也许"))], [(2, "condition_answers")]),
        ([one(name="甲"), one("b", **when("甲", ""))], [(2, "condition_answers")]),
        ([one(name="甲"), one("b", **when("", "是"))], [(2, "condition_unknown")]),
    ],
)
def test_the_editor_is_told_what_is_wrong_and_where(parts, found):
    assert codes(*parts) == found


def test_a_condition_points_backwards_only_so_there_is_no_circle():
    found = codes(one("a", name="甲", **when("乙", "是")), one("b", name="乙", **when("甲", "是")))

    assert found == [(1, "condition_unknown")]


def asked(key="a", options="是否", **told):
    return Question(key, Kind.SINGLE, told.pop("text", "问？"), options=numbered(options), **told)


@pytest.mark.parametrize(
    "now",
    [
        [asked()],
        [asked(text="请问？")],
        [asked(options="对否")],
        [asked(help="说明", is_required=True)],
        [Question("s", Kind.SECTION, "一、"), asked()],
    ],
    ids=["nothing", "question", "option", "explanation", "heading"],
)
def test_wording_may_be_mended(now):
    assert changes_of_meaning([asked()], now) == []


@pytest.mark.parametrize(
    "now",
    [
        [],
        [asked("b")],
        [asked(options="是否无")],
        [asked(options="否是")],
        [Question("a", Kind.MULTIPLE, "问？", options=numbered("是否"))],
        [asked(condition=Condition("z", ("1",)))],
        [asked(), asked("b")],
    ],
    ids=["gone", "another", "option added", "options swapped", "kind", "condition", "new one"],
)
def test_meaning_may_not_be_changed(now):
    assert changes_of_meaning([asked()], now) != []


def test_questions_that_changed_places_mean_something_else():
    assert len(changes_of_meaning([asked("a"), asked("b")], [asked("b"), asked("a")])) == 2


def test_every_letter_counts_for_the_version():
    assert has_other_wording([asked()], [asked(text="问？ ")])
    assert digest([asked()]) == digest([asked()])
