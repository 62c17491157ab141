from home.excerpts import Piece, excerpt


def test_the_words_are_marked_where_they_stand():
    assert excerpt("加装电梯补贴", ["电梯"]) == [
        Piece("加装"),
        Piece("电梯", is_match=True),
        Piece("补贴"),
    ]


def test_the_longest_word_wins_and_case_does_not_matter():
    assert excerpt("a LIFTING lift", ["lift", "lifting"]) == [
        Piece("a "),
        Piece("LIFTING", is_match=True),
        Piece(" "),
        Piece("lift", is_match=True),
    ]


def test_a_long_text_is_cut_around_the_first_word():
    pieces = excerpt("前" * 200 + "电梯" + "后" * 200, ["电梯"])
    assert [piece.is_match for piece in pieces] == [False, True, False]
    assert pieces[0].text == "…" + "前" * 30
    assert pieces[2].text == "后" * 88 + "…"


def test_without_the_word_the_text_is_shown_from_its_beginning():
    assert excerpt("没有那个词", ["电梯"]) == [Piece("没有那个词")]


def test_signs_of_a_pattern_are_plain_text():
    assert excerpt("a.*b", [".*"])[1] == Piece(".*", is_match=True)


def test_nothing_gives_nothing():
    assert excerpt(" \n", ["电梯"]) == []
