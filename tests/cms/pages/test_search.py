import random
import re

import pytest
from django.db import connection
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from modelsearch.index import insert_or_update_object
from modelsearch.query import MATCH_ALL, MATCH_NONE, Not, Phrase, PlainText
from wagtail.images.models import Image
from wagtail.models import Page
from wagtail.search.backends import get_search_backend

from cms.pages.search import search_pages

NOTICE = "淞南镇既有多层住宅加装电梯工程公示"
TITLES = (
    NOTICE,
    "2023年度重大行政决策事项目录",
    "电动自行车充电设施建设方案征求意见",
    "政府开放日活动报名",
    "Lift installation notice",
)
BODY = (
    "为推进既有多层住宅加装电梯工作,现就《淞南镇加装电梯补贴办法》(草案)公开征集意见。"
    "意见征集期为三十日,自二〇二三年七月三日起。联系单位:党政办公室。𠮷女士可先电话预约。"
)

CHINESE_RUN = r"[\u3007\u3400-\u9fff\U00020000-\U0003134f]+"

HOSTILE = [
    '"',
    "'",
    '""',
    '"电梯',
    "\x00",
    "电\x00梯",
    " ",
    "\t\n\u3000",
    "AND OR NOT",
    "NEAR(电梯, 2)",
    "title:电梯",
    "电梯*",
    "-电梯",
    "(((",
    "a & | ! <-> :*",
    "\\",
    "%s %(x)s %",
    "😀👨‍👩‍👧",
    "\ud800",
    "电" * 10_000,
    "x" * 10_000,
    "x " * 5_000,
    "'; DROP TABLE wagtailcore_page; --",
    "ﷺ" * 300,
]

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages():
    root = Page.objects.get(depth=1)
    return [publish(root, title) for title in TITLES]


@pytest.fixture
def text_with_a_body():
    """An image stands in for any page with a body: its description is indexed as one."""
    image = Image.objects.create(title="示例", description=BODY, file="x.png", width=1, height=1)
    insert_or_update_object(image)
    return image


def publish(parent, title):
    page = parent.add_child(instance=Page(title=title, slug=f"p{random.randrange(10**12)}"))  # noqa: S311
    insert_or_update_object(page)
    return page


def titles(results):
    return [page.title for page in results]


def found(text):
    return titles(search_pages(Page.objects.all(), text))


def test_a_word_within_a_title_finds_the_notice(pages):
    assert found("电梯") == [NOTICE]


def test_a_whole_title_finds_its_page(pages):
    for title in TITLES:
        assert found(title)[0] == title


def test_a_question_finds_what_it_asks_for(pages):
    assert found("怎么申请加装电梯?")[0] == NOTICE


def test_traditional_characters_find_simplified_text(pages):
    assert found("電動自行車") == ["电动自行车充电设施建设方案征求意见"]


def test_simplified_characters_find_traditional_text(pages):
    page = publish(Page.objects.get(depth=1), "長者健康講座")
    assert found("长者讲座") == [page.title]


@pytest.mark.parametrize("said", ["加梯", "增设电梯"])
def test_the_residents_word_finds_the_officials_word(pages, said):
    assert found(said) == [NOTICE]


@pytest.mark.parametrize("character", ["梯", "工", "示", "淞"])
def test_a_single_character_finds_every_text_it_is_in(pages, character):
    assert found(character) == [NOTICE]


@pytest.mark.parametrize("word", ["lift", "LIFT", "installation notice", "how is the lift"])
def test_english_words_find_english_text(pages, word):
    assert found(word) == ["Lift installation notice"]


def test_half_an_english_word_finds_nothing(pages):
    assert found("instal") == []


def test_an_endless_word_finds_the_text_it_is_in(pages):
    page = publish(Page.objects.get(depth=1), "x" * 200)
    assert found("x" * 200) == [page.title]


def test_a_number_finds_the_year(pages):
    assert found("2023") == ["2023年度重大行政决策事项目录"]


def test_all_the_words_are_asked_for_first(pages):
    publish(Page.objects.get(depth=1), "电梯安全检查")
    assert found("电梯公示") == [NOTICE]


