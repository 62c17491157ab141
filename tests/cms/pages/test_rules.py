from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.pages.rules import LONGEST_SLUG, government_meta, publication_date, slug_from

SITE = {"SiteName": "建言", "SiteDomain": "songnan.example", "SiteIDCode": ""}
COLUMN = {"ColumnName": "重大行政决策", "ColumnType": "政策文件"}
ARTICLE = {"ArticleTitle": "办法", "PubDate": "2026-08-03 09:00"}


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("加装电梯 2023", "jia-zhuang-dian-ti-2023"),
        ("《淞南镇办法（草案）》", "song-nan-zhen-ban-fa-cao-an"),
        ("Open Day 2026", "open-day-2026"),
        ("!!!", ""),
        ("", ""),
    ],
)
def test_a_chinese_title_gets_a_latin_address(title, slug):
    assert slug_from(title) == slug


@given(st.text(max_size=300))
def test_every_title_gives_an_address_that_can_be_used(title):
    slug = slug_from(title)

    assert len(slug) <= LONGEST_SLUG
    assert slug == "" or slug.replace("-", "").isascii()
    assert not slug.startswith("-") and not slug.endswith("-")


def test_the_tags_come_in_their_order_and_an_unknown_one_is_left_out():
    assert list(government_meta(SITE, COLUMN, ARTICLE)) == [
        "SiteName",
        "SiteDomain",
        "ColumnName",
        "ColumnType",
        "ArticleTitle",
        "PubDate",
    ]


def test_a_list_page_has_no_article():
    assert "ArticleTitle" not in government_meta(SITE, COLUMN, {})


def test_the_day_of_publication_is_written_as_prescribed():
    at = datetime(2026, 8, 3, 1, 0, tzinfo=UTC).astimezone(ZoneInfo("Asia/Shanghai"))

    assert publication_date(at) == "2026-08-03 09:00"
    assert publication_date(None) == ""
