"""The three dossiers on lifts: drafted, cleared, consulted on, decided, reported."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.conf import settings
from wagtail.models import Locale

from cms.accounts.models import Department, User
from cms.clearance.jobs import follow_up_publications
from cms.intake.enums import Proof
from cms.intake.keys import new_submission_key, read_submission_key
from cms.intake.models import PrivacyNotice
from cms.pages.enums import Validity
from cms.workdays.queries import calendar
from cms.workdays.rules import roll_to_working_day
from consultation.actions.decisions import record_decision
from consultation.actions.groups import put_into_group
from consultation.actions.opinions import enter_opinion, submit_opinion
from consultation.actions.reports import make_report
from consultation.actions.verdicts import countersign_group, decide_group, decide_opinion
from consultation.actions.versions import keep_draft
from consultation.articles import articles_of
from consultation.enums import Channel, Verdict
from consultation.models import (
    CatalogueMatter,
    ConsultationPage,
    DecisionCataloguePage,
    DecisionIndexPage,
    DecisionPage,
    DossierSection,
    OpinionGroup,
    Participation,
)
from consultation.rules import SHANGHAI, chinese_number
from policy.models import PolicyDocumentPage

from .gate import Gate
from .source import draft, in_language, paragraphs, questions, read, rich_text, sections

MANY = 3000
REFERENCE_NETWORK = "203.0.113."  # set aside for documentation; nobody's address


@dataclass(frozen=True)
class Stage:
    """Everything the loader needs to hand: the day, the gate, and who does what."""

    today: date
    gate: Gate
    officer: User
    clerk: User
    departments: dict[str, Department]
    notice: PrivacyNotice

    def day(self, offset: int) -> date:
        return self.today + timedelta(days=offset)

    def moment(self, offset: int, at: str = "00:00") -> datetime:
        return datetime.combine(self.day(offset), time.fromisoformat(at), SHANGHAI)


def load_decisions(stage: Stage, home) -> dict:
    """The column, the year's catalogue and its dossiers, in both languages."""
    index = stage.gate.add(home, _index_page(stage))
    source = read("catalogue")
    year = _catalogue_year(source["catalogue"], stage.today)
    catalogue = stage.gate.add(index, _catalogue_page(source["catalogue"], year))
    found = {"decisions": index, "catalogue": catalogue}
    for entry in read("decisions")["decision"]:
        found |= _load_dossier(stage, catalogue, entry)
    _add_matters(catalogue, source, found, year, english=False)
    found["catalogue"] = stage.gate.publish(catalogue)
    _load_english(stage, found, source, year)
    return found


def _index_page(stage: Stage) -> DecisionIndexPage:
    return DecisionIndexPage(
        title="重大行政决策",
        slug="decisions",
        show_in_menus=True,
        search_description="重大行政决策事项目录、公开征求意见和意见采纳情况反馈",
        department=stage.departments["office"],
        introduction=[
            (
                "text",
                paragraphs(
                    [
                        "镇政府准备作出的重大行政决策，先公布草案，公开征求意见；"
                        "决策出台后10个工作日内，公开意见的收集、采纳情况和不予采纳的原因。（示例）"
                    ]
                ),
            )
        ],
    )


def _catalogue_year(entry: dict, today: date) -> int:
    month, day = map(int, entry["published_month_day"].split("-"))
    return today.year if today >= date(today.year, month, day) else today.year - 1


def _catalogue_page(entry: dict, year: int) -> DecisionCataloguePage:
    month, day = map(int, entry["party_consent_month_day"].split("-"))
    return DecisionCataloguePage(
        title=entry["title"].format(year=year),
        slug=str(year),
        year=year,
        party_consent_on=date(year, month, day),
        introduction=[("text", paragraphs(entry["notice"]))],
    )


def _add_matters(catalogue, source: dict, found: dict, year: int, *, english: bool) -> None:
    locale = catalogue.locale
    catalogue.matters.set(
        CatalogueMatter(
            locale=locale,
            name=in_language(entry, "title", english).format(year=year),
            decision_class=entry["decision_class"],
            department_name=_department_name(entry["department"], english),
            planned_completion=in_language(entry, "planned", english),
            adjustment=entry["adjustment"],
            decision=_translated(found.get(f"decision_{entry.get('decision')}"), locale),
            sort_order=entry["number"],
        )
        for entry in source["matter"]
    )


def _department_name(code: str, english: bool) -> str:
    department = Department.objects.get(code=code)
    return department.name_en if english else department.name


def _translated(page, locale: Locale):
    return page.get_translation_or_none(locale) if page else None


