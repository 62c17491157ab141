import xml.etree.ElementTree as ET

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from cms.pages.charts import Bar, bar_chart, column_chart, even_step, percent, stacked_chart

CHARTS = [bar_chart, stacked_chart, column_chart]
LONG = "希望在小区北门至地铁站之间增设夜间照明和无障碍坡道，并由居委会每月公布一次养护情况" * 3
every_chart = pytest.mark.parametrize("make", CHARTS, ids=lambda make: make.__name__)


def drawn(chart):
    return render_to_string("components/chart.html", {"chart": chart})


@every_chart
@pytest.mark.parametrize(
    "bars",
    [
        [],
        [Bar("甲", 0), Bar("乙", 0)],
        [Bar("甲", 1), Bar("乙", 10**9)],
        [Bar(f"{day}日", day % 7) for day in range(60)],
        [Bar(LONG, 3), Bar("<b>&", 2, note="'\"")],
        [Bar("甲", None, shown="少于10"), Bar("乙", 12)],
    ],
    ids=["no rows", "all zero", "one huge", "60 days", "long labels", "one not told"],
)
def test_every_number_can_be_read_without_the_picture(make, bars):
    page = ET.fromstring(f"<page>{drawn(make('意见', bars, '条'))}</page>")  # noqa: S314

    rows = [[("".join(cell.itertext())).split() for cell in row] for row in page.iter("tr")][1:]
    assert [row[-1 if make is column_chart else 1] for row in rows if len(row) > 1] == [
        [bar.number] for bar in bars
    ]
    assert len(rows) == max(len(bars), 0 if make is column_chart else 1)


@every_chart
def test_nothing_in_a_chart_is_against_the_content_policy(make):
    text = drawn(make("意见", [Bar("甲", 3), Bar("乙", 5)], "条"))

    assert "style" not in text and "<script" not in text and "on" + "click" not in text


@pytest.mark.parametrize("make", [stacked_chart, column_chart])
def test_a_picture_has_a_title_and_a_description(make):
    chart = make("意见采纳情况", [Bar("采纳", 3), Bar("不予采纳", 5)], "条")
    page = ET.fromstring(drawn(chart).strip())  # noqa: S314

    picture = next(svg for svg in page.iter("svg") if svg.get("role") == "img")
    title, description = picture.find("title"), picture.find("desc")
    assert picture.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert title.text == "意见采纳情况"
    assert "5" in description.text


def test_bars_are_measured_by_the_longest():
    chart = bar_chart("意见", [Bar("甲", 5), Bar("乙", 10), Bar("丙", None)], "条")

    assert [bar.size for bar in chart.drawn] == ["50.000%", "100.000%", "0.000%"]


def test_bars_of_a_whole_are_measured_by_the_whole_and_tell_their_share():
    chart = bar_chart("去过几次", [Bar("甲", 5), Bar("乙", None)], "人", of=40)

    assert [(bar.size, bar.share) for bar in chart.drawn] == [("12.500%", "12.5%"), ("0.000%", "")]


def test_the_parts_of_a_whole_lie_side_by_side():
    chart = stacked_chart("意见", [Bar("甲", 1), Bar("乙", 0), Bar("丙", 3)], "条")

    assert [(part.start, part.size, part.tone) for part in chart.parts] == [
        ("0.000%", "25.000%", 1),
        ("25.000%", "75.000%", 3),
    ]


def test_a_part_too_narrow_for_its_number_has_it_in_the_table_only():
    chart = stacked_chart("意见", [Bar("甲", 7), Bar("乙", 93)], "条")

    assert [part.is_numbered for part in chart.parts] == [False, True]


def test_columns_stand_on_even_steps():
    chart = column_chart("每日", [Bar("1日", 0), Bar("2日", 13)], "条")

    assert chart.ticks == [15, 10, 5, 0]
    assert chart.lines == ["0.000%", "33.333%", "66.667%", "100.000%"]
    assert [(column.top, column.height) for column in chart.drawn] == [
        ("100.000%", "0.000%"),
        ("13.333%", "86.667%"),
    ]


def test_a_picture_draws_what_was_measured():
    chart = column_chart("每日", [Bar("1日", 0), Bar("2日", 13)], "条")
    page = ET.fromstring(drawn(chart).strip())  # noqa: S314

    assert [dict(rect.items()) for rect in page.iter("rect")] == [
        {"class": "chart-tone-1", "x": "57.000%", "width": "36.000%"}
        | {"y": "13.333%", "height": "86.667%"}
    ]


def test_of_many_columns_only_the_first_highest_carries_its_number():
    chart = column_chart("每日", [Bar(f"{day}日", day % 30) for day in range(60)], "条")

    assert [c.bar.label for c in chart.drawn if c.is_numbered] == ["29日"]
    assert chart.ends == ["0日", "29日", "59日"]


def test_a_number_at_the_end_of_the_line_is_written_inwards():
    chart = column_chart("每日", [Bar(f"{day}日", 60 - day) for day in range(60)], "条")

    assert [c.anchor for c in chart.drawn if c.is_numbered] == ["start"]


@given(st.lists(st.integers(0, 10**12), max_size=80))
def test_no_column_is_higher_than_its_picture_and_none_leaves_it(values):
    chart = column_chart("每日", [Bar("日", value) for value in values], "条")

    for column in chart.drawn:
        left, width, top, height = (
            float(length.rstrip("%"))
            for length in (column.left, column.width, column.top, column.height)
        )
        assert left >= 0 and left + width <= 100.001
        assert top >= 0 and top + height == pytest.approx(100, abs=0.01)


@given(st.integers(0, 10**12))
def test_four_steps_always_reach_the_longest(longest):
    assert even_step(longest) * 4 >= longest


def test_a_share_of_nothing_is_nothing():
    assert percent(0, 0) == "0%"


def test_the_same_rows_have_the_same_name_and_others_another():
    one, again = (bar_chart("意见", [Bar("甲", 1)], "条") for _ in range(2))

    assert one.key == again.key
    assert one.key != bar_chart("意见", [Bar("甲", 2)], "条").key
