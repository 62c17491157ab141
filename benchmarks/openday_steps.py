"""Opens sessions for the crowd, writes forms that are filled in, and counts afterwards."""

from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection, reset_queries
from django.db.models import Sum
from django.test import Client
from django.utils import timezone

from cms.clearance.actions import release_revision, review_revision
from cms.clearance.enums import Outcome
from cms.clearance.models import ConfidentialityReview
from cms.intake.keys import new_submission_key
from cms.intake.models import PrivacyNotice
from events.actions.sessions import announce_session, plan_session
from events.enums import HOLDING, SignUpState
from events.models import ActivityPage, OpenDayPage, Session, SignUp
from events.queries import places_differences

from .crowd import Fields, person
from .models import Hot

MANY = 10_000_000


def _official(name: str):
    return get_user_model().objects.get(username=name)


def _session(slug: str, places: int) -> tuple[Session, str]:
    """An activity of its own with one announced session, through the gate as everything."""
    now = timezone.now()
    year = OpenDayPage.objects.filter(locale__language_code=settings.LANGUAGE_CODE).first()
    page = year.add_child(
        instance=ActivityPage(
            title=f"压力测试{slug}（示例）",
            slug=slug,
            theme="压力测试（示例）",
            department=_official("dept-culture").department,
            place="社区文化活动中心（示例）",
            contact_phone="（示例）",
            opens_at=now - timedelta(hours=1),
            closes_at=now + timedelta(days=2),
            live=False,
        )
    )
    revision = page.save_revision(user=_official("editor"))
    review_revision(
        revision,
        reviewer=_official("reviewer"),
        outcome=Outcome.CLEARED,
        checks=dict.fromkeys(ConfidentialityReview.CHECKS, True),
        at=now,
    )
    if page.needs_release:
        release_revision(revision, signer=_official("signer"), at=now)
    revision.publish()
    page = ActivityPage.objects.get(pk=page.pk)
    clerk = _official("clerk")
    session = plan_session(
        page,
        starts_at=now + timedelta(days=5),
        ends_at=now + timedelta(days=5, hours=2),
        capacity=places,
        by=clerk,
        at=now,
    )
    announce_session(session, by=clerk, at=now)
    return session, f"{page.url}register/"


def open_rush(places: str) -> dict:
    session, form = _session("rush", int(places))
    return {"session": session.pk, "form": form}


def after_rush(session: str) -> dict:
    rows = SignUp.objects.filter(session=int(session))
    held = rows.filter(state__in=HOLDING).aggregate(sum=Sum("held", default=0))["sum"]
    return {
        "confirmed": rows.filter(state=SignUpState.CONFIRMED).count(),
        "waiting": rows.filter(state=SignUpState.WAITLISTED).count(),
        "oversold": max(0, held - Session.objects.get(pk=int(session)).places.capacity),
    }


def open_hot(file: str, runs: str, each: str) -> dict:
    """A session that never fills, forms filled in for it, and the row of the reference."""
    session, form = _session("hot", MANY)
    Hot.objects.update_or_create(pk=1, defaults={"taken": 0, "capacity": MANY})
    client = Client(headers={"host": "127.0.0.1"})
    fields = Fields(client.get(form).content.decode())
    numbers = iter(range(10_000, MANY))
    for run in (*range(int(runs)), "one"):
        count = int(each) if run != "one" else 1
        _write(f"{file}.{run}", fields.values, numbers, count)
    return {"session": session.pk, "form": form}


def _write(file: str, known: dict, numbers, count: int) -> None:
    at = timezone.now()
    notice = PrivacyNotice.objects.filter(code="sign-up").order_by("-version").first()
    with open(file, "w") as out:
        for _, number in zip(range(count), numbers, strict=False):
            own = {
                "submission_key": new_submission_key("sign-up", at),
                "notice_version": notice.version,
            }
            out.write(urlencode({**known, **person(number), **own}) + "\n")


def count_sign_up(form: str, file: str) -> dict:
    with open(f"{file}.one") as lines:
        body = lines.read().strip()
    client = Client(headers={"host": "127.0.0.1"})
    client.get(form)
    settings.DEBUG = True
    reset_queries()
    client.get(form)
    loaded = len(connection.queries)
    reset_queries()
    answer = client.post(form, body, content_type="application/x-www-form-urlencoded")
    settings.DEBUG = False
    if answer.status_code != 201:
        raise RuntimeError(f"{form}: {answer.status_code} {answer.content.decode()[:3000]}")
    apart = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    sent = [q for q in connection.queries if not q["sql"].startswith(apart)]
    return {"form": loaded, "sent": len(sent), "sql": [q["sql"][:150] for q in sent]}


def after_hot(session: str) -> dict:
    return {"difference": len(places_differences())}