def _load_dossier(stage: Stage, catalogue, entry: dict) -> dict:
    key = entry["key"]
    decision = stage.gate.add(catalogue, _decision_page(stage, entry))
    consultation = stage.gate.add(decision, _consultation_page(stage, entry))
    keep_draft(consultation, consultation.opens_at)
    found = {f"decision_{key}": decision, f"consultation_{key}": consultation}
    opinions = read("opinions")[key]
    loaded = [
        (said, _load_opinion(stage, entry, consultation, said)) for said in opinions["opinion"]
    ]
    if entry["status"] == "reported":
        _decide(stage, consultation, opinions, loaded)
        _record(stage, entry, decision)
        found[f"report_{key}"] = _report(stage, entry, consultation)
    return found


def _decision_page(stage: Stage, entry: dict) -> DecisionPage:
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
    page.parts = _parts(entry, locale, english=False)
    if entry["status"] == "reported":
        page.legality_reviewed_on = stage.day(-30)
    return page


def _parts(entry: dict, locale: Locale, *, english: bool) -> list[DossierSection]:
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


def _consultation_page(stage: Stage, entry: dict) -> ConsultationPage:
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


def _load_opinion(stage: Stage, entry: dict, consultation: ConsultationPage, said: dict):
    at = stage.moment(entry["consultation"]["opens_offset"] + said["day"], said["at"])
    article = articles_of(consultation.draft)[said["article"] - 1] if "article" in said else None
    facts = {
        "text": said["text"],
        "reasons": said.get("reasons", ""),
        "identity": said["identity"],
        "article_key": article.key if article else "",
    }
    contact = said.get("contact", "")
    if said["channel"] != Channel.WEB:
        return enter_opinion(
            consultation,
            channel=Channel(said["channel"]),
            received_at=at,
            by=stage.clerk,
            at=at,
            author=said.get("name", ""),
            contact=contact,
            wants_letter="@" in contact,
            **facts,
        )
    key = read_submission_key(new_submission_key("opinion", at), "opinion", at)
    taken = submit_opinion(
        consultation,
        intake_data={
            "key": key,
            "language": "en" if said.get("lang") == "en" else settings.LANGUAGE_CODE,
            "consent_notice": stage.notice,
            "contact_name": said.get("name", ""),
            "contact": contact,
            "wants_letter": "@" in contact,
            "proof": Proof.OFF,
        },
        network_address=f"{REFERENCE_NETWORK}{int(key.value[:2], 16) % 250 + 1}",
        at=at,
        **facts,
    )
    return taken.opinion


def _decide(stage: Stage, consultation, opinions: dict, loaded: list) -> None:
    themes = {theme["key"]: theme for theme in opinions["theme"]}
    keys = [article.key for article in articles_of(consultation.draft)]
    at = stage.moment(-30, "10:00")
    for said, opinion in loaded:
        answer = _answer(said, themes)
        decide_opinion(
            opinion,
            verdict=said["verdict"],
            reason=answer.get("verdict_reason") or answer.get("reason", ""),
            changed_articles=[keys[n - 1] for n in answer.get("changed_articles", ())],
            seen_version=1,
            by=stage.officer,
            at=at,
        )
    for key, theme in themes.items():
        group = OpinionGroup.objects.create(consultation=consultation, title=theme["title"])
        members = [opinion.pk for said, opinion in loaded if said.get("theme") == key]
        put_into_group(group, consultation, members, by=stage.officer, at=at)
        group = decide_group(
            group,
            verdict=theme["verdict"],
            reason=theme["reason"],
            changed_articles=[keys[n - 1] for n in theme["changed_articles"]],
            by=stage.officer,
            at=at,
        )
        if group.verdict == Verdict.NOT_ADOPTED:
            countersign_group(group, by=stage.gate.signer, at=at, seen_version=group.version)


def _answer(said: dict, themes: dict) -> dict:
    """An opinion's own answer, or that of its theme."""
    return said if "verdict_reason" in said else themes.get(said.get("theme"), {})


def _record(stage: Stage, entry: dict, decision: DecisionPage) -> None:
    result = entry["result"]
    issued_on = stage.day(result["issued_offset"])
    draft_page = record_decision(
        decision,
        document_number=result["document_number"].format(year=issued_on.year),
        meeting_name=result["meeting_name"],
        issued_on=issued_on,
        by=stage.officer,
        today=stage.today,
        at=stage.moment(result["issued_offset"], "16:00"),
        text_from_draft=True,
    )
    draft_page.decision_title = result["title"]
    draft_page.decision_text = _decided(draft_page.decision_text.raw_data, entry)
    stage.gate.publish(draft_page)


def _decided(draft_blocks, entry: dict) -> list[dict]:
    """The articles of the draft, each under its own key, with the wording as issued."""
    changed = {article["number"]: article for article in entry["result"]["changed_article"]}
    number, blocks = 0, []
    for block in draft_blocks:
        value = block["value"]
        if block["type"] == "article":
            number += 1
            if final := changed.get(number):
                value = {"caption": final["caption"], "text": rich_text(final)}
        blocks.append({**block, "value": value})
    return blocks


