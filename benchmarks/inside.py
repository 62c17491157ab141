"""Runs inside Django: makes the rows that are measured, and measures what needs no web server.

``manage.py bench_step STEP`` prints one JSON object; benchmarks/__main__.py calls it.
"""

import resource
import time
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import connection, reset_queries
from django.test import Client
from django.utils import timezone
from wagtail.models import Page, Site

from cms.intake.keys import new_submission_key
from cms.intake.models import PrivacyNotice
from consultation.actions.reports import make_report
from consultation.desk import exports
from consultation.enums import Channel, ReportFormat, Verdict
from consultation.exchange.writing import exchange_lines
from consultation.models import AdoptionReportPage, ConsultationPage, Opinion
from consultation.report import writers

from .desk_steps import desk, fill_desk
from .models import BarePage
from .openday_steps import after_hot, after_rush, count_sign_up, open_hot, open_rush

SENTENCE = "加装电梯以后，低层住户的采光和通风怎么保证，费用怎么分摊，希望写得再清楚一些。"


def bare_page() -> str:
    """The reference page, live; it is no page of ours, so the guard stands aside for it."""
    home = Site.objects.get(is_default_site=True).root_page
    page = home.add_child(instance=BarePage(title="Bare", slug="bare", live=False))
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE wagtailcore_page DISABLE TRIGGER USER")
        Page.objects.filter(pk=page.pk).update(live=True)
        cursor.execute("ALTER TABLE wagtailcore_page ENABLE TRIGGER USER")
    return "/bare/"


def bodies(file: str, count: int) -> None:
    """One form body a line, each with a submission key of its own."""
    notice = PrivacyNotice.objects.get(code="opinion")
    at = timezone.now()
    with open(file, "w") as out:
        for number in range(count):
            out.write(
                urlencode(
                    {
                        "submission_key": new_submission_key("opinion", at),
                        "notice_version": notice.version,
                        "text": f"{SENTENCE}（{number}）",
                        "consent": "on",
                    }
                )
                + "\n"
            )


def many_opinions(consultation: ConsultationPage, count: int, *, decided: bool) -> None:
    at = timezone.now() - timedelta(days=20)
    rows = (
        Opinion(
            consultation=consultation,
            text=f"{SENTENCE}（{number}）",
            channel=list(Channel)[number % 5],
            received_at=at,
            verdict=Verdict.ADOPTED if decided else Verdict.PENDING,
            decided_at=at if decided else None,
        )
        for number in range(count)
    )
    batch = []
    for row in rows:
        batch.append(row)
        if len(batch) == 5000:
            Opinion.objects.bulk_create(batch)
            batch = []
    Opinion.objects.bulk_create(batch)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def queries_of(path: str) -> int:
    """Of a first visit: nothing of the page is kept yet, only what the front page has left."""
    settings.DEBUG = True
    client = Client(headers={"host": "127.0.0.1"})
    client.get(path)
    cache.clear()
    client.get("/")
    reset_queries()
    answer = client.get(path)
    settings.DEBUG = False
    if answer.status_code != 200:
        raise RuntimeError(f"{path}: {answer.status_code}")
    return len(connection.queries)


def queries_of_a_submission(path: str, body: str) -> int:
    settings.DEBUG = True
    client = Client(headers={"host": "127.0.0.1"})
    client.get(path)
    reset_queries()
    answer = client.post(path, body, content_type="application/x-www-form-urlencoded")
    settings.DEBUG = False
    if answer.status_code != 201:
        raise RuntimeError(f"{path}: {answer.status_code}")
    return len([q for q in connection.queries if not q["sql"].startswith(("BEGIN", "COMMIT"))])


def export_megabytes(consultation: ConsultationPage, kind: str) -> float:
    """Peak memory that the export adds to the process, with every byte of it produced."""
    before = peak_megabytes()
    opinions = Opinion.objects.filter(consultation=consultation)
    if kind == "xlsx":
        exports.xlsx_file(consultation, opinions).close()
    else:
        csv = exports.csv_lines(consultation, opinions)
        json = exchange_lines(consultation, site="bench", contacts=False, at=timezone.now())
        for _line in csv if kind == "csv" else json:
            pass
    return peak_megabytes() - before


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def consultation_at(slug: str) -> ConsultationPage:
    return ConsultationPage.objects.get(
        url_path__contains=f"/{slug}/", locale__language_code="zh-hans"
    )


def prepare(bodies_file: str, runs: str, each: str) -> dict:
    for run in range(int(runs)):
        bodies(f"{bodies_file}.{run}", int(each))
    bodies(f"{bodies_file}.one", 1)
    return {"bare": bare_page()}


def count_queries(page: str, form: str, bodies_file: str) -> dict:
    with open(f"{bodies_file}.one") as file:
        body = file.read().strip()
    return {"page": queries_of(page), "submission": queries_of_a_submission(form, body)}


def many(count: str) -> dict:
    consultation = consultation_at("lift-maintenance")
    many_opinions(consultation, int(count), decided=False)
    return {"opinions": consultation.opinions.count()}


def export(kind: str) -> dict:
    consultation = consultation_at("lift-maintenance")
    return {
        "megabytes": export_megabytes(consultation, kind),
        "rows": Opinion.objects.filter(consultation=consultation).count(),
    }


def report(count: str) -> dict:
    consultation = consultation_at("lift-publicity")
    many_opinions(consultation, int(count) - consultation.opinions.count(), decided=True)
    officer = get_user_model().objects.get(username="dept-housing")
    return measured(lambda: make_report(consultation, by=officer, at=timezone.now()))


def report_file(name: str) -> dict:
    """One file of the report that was made last, as it is drawn for an edition."""
    page = AdoptionReportPage.objects.get(pk=consultation_at("lift-publicity").live_report.pk)
    draft = page.get_latest_revision_as_object()
    snapshot = draft.snapshot
    if name == ReportFormat.DATA:
        return measured(lambda: writers.on_disk(snapshot.data_lines()).close())
    source = writers.Source(snapshot.data, lambda: writers.lines_of(snapshot), draft.document)
    return measured(lambda: writers.draw(name, source).close())


def measured(act: Callable[[], object]) -> dict:
    """Seconds, and the peak memory that it adds to the process."""
    before, start = peak_megabytes(), time.perf_counter()
    act()
    return {
        "seconds": time.perf_counter() - start,
        "megabytes": peak_megabytes() - before,
    }


STEPS = {
    step.__name__: step
    for step in (
        prepare,
        count_queries,
        many,
        export,
        report,
        report_file,
        fill_desk,
        desk,
        open_rush,
        after_rush,
        open_hot,
        count_sign_up,
        after_hot,
    )
}
