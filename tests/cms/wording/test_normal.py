import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.wording.normal import CHINESE_RANGES, is_chinese, normalise, runs

CHINESE = st.text(
    st.one_of(
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
        st.characters(min_codepoint=0x3400, max_codepoint=0x4DBF),
        st.characters(min_codepoint=0x20000, max_codepoint=0x3134F),
        st.just("〇"),
    ),
    min_size=1,
    max_size=30,
)


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("ＡＢＣ１２３", "abc123"),
        ("電動自行車", "电动自行车"),
        ("加裝電梯", "加装电梯"),
        ("二〇二三年", "二〇二三年"),
        ("Lift", "lift"),
        ("", ""),
    ],
)
def test_full_width_capital_and_traditional_letters_have_one_normal_form(written, normal):
    assert normalise(written) == normal


def test_what_nobody_sees_is_dropped_and_does_not_tear_a_word():
    assert normalise("电\x00\u200b\ufeff\ud800\U000e0100梯") == "电梯"


def test_line_breaks_still_separate():
    assert runs("电梯\n工程\t公示") == ["电梯", "工程", "公示"]


@given(CHINESE, st.data())
def test_the_normal_form_of_a_part_is_part_of_the_normal_form_of_the_whole(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    assert normalise(text[start:end]) in normalise(text)


def test_a_character_is_simplified_alike_within_a_phrase_and_alone():
    assert normalise("乾") in normalise("乾坤")


def test_runs_keep_numbers_and_words_of_other_scripts_whole():
    assert runs("加装电梯,2023年 5G-café_テスト!") == [
        "加装电梯",
        "2023",
        "年",
        "5g",
        "café",
        "テスト",
    ]


@given(st.text(st.characters()))
def test_no_text_is_refused_and_no_run_is_empty(text):
    assert all(runs(text))


@given(CHINESE)
def test_a_run_of_chinese_characters_is_chinese(text):
    assert runs(text) == [normalise(text)]
    assert is_chinese(runs(text)[0])


@pytest.mark.parametrize("run", ["", "2023", "lift", "テ"])
def test_other_runs_are_not_chinese(run):
    assert not is_chinese(run)


def test_what_is_in_normal_form_stays_as_it_is():
    every = "".join(
        chr(point) for first, last in CHINESE_RANGES for point in range(first, last + 1)
    )

    assert normalise(normalise(every)) == normalise(every)
    assert normalise("薴") == normalise("苧") == "苎"