def test_some_of_the_words_are_enough_when_no_page_has_all(pages):
    assert found("电梯 火箭") == [NOTICE]


def test_what_no_page_says_finds_nothing(pages):
    assert found("火箭") == []


def test_results_can_be_counted_and_sliced(pages):
    publish(Page.objects.get(depth=1), "电梯安全检查")
    results = search_pages(Page.objects.all(), "电梯")
    assert results.count() == 2
    assert len(results[:1]) == 1


def test_only_the_pages_asked_about_are_found(pages):
    assert titles(search_pages(Page.objects.exclude(pk=pages[0].pk), "电梯")) == []


def test_a_changed_title_is_found_and_the_old_one_no_longer(pages):
    pages[0].title = "垃圾分类公示"
    pages[0].save()
    insert_or_update_object(pages[0])
    assert found("垃圾") == ["垃圾分类公示"]
    assert found("电梯") == []


def test_a_deleted_page_is_not_found(pages):
    pages[0].delete()
    assert found("电梯") == []


def test_a_word_in_the_body_finds_the_text(text_with_a_body):
    assert titles(Image.objects.search("党政办")) == ["示例"]
    assert titles(Image.objects.search("火箭")) == []


def test_a_short_title_that_says_it_comes_before_a_long_body(text_with_a_body):
    title = Image.objects.create(title="电梯补贴", file="y.png", width=1, height=1)
    insert_or_update_object(title)
    assert titles(Image.objects.search("电梯补贴"))[0] == "电梯补贴"


def test_a_search_may_be_limited_to_fields(text_with_a_body):
    backend = get_search_backend()
    assert titles(backend.search("电梯", Image, fields=["title"])) == []
    assert titles(backend.search("电梯", Image, fields=["description"])) == ["示例"]
    assert titles(backend.search("示例", Image, fields=["title", "description"])) == ["示例"]
    assert titles(backend.autocomplete("电", Image, fields=["title", "description"])) == ["示例"]


@pytest.mark.parametrize("typed", ["加", "加装", "装电", "电梯", "淞南镇既", "電"])
def test_typing_shows_the_page_from_the_first_character(pages, typed):
    assert NOTICE in titles(Page.objects.autocomplete(typed))


@pytest.mark.parametrize("typed", ["l", "Lif", "lift inst", "installation noti"])
def test_typing_english_shows_the_page_before_the_word_is_finished(pages, typed):
    assert "Lift installation notice" in titles(Page.objects.autocomplete(typed))


def test_a_phrase_is_taken_as_it_is(pages):
    assert titles(Page.objects.search(Phrase("多层住宅加装"))) == [NOTICE]
    assert titles(Page.objects.search(Phrase("加梯"))) == []


def test_queries_without_text_work_as_ever(pages):
    everything = Page.objects.count()
    assert Page.objects.search(MATCH_ALL).count() == everything
    assert Page.objects.search(MATCH_NONE).count() == 0
    assert Page.objects.search("").count() == 0


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (PlainText("电梯") & PlainText("公示"), [NOTICE]),
        (PlainText("电梯") & PlainText("火箭"), []),
        (PlainText("火箭") | PlainText("电梯"), [NOTICE]),
        (PlainText("公示") & ~PlainText("电梯"), []),
        (PlainText("公示") & ~PlainText("火箭"), [NOTICE]),
        (PlainText("!!!") & PlainText("电梯"), [NOTICE]),
        (Phrase("...") | PlainText("电梯"), [NOTICE]),
        (PlainText("!!!") & Phrase("..."), []),
    ],
)
def test_queries_may_be_combined(pages, query, expected):
    assert titles(Page.objects.search(query)) == expected


def test_a_negated_query_finds_the_others(pages):
    others = titles(Page.objects.search(Not(PlainText("电梯"))))
    assert NOTICE not in others
    assert set(TITLES) - {NOTICE} <= set(others)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_input_is_answered_with_an_error(pages, text):
    list(search_pages(Page.objects.all(), text))
    list(Page.objects.autocomplete(text))
    list(Page.objects.search(Phrase(text)))
    list(Page.objects.search(Not(PlainText(text))))


