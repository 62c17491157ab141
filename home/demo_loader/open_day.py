"""The open day of the demo: announced, signed up for, drawn, held and reported on."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from wagtail.models import Locale

from cms.clearance.jobs import follow_up_publications
from cms.intake.enums import Proof
from cms.intake.keys import new_submission_key, read_submission_key
from cms.intake.models import PrivacyNotice
from events.actions import door, draws, sessions, signups
from events.enums import Audience, QuotaKind
from events.models import (
    ActivityPage,
    ActivityReportPage,
    OpenDayIndexPage,
    OpenDayPage,
    Question,
    Room,
    Session,
    SignUp,
)
from events.party import Guest, Party

from .source import in_language, paragraphs, read
from .stage import REFERENCE_NETWORK, Stage

FORM = "sign-up"
SIZES = (1, 2, 1, 3, 2, 1, 4, 1, 2, 1)
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张"
MANY_PARTIES = 1500


@dataclass(frozen=True)
class Host:
    """Who runs the day, and the notice that stands above the form."""

    stage: Stage
    notice: PrivacyNotice


def load_open_day(stage: Stage, home, *, many: bool = False) -> dict:
    """The column, the year and its activities in both languages; key → page."""
    source = read("open_day")
    host = Host(stage, _notice(stage, source["notice"]))
    index = stage.gate.add(home, _index_page(stage, source["index"]))
    year = (stage.day(12)).year
    open_day = stage.gate.add(index, _year_page(stage, source["year"], year))
    found = {"open_day": open_day}
    for entry in source["activity"]:
        page = _load_activity(host, open_day, entry)
        found[entry["key"]] = page
    _load_english(stage, source, year, index, open_day, found)
    if many:
        _load_many(host, open_day)
    return found


def _notice(stage: Stage, texts: dict) -> PrivacyNotice:
    notice, _new = PrivacyNotice.objects.get_or_create(
        code=FORM,
        version=1,
        defaults={"in_force_from": stage.day(-365), **texts},
    )
    return notice


def _index_page(stage: Stage, entry: dict) -> OpenDayIndexPage:
    return OpenDayIndexPage(
        title=entry["title"],
        slug="open-day",
        show_in_menus=True,
        summary=entry["summary"],
        department=stage.departments["office"],
    )


def _year_page(stage: Stage, entry: dict, year: int) -> OpenDayPage:
    return OpenDayPage(
        title=entry["title"].format(year=year),
        slug=str(year),
        year=year,
        theme=entry["theme"],
        introduction=[("text", paragraphs(entry["introduction"]))],
        department=stage.departments["office"],
    )


def _load_activity(host: Host, open_day, entry: dict) -> ActivityPage:
    stage = host.stage
    page = stage.gate.add(open_day, _activity_page(stage, entry))
    first = stage.moment(*entry["opens"]) if "opens" in entry else stage.moment(-6)
    planned = [_session(stage, page, told, first) for told in entry["sessions"]]
    if entry["admission"] == "draw":
        for session in planned:
            draws.commit_seed(session, at=first)
    _sign_up_all(host, page, planned, entry, first)
    if entry["admission"] == "draw" and page.closes_at < stage.gate.at:
        for session in planned:
            draws.run_draw(session, at=page.closes_at + timedelta(minutes=1), by=stage.clerk)
    if "report" in entry:
        _hold(stage, page, planned[0], entry)
    return page


def _activity_page(stage: Stage, entry: dict) -> ActivityPage:
    plain = (
        "title",
        "slug",
        "theme",
        "place",
        "address",
        "directions",
        "accessibility",
        "admission",
        "expected",
        "party_max",
        "contact_person",
    )
    optional = ("conditions", "audiences", "residence", "min_age", "releases_unconfirmed")
    department = stage.departments[entry["department"]]
    return ActivityPage(
        **{name: entry[name] for name in plain},
        **{name: entry[name] for name in optional if name in entry},
        summary=entry["theme"],
        department=department,
        contact_phone=f"{department.phone}（示例）",
        opens_at=stage.moment(*entry["opens"]) if "opens" in entry else None,
        closes_at=stage.moment(*entry["closes"]) if "closes" in entry else None,
        agenda=_agenda(entry),
    )


def _agenda(entry: dict) -> list:
    return [
        (told["part"], {name: told[name] for name in ("title", "time", "guide")} | {"text": ""})
        for told in entry["agenda"]
    ]


def _session(stage: Stage, page: ActivityPage, told: dict, at: datetime) -> Session:
    room = None
    if "room" in told:
        room, _new = Room.objects.get_or_create(name=told["room"], defaults={"capacity": 60})
    session = sessions.plan_session(
        page,
        starts_at=stage.moment(told["day"], told["from"]),
        ends_at=stage.moment(told["day"], told["until"]),
        capacity=told["capacity"],
        room=room,
        by=stage.clerk,
        at=at,
    )
    sessions.announce_session(session, by=stage.clerk, at=at)
    if "kept" in told:
        sessions.keep_places(
            session,
            QuotaKind.COMMITTEE,
            told["kept"],
            kept_until=session.starts_at - timedelta(days=2),
            name="示例居委会",
            by=stage.clerk,
            at=at,
        )
    session.refresh_from_db()
    return session


def _sign_up_all(host: Host, page: ActivityPage, planned: list, entry: dict, first) -> None:
    last = min(page.closes_at or first, host.stage.gate.at)
    for number in range(entry["parties"]):
        at = first + (last - first) * (number + 1) / (entry["parties"] + 1)
        # Most want the first session; the last one keeps places.
        session = planned[0] if number % 3 else planned[-1]
        sign_up(host, page, session, number, at=at)


def sign_up(host: Host, page: ActivityPage, session: Session, number: int, *, at: datetime):
    """One party through the same action as the form; its number is nobody's."""
    size = min(SIZES[number % len(SIZES)], page.party_max)
    key = read_submission_key(new_submission_key(FORM, at), FORM, at)
    age = 35 if page.min_age else None
    party = Party(
        size=size,
        age=age,
        guests=_guests(size, age),
        audience=(page.audiences or list(Audience.values))[number % 3],
        lives_here=True,
        email=f"demo-{page.pk}-{number}@songnan.example",
    )
    return signups.sign_up(
        page,
        session.key,
        party,
        intake_data={
            "key": key,
            "language": settings.LANGUAGE_CODE,
            "consent_notice": host.notice,
            "contact_name": f"{SURNAMES[number % len(SURNAMES)]}先生（示例）",
            "contact": f"1990000{number:04}",
            "wants_letter": True,
            "proof": Proof.OFF,
        },
        network_address=f"{REFERENCE_NETWORK}{number % 250 + 1}",
        at=at,
    )


