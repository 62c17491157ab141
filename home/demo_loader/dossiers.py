"""The pages of a dossier as they are drafted: the decision, and its consultation."""

from datetime import datetime, time, timedelta

from wagtail.models import Locale

from cms.workdays.queries import calendar
from cms.workdays.rules import roll_to_working_day
from consultation.models import ConsultationPage, DecisionPage, DossierSection
from consultation.rules import SHANGHAI

from .source import draft, in_language, paragraphs, questions, sections
from .stage import Stage


def decision_page(stage: Stage, entry: dict) -> DecisionPage:
    locale = Locale.get_default()
    page = DecisionPage(
        locale=locale,
        title=entry["title"],
        slug=entry["slug"],
        summary=entry["summary"],
        decision_class=entry["decision_class"],
        planned_completion=entry["planned"],
        department=stage.departments[entry["department"]],
    )
    page.parts = parts_of(entry, locale, english=False)
    if entry["status"] == "reported":
        page.legality_reviewed_on = stage.day(-30)
    return page


def parts_of(entry: dict, locale: Locale, *, english: bool) -> list[DossierSection]:
    return [
        DossierSection(
            locale=locale,
            part=part,
            state=said["state"],
            reason=in_language(said, "text", english)
            if said["state"] in ("not_applicable", "withheld")
            else "",
            body=[("text", paragraphs([in_language(said, "text", english)]))]
            if said["state"] in ("published", "not_yet") and said["text"]
            else [],
            sort_order=order,
        )
        for order, (part, said) in enumerate(entry["dossier"].items())
    ]


def consultation_page(stage: Stage, entry: dict) -> ConsultationPage:
    held, contact = entry["consultation"], entry["contact"]
    last_day = roll_to_working_day(stage.day(held["closes_offset"]), calendar())
    return ConsultationPage(
        title=held["title"],
        slug="consultation",
        summary=entry["summary"],
        draft_name=f"{entry['subject']}（草案）",
        department=stage.departments[entry["department"]],
        opens_at=stage.moment(held["opens_offset"]),
        closes_at=datetime.combine(last_day + timedelta(days=1), time.min, SHANGHAI),
        announced_on=stage.day(held["published_offset"]),
        draft=draft(entry["chapter"]),
        explanation=sections(entry["explanation"]),
        interpretation=questions(entry["interpretation"]),
        background=[("text", paragraphs(entry["background"]))],
        activities=_activities(stage, entry),
        contact_person=contact["person"],
        contact_phone=contact["phone"],
        contact_email=contact["email"],
        contact_address=contact["address"],
        contact_postcode=contact["postcode"],
    )


def _activities(stage: Stage, entry: dict) -> list:
    return [
        (
            "text",
            paragraphs(
                [
                    f"{stage.day(held['offset']):%Y-%m-%d}　{held['title']}："
                    f"{held['text']}参加{held['attendees']}人。"
                ]
            ),
        )
        for held in entry.get("participation", ())
    ]