@pytest.mark.parametrize("text", ["", " ", "\x00", "...", "😀", '"', "\ud800"])
def test_an_input_that_says_nothing_finds_nothing(pages, text):
    assert found(text) == []


@pytest.mark.parametrize("asked", ["电梯", "加", '"加装电梯" live:true', "電梯 公示"])
def test_the_editors_search_finds_chinese(pages, admin_client, asked):
    answer = admin_client.get(reverse("wagtailadmin_pages:search_results"), {"q": asked})
    assert NOTICE in answer.content.decode()


@pytest.mark.parametrize("asked", ["", " ", '"', '"!!!" ...', "\x00", "x" * 1_000, "2023", "😀"])
@pytest.mark.parametrize(
    "name",
    [
        "wagtailadmin_pages:search_results",
        "wagtailadmin_choose_page_search",
        "wagtailimages:index_results",
        "wagtaildocs:index_results",
    ],
)
def test_the_editors_searches_answer_whatever_is_typed(pages, admin_client, name, asked):
    assert admin_client.get(reverse(name), {"q": asked}).status_code == 200


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(st.characters()))
def test_no_text_at_all_is_answered_with_an_error(pages, text):
    list(search_pages(Page.objects.all(), text))
    list(Page.objects.autocomplete(text))


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_eight_characters_of_a_title_or_a_body_find_it(pages, text_with_a_body, data):
    run = data.draw(
        st.sampled_from(re.findall(r"[\u3007\u3400-\u9fff\U00020000-\U0003134f]+", BODY))
    )
    assert list(Image.objects.search(part_of(run, data))) == [text_with_a_body]
    page = data.draw(st.sampled_from(pages[:4]))
    run = data.draw(st.sampled_from(re.findall(CHINESE_RUN, page.title)))
    assert page.title in titles(Page.objects.search(part_of(run, data), operator="and"))


def put_in_the_index(title, body):
    image = Image.objects.create(title=title, file="x.png", width=1, height=1)
    image.description = body
    insert_or_update_object(image)


def part_of(run, data):
    start = data.draw(st.integers(0, len(run) - 1))
    return run[start : start + data.draw(st.integers(1, 8))]


@pytest.mark.parametrize("length", [79_000, 200_000])
def test_a_text_of_ever_new_characters_does_not_overfill_the_index(length):
    dice = random.Random(1)  # noqa: S311
    text = "".join(chr(dice.randrange(0x4E00, 0x9FFF)) for _ in range(length))
    put_in_the_index("字表", text)
    assert titles(Image.objects.search(text[40_000:40_008])) == ["字表"]


def test_late_words_of_a_long_text_are_found():
    text = "关于加装电梯工作的说明。" * 4_000 + "联系人在党政办公室"
    put_in_the_index("长文", text)
    assert titles(Image.objects.search("联系人在党政办公室")) == ["长文"]


def test_the_index_can_be_rebuilt(pages, django_capture_on_commit_callbacks):
    backend = get_search_backend()
    backend.reset_indexes()
    assert found("电梯") == []
    rebuilder = backend.rebuilder_class(backend.get_index_for_model(Page))
    rebuilder.start().add_items(Page, Page.objects.all())
    rebuilder.finish()
    assert found("电梯") == [NOTICE]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="of PostgreSQL's index only")
def test_the_plain_text_stays_beside_the_terms_for_fuzzy_search(pages):
    entry = pages[0].index_entries.get()
    assert entry.title_text == NOTICE


@pytest.mark.skipif(connection.vendor != "postgresql", reason="of PostgreSQL's planner only")
def test_words_in_title_and_body_are_looked_up_in_one_index(pages):
    entry = pages[0].index_entries.get()
    entries = type(entry)._default_manager
    entries.bulk_create(
        entries.model(content_type=entry.content_type, object_id=-n, title=f"t{n}", body=f"b{n}")
        for n in range(1, 2_000)
    )
    with connection.cursor() as cursor:
        # What other tests wrote and took back must not make the index look dear.
        cursor.execute("REINDEX INDEX pages_search_title_and_body")
        cursor.execute(f"ANALYZE {entry._meta.db_table}")
    plan = Page.objects.search("电梯").get_queryset().explain()
    assert "Bitmap Index Scan on pages_search_title_and_body" in plan
