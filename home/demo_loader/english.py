"""English for the column, the catalogue, and what there is of the dossiers."""

from wagtail.models import Locale

from consultation.models import ConsultationPage

from .catalogue import add_matters
from .dossiers import parts_of
from .source import draft, paragraphs, questions, read, sections
from .stage import Stage


def load_english(stage: Stage, found: dict, source: dict, year: int) -> None:
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
    add_matters(catalogue, source, found, year, english=True)
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
        parts=parts_of(entry, english, english=True),
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
