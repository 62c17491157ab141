from cms.wording.synonyms import Synonyms, town_synonyms


def test_each_word_of_a_group_stands_for_the_others():
    synonyms = Synonyms([("加梯", "加装电梯", "增设电梯")])
    assert synonyms.of("加装电梯") == ("加梯", "增设电梯")


def test_a_word_in_two_groups_stands_for_the_words_of_both():
    synonyms = Synonyms([("甲", "乙"), ("甲", "丙", "乙")])
    assert synonyms.of("甲") == ("乙", "丙")


def test_a_table_may_be_written_in_traditional_and_capital_letters():
    assert Synonyms([("電梯", "LIFT")]).of("电梯") == ("lift",)


def test_empty_words_and_unknown_words_stand_for_nothing():
    assert Synonyms([("", " ", "电梯")]).of("电梯") == ()
    assert Synonyms([("电梯", "升降机")]).of("") == ()


def test_a_run_is_split_at_the_longest_known_words():
    synonyms = Synonyms([("电动车", "电瓶车"), ("电动车棚", "车库")])
    assert synonyms.split("修电动车棚顶") == ["修", "电动车棚", "顶"]


def test_an_empty_table_splits_nothing():
    assert Synonyms().split("电动车棚") == ["电动车棚"]
    assert "电动车棚" not in Synonyms()


def test_residents_word_for_a_new_lift_is_in_the_towns_table():
    assert town_synonyms().of("加梯") == ("加装电梯", "增设电梯")