def _report(stage: Stage, entry: dict, consultation: ConsultationPage):
    report = make_report(consultation, by=stage.officer, at=stage.gate.at)
    for name in ("title", "addressees", "copied_to", "printed_by"):
        setattr(report, name, entry["adoption_report"][name])
    report.participation = [
        Participation(
            locale=report.locale,
            way=held["title"],
            held_when=stage.day(held["offset"]).isoformat(),
            people=held["attendees"],
        )
        for held in entry["participation"]
    ]
    live = stage.gate.publish(report)
    follow_up_publications(stage.gate.at)
    return live


def load_issued_rules(stage: Stage, policies, decision: DecisionPage) -> PolicyDocumentPage:
    """The rules as issued: the draft with the articles that opinions changed."""
    entry = next(e for e in read("decisions")["decision"] if e["status"] == "reported")
    result = entry["result"]
    changed = {article["number"]: article for article in result["changed_article"]}
    blocks = []
    for chapter in entry["chapter"]:
        blocks.append(("part", f"第{chinese_number(chapter['number'])}章　{chapter['title']}"))
        for article in chapter["article"]:
            final = {**article, **changed.get(article["number"], {})}
            name = f"第{chinese_number(article['number'])}条"
            blocks.append(("clause", {"number": name, "text": rich_text(final)}))
    issued_on = stage.day(result["issued_offset"])
    page = PolicyDocumentPage(
        title=result["title"],
        slug="lift-publicity-rules",
        summary=result["text"][0],
        document_number=result["document_number"].format(year=issued_on.year),
        made_on=issued_on,
        validity=Validity.IN_FORCE,
        department=stage.departments[entry["department"]],
        body=blocks,
    )
    return stage.gate.add(policies, page)


def load_many_opinions(stage: Stage, consultation: ConsultationPage) -> None:
    """A desk full of work: the written opinions again and again, as different people send them."""
    entry = next(e for e in read("decisions")["decision"] if e["status"] == "under_study")
    said = [s for s in read("opinions")[entry["key"]]["opinion"] if s["channel"] == "web"]
    for number in range(MANY):
        _load_opinion(stage, entry, consultation, said[number % len(said)])


def _load_english(stage: Stage, found: dict, source: dict, year: int) -> None:
    """English for the column, the catalogue, and what there is of the dossiers."""
    english = Locale.objects.get(language_code="en")
    _publish_english(
        stage,
        found["decisions"],
        title="Major administrative decisions",
        introduction=[
            (
                "text",
                paragraphs(
                    [
                        "Before a major decision is taken its draft is published for comment; "
                        "within ten working days after the decision the town publishes what "
                        "was received, what was adopted and why not. (Example)"
                    ]
                ),
            )
        ],
    )
    entry = source["catalogue"]
    catalogue = found["catalogue"].copy_for_translation(english)
    catalogue.title = entry["title_en"].format(year=year)
    catalogue.introduction = [("text", paragraphs(entry["notice_en"]))]
    for dossier in read("decisions")["decision"]:
        _english_dossier(stage, found, dossier, english)
    _add_matters(catalogue, source, found, year, english=True)
    stage.gate.publish(catalogue)


def _publish_english(stage: Stage, page, **changes):
    copy = page.copy_for_translation(Locale.objects.get(language_code="en"))
    for name, value in changes.items():
        setattr(copy, name, value)
    return stage.gate.publish(copy)


def _english_dossier(stage: Stage, found: dict, entry: dict, english: Locale) -> None:
    decision = found[f"decision_{entry['key']}"]
    _publish_english(
        stage,
        decision,
        title=entry["title_en"],
        summary=entry["summary_en"],
        planned_completion=entry["planned_en"],
        decision_title=entry.get("result", {}).get("title_en", ""),
        decision_text=[],
        parts=_parts(entry, english, english=True),
    )
    if entry["key"] != "subsidy":
        return
    consultation = found["consultation_subsidy"]
    contact = entry["contact"]
    copy = _publish_english(
        stage,
        consultation,
        title=entry["consultation"]["title_en"],
        summary=entry["summary_en"],
        draft_name=f"{entry['subject_en']} (Draft)",
        draft=_same_articles(consultation, draft(entry["chapter"], english=True)),
        explanation=sections(entry["explanation"], english=True),
        interpretation=questions(entry["interpretation"], english=True),
        background=[("text", paragraphs(entry["background_en"]))],
        contact_person=contact["person_en"],
        contact_address=contact["address_en"],
    )
    found["consultation_open_en"] = copy


def _same_articles(consultation: ConsultationPage, translated: list) -> list[dict]:
    """An article keeps its identity in every language, so opinions on it meet."""
    blocks = ConsultationPage.draft.field.stream_block
    return [
        {
            "type": name,
            "id": original.id,
            "value": blocks.child_blocks[name].get_prep_value(
                blocks.child_blocks[name].normalize(value)
            ),
        }
        for original, (name, value) in zip(consultation.draft, translated, strict=True)
    ]
