"""What became of the opinions: verdicts, the decision as issued, the report."""

from cms.clearance.jobs import follow_up_publications
from cms.pages.enums import Validity
from consultation.actions.decisions import record_decision
from consultation.actions.groups import put_into_group
from consultation.actions.reports import make_report
from consultation.actions.verdicts import countersign_group, decide_group, decide_opinion
from consultation.articles import articles_of
from consultation.enums import Verdict
from consultation.models import ConsultationPage, DecisionPage, OpinionGroup, Participation
from consultation.rules import chinese_number
from policy.models import PolicyDocumentPage

from .source import read, rich_text
from .stage import Stage


def decide_all(stage: Stage, consultation, opinions: dict, loaded: list) -> None:
    """Each opinion its verdict, then each theme as a group; what was refused is countersigned."""
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


def issue(stage: Stage, entry: dict, decision: DecisionPage) -> None:
    """The decision is recorded, with its text as issued, and published."""
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


def publish_report(stage: Stage, entry: dict, consultation: ConsultationPage):
    """The report is made, published, and its authors are told."""
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
