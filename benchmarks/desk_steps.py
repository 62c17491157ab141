"""Fills a consultation with a million opinions, and asks for pages of its desk."""

import random
import statistics
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from consultation.enums import Channel, Verdict
from consultation.models import Campaign, ConsultationPage, Opinion, OpinionGroup, Tag

GROUPS = 200
WORDS = [
    "加装电梯",
    "低层住户",
    "采光",
    "通风",
    "费用",
    "分摊",
    "维护",
    "保养",
    "物业",
    "居委会",
    "业主",
    "公示",
    "期限",
    "补贴",
    "停车",
    "道路",
    "垃圾",
    "分类",
    "绿化",
    "噪声",
    "施工",
    "夜间",
    "学校",
    "门口",
    "交通",
    "信号",
    "路灯",
    "管线",
    "漏水",
    "屋面",
    "公园",
    "健身",
    "老人",
    "儿童",
    "无障碍",
    "坡道",
    "楼道",
    "消防",
    "通道",
    "电动车",
    "充电",
    "快递",
    "菜场",
]
ENDS = (
    "希望写得再清楚一些",
    "请说明理由",
    "建议增加一条",
    "我们不同意这一条",
    "这样规定是合理的",
)
INDEX = (
    "CREATE INDEX opinion_pairs_index ON consultation_opinion "
    "USING gin (opinion_pairs(text, reasons))"
)
COLUMNS = (
    "consultation_id",
    "person",
    "article_key",
    "article_label",
    "text",
    "reasons",
    "identity",
    "channel",
    "language",
    "received_at",
    "external_key",
    "group_id",
    "campaign_id",
    "assignee_id",
    "work_due_on",
    "verdict",
    "verdict_reason",
    "changed_articles",
    "decided_at",
    "withdrawn_at",
    "version",
)


def fill_desk(count: str) -> dict:
    """A million of about 300 characters: a third grouped, a fifth decided, a few withdrawn."""
    consultation = _consultation()
    groups = [
        OpinionGroup.objects.create(consultation=consultation, title=f"意见 {number}").pk
        for number in range(GROUPS)
    ]
    campaign = Campaign.objects.create(consultation=consultation, excerpt="联名信").pk
    Tag.objects.create(consultation=consultation, name="费用")
    officer = get_user_model().objects.get(username="dept-housing").pk
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX IF EXISTS opinion_pairs_index")
        into = f"COPY consultation_opinion ({', '.join(COLUMNS)}) FROM STDIN"
        with cursor.copy(into) as copy:
            for row in _rows(consultation, officer, groups, campaign, int(count)):
                copy.write_row(row)
        cursor.execute("SET maintenance_work_mem = '2GB'")
        cursor.execute(INDEX)
        cursor.execute("VACUUM ANALYZE consultation_opinion")
    return {"opinions": Opinion.objects.filter(consultation=consultation).count()}


def _rows(
    consultation, officer: int, groups: list[int], campaign: int, count: int
) -> Iterator[tuple]:
    chance = random.Random(2023)
    start = timezone.now() - timedelta(days=20)
    channels, verdicts = [str(way) for way in Channel], [Verdict.ADOPTED, Verdict.OFF_TOPIC]
    for number in range(count):
        at = start + timedelta(seconds=number)
        decided = chance.random() < 0.2
        grouped = chance.random() < 0.35
        # A few groups are large and many are small, as with people.
        group = groups[int(len(groups) * chance.random() ** 3)] if grouped else None
        yield (
            consultation.pk,
            uuid.UUID(int=chance.getrandbits(128)),
            "",
            "",
            _text(chance, number),
            "",
            "",
            channels[number % len(channels)],
            "zh-hans",
            at,
            "",
            group,
            campaign if number % 97 == 0 else None,
            officer if number % 50 == 0 else None,
            at.date() if number % 80 == 0 else None,
            str(verdicts[number % 2] if decided else Verdict.PENDING),
            "与本草案无关。" if decided else "",
            "[]",
            at if decided else None,
            at if number % 500 == 0 else None,
            1,
        )


def _text(chance: random.Random, number: int) -> str:
    said = "，".join(
        chance.choice(WORDS) + chance.choice(WORDS) + chance.choice(ENDS) for _ in range(17)
    )
    return f"{said}。（{number}）"


def desk() -> dict:
    """Milliseconds of each page as an officer asks for it, and of a list of Wagtail's own."""
    officer = _client(username="dept-housing")
    measured = {name: _milliseconds(officer, address) for name, address in _pages().items()}
    history = reverse("wagtailadmin_reports:site_history")
    return {"pages": measured, "reference": _milliseconds(_client(is_superuser=True), history)}


def _pages() -> dict[str, str]:
    consultation = _consultation()
    first = reverse("opinions:desk", args=[consultation.pk])
    opinions = Opinion.objects.filter(consultation=consultation).order_by("pk")
    middle = opinions.values_list("pk", flat=True)[500_000:500_001].get()
    group = OpinionGroup.objects.filter(consultation=consultation).counted()[0]
    return {
        "first page with its counters": first,
        "page in the middle": f"{first}?p=after{middle}",
        "last page": f"{first}?p=last",
        "filter: undecided": f"{first}?verdict={Verdict.PENDING}",
        "filter: verdict and way": f"{first}?verdict={Verdict.ADOPTED}&channel={Channel.WEB}",
        "filter: in no group": f"{first}?group=none",
        "queue: mine": f"{first}?queue=mine",
        "queue: due soon": f"{first}?queue=due_soon",
        "search: two characters": f"{first}?q=采光",
        "search: a phrase": f"{first}?q=采光通风",
        "search: nothing found": f"{first}?q=量子纠缠",
        "search: a number": f"{first}?q={middle}",
        "search: one character": f"{first}?q=光",
        "reading: next undecided": f"{first}read/",
        "group: list of all": f"{first}groups/",
        f"group: view of one of {group.count:,}": f"{first}groups/{group.pk}/",
    }


def _client(**who) -> Client:
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(get_user_model().objects.filter(**who).earliest("pk"))
    return client


def _milliseconds(client: Client, address: str) -> float:
    """The median of five."""
    client.get(address)
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        answer = client.get(address)
        taken.append((time.perf_counter() - start) * 1000)
        if answer.status_code not in (200, 302):
            raise RuntimeError(f"{address}: {answer.status_code}")
    return statistics.median(taken)


def _consultation() -> ConsultationPage:
    return ConsultationPage.objects.get(
        url_path__contains="/lift-maintenance/", locale__language_code="zh-hans"
    )