def _guests(size: int, age: int | None) -> tuple:
    """Only where ages matter is anything said of the companions."""
    if age is None:
        return ()
    return tuple(Guest(age=age + 1) for _ in range(size - 1))


def _hold(stage: Stage, page: ActivityPage, session: Session, entry: dict) -> None:
    """The day itself, what was asked, and the report."""
    came = SignUp.objects.filter(session=session, state="confirmed").order_by("pk")
    for number, party in enumerate(list(came)):
        if number % 7 == 5:
            continue
        door.check_in(
            party,
            session,
            nonce=f"demo-{party.pk}",
            scanned_at=session.starts_at,
            by=stage.clerk,
            at=session.starts_at,
        )
    for told in entry["questions"]:
        question = Question.objects.create(
            activity=page, text=told["text"], asked_at=session.starts_at
        )
        door.answer_question(
            question,
            answer=told["answer"],
            is_frequent=told["frequent"],
            by=stage.officer,
            at=session.ends_at,
        )
    sessions.close_sessions(session.ends_at)
    stage.gate.add(page, _report_page(page, entry["report"]))
    follow_up_publications(stage.gate.at)


def _report_page(page: ActivityPage, entry: dict, english: bool = False) -> ActivityReportPage:
    suggestions = [
        ("suggestion", {"suggestion": suggestion, "outcome": outcome})
        for suggestion, outcome in entry["suggestions"]
    ]
    return ActivityReportPage(
        title=in_language(entry, "title", english),
        slug="report",
        department=page.department,
        body=[("text", paragraphs(in_language(entry, "body", english)))],
        suggestions=suggestions,
    )


def _load_english(stage: Stage, source: dict, year: int, index, open_day, found: dict) -> None:
    locale = Locale.objects.get(language_code="en")
    copy = index.copy_for_translation(locale)
    copy.title, copy.summary = source["index"]["title_en"], source["index"]["summary_en"]
    stage.gate.publish(copy)
    told = source["year"]
    copy = open_day.copy_for_translation(locale)
    copy.title, copy.theme = told["title_en"].format(year=year), told["theme_en"]
    copy.introduction = [("text", paragraphs(told["introduction_en"]))]
    stage.gate.publish(copy)
    for entry in source["activity"]:
        copy = found[entry["key"]].copy_for_translation(locale)
        copy.title, copy.theme, copy.place = (
            entry["title_en"],
            entry["theme_en"],
            entry["place_en"],
        )
        copy.summary = entry["theme_en"]
        stage.gate.publish(copy)


def _load_many(host: Host, open_day) -> None:
    """The large scale: one more activity that very many sign up for."""
    entry = read("open_day")["activity"][0] | {
        "key": "activity_many",
        "slug": "open-gate",
        "title": "镇政府机关开放（示例，大规模）",
        "parties": MANY_PARTIES,
        "sessions": [
            {"day": 12, "from": "09:00", "until": "11:00", "capacity": 800},
            {"day": 12, "from": "14:00", "until": "16:00", "capacity": 800},
        ],
    }
    _load_activity(host, open_day, entry)
