"""A town office works 300 opinions through to the published report (plan 2023, III.1)."""

import csv
import io
from datetime import timedelta
from itertools import cycle

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from consultation.enums import Verdict
from consultation.models import GroupSuggestion, Opinion, OpinionGroup
from home.due import run_due
from tests.browser.conftest import CLOSES
from tests.browser.moves import follow
from tests.browser.officials import (
    CHECKS,
    approve,
    log_in,
    make_report,
    record_decision,
    submit_for_review,
)
from tests.helpers import publish

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

REPORT = "/decisions/2026/lift-light/adoption-report/"
OPENERS = ("我是三楼的住户，", "作为老年人，", "你好，", "楼里商量过，", "")
TOPICS = (
    "加装电梯以后低层住户的采光怎么补偿，请写明补偿标准",
    "电梯每年的维护保养费用由谁来出，希望写清楚分摊办法",
    "施工期间夜间噪声太大，应当规定晚上十点以后不得施工",
)
ENDS = ("。", "，谢谢！", "，请考虑。", "，盼回复。")
OTHERS = (
    "门口的路灯坏了两个月没有人修",
    "菜场旁边的垃圾桶应该换成分类的",
    "小区停车位不够，外来车辆太多",
    "图书馆周末能不能开到晚上八点",
    "建议河边步道加装护栏",
    "幼儿园放学时路口没有人疏导",
    "公交站台没有遮雨的顶棚",
    "社区卫生站的挂号窗口太少",
)
ALONE = (
    "希望恢复重阳节的慰问演出",
    "能否开设书法班",
    "桥头的石狮子需要修缮",
    "游泳馆水温偏低",
    "建议设立宠物公园",
    "自来水有时发黄",
    "请公布种树计划",
    "羽毛球场地预约不上",
    "旧书回收点在哪里",
    "广场舞音响应当限时",
)


def file_of_300() -> bytes:
    """180 on three topics, each said in many ways, 110 on eight others, and ten alone."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["编号", "意见内容", "收到时间", "途径"])
    for number in range(300):
        if number < 180:
            opener, end = OPENERS[number % 5], ENDS[number % 4]
            text = f"{opener}{TOPICS[number % 3]}{end}"
        elif number >= 290:
            text = ALONE[number - 290]
        else:
            text = f"{OTHERS[number % 8]}，第{number}号楼附近"
        rows.writerow([f"W{number}", text, "2026-09-15 10:00", ("信函", "电话")[number % 2]])
    return out.getvalue().encode("utf-8-sig")


def violations(page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {node['html']}" for each in found for node in each["nodes"]]


def test_300_imported_opinions_become_a_published_report(clock, town, open_browser):
    publish(town)
    clock.move_to(CLOSES + timedelta(days=3, hours=9))
    officer, desk = log_in(open_browser(), "dept-housing"), f"/admin/opinions/{town.pk}/"

    import_file(officer, desk)
    faults = {"desk": violations_at(officer, desk)}
    group_them(officer, desk)
    assert [group.count >= 55 for group in largest_groups()] == [True, True, True]

    for group, verdict in zip(OpinionGroup.objects.all(), cycle(CYCLE), strict=False):
        answer(officer, desk, group, *verdict)
    faults["group"] = violations_at(officer, officer.url)
    decide_the_rest(officer, desk)
    assert Opinion.objects.undecided().count() == 0

    record_decision(officer, town.pk, "2026-10-12")
    countersign(log_in(open_browser(), "signer"), desk)
    publish_report(officer, town, open_browser)

    citizen = open_browser(width=390)
    assert citizen.goto(REPORT).status == 200
    assert "300" in citizen.locator("main").inner_text()
    faults["report"] = violations(citizen)
    assert faults == {"desk": [], "group": [], "report": []}


def largest_groups():
    return OpinionGroup.objects.all().counted()[:3]


def group_them(officer, desk):
    assert Opinion.objects.count() == 300
    have_them_read(officer, desk)
    for suggestion in GroupSuggestion.objects.filter(group=None):
        accept(officer, desk, suggestion)


def publish_report(officer, town, open_browser):
    report = make_report(officer, town.pk)
    submit_for_review(officer, report.pk)
    approve(log_in(open_browser(), "reviewer"), report.pk, CHECKS)
    approve(log_in(open_browser(), "signer"), report.pk, ["attribute_confirmed"])
    assert run_due(timezone.now()) == []


CYCLE = (
    (Verdict.ADOPTED, ""),
    (Verdict.PARTLY_ADOPTED, "费用分摊已写入，金额由业主商定。"),
    (Verdict.NOT_ADOPTED, "施工时间由国家噪声防治法规定，本办法不另作规定。"),
)


def violations_at(page, address) -> list[str]:
    page.goto(address)
    return violations(page)


def import_file(page, desk):
    page.goto(f"{desk}imports/")
    page.set_input_files(
        "[name=file]",
        {"name": "来信.csv", "mimeType": "text/csv", "buffer": file_of_300()},
    )
    page.select_option("[name=channel]", "letter")
    follow(page, "form:has([name=file]) [type=submit]")
    follow(page, "form[action$='/run/'] [type=submit]")


def have_them_read(page, desk):
    page.goto(f"{desk}groups/")
    follow(page, "form[action$='/groups/read/'] [type=submit]")


def accept(page, desk, suggestion):
    page.goto(f"{desk}suggestions/{suggestion.pk}/")
    follow(page, "main form:has([name=title]) [type=submit] >> nth=0")


def answer(page, desk, group, verdict, reason):
    page.goto(f"{desk}groups/{group.pk}/")
    page.check(f"[name=verdict][value={verdict}]")
    page.fill("[name=reason]", reason)
    page.check("[name=to_members][value=all]")
    follow(page, "form[data-reading] [type=submit]")


def decide_the_rest(page, desk):
    page.goto(f"{desk}selection/?verdict=pending&all=1")
    page.check(f"[name=verdict-verdict][value={Verdict.OFF_TOPIC}]")
    page.fill("[name=verdict-reason]", "与本事项无关，已转有关部门。")
    follow(page, "[name=wish][value=verdict]")


def countersign(page, desk):
    for group in OpinionGroup.objects.filter(verdict=Verdict.NOT_ADOPTED):
        page.goto(f"{desk}groups/{group.pk}/")
        follow(page, "form[action$='/countersign/'] [type=submit]")
