"""Questionnaires: one answered, counted and published, one that is open now."""

from datetime import timedelta
from random import Random

from cms.intake.enums import Proof
from cms.intake.keys import new_submission_key, read_submission_key
from surveys.actions.answers import Submitted, answer_survey
from surveys.actions.results import make_results
from surveys.models import SurveyIndexPage, SurveyPage

from .source import paragraphs, read
from .stage import REFERENCE_NETWORK, Stage

SEED = 20230504
LINES = ("options", "rows")
NOT_IN_BLOCKS = ("kind", "id", "text", "weights", "texts")


def load_surveys(stage: Stage, home) -> dict[str, SurveyPage]:
    """The column and its questionnaires; names → pages."""
    source = read("surveys")
    index = stage.gate.add(home, _index_page(stage, source["index"]))
    return {entry["key"]: _load_survey(stage, index, entry) for entry in source["survey"]}


def _index_page(stage: Stage, entry: dict) -> SurveyIndexPage:
    return SurveyIndexPage(
        title=entry["title"],
        slug="surveys",
        summary=entry["summary"],
        search_description=entry["summary"],
        show_in_menus=True,
        department=stage.departments["office"],
        introduction=[("text", paragraphs(entry["intro"]))],
    )


def _load_survey(stage: Stage, index: SurveyIndexPage, entry: dict) -> SurveyPage:
    survey = stage.gate.add(index, _survey_page(stage, entry))
    _answer(stage, survey, entry)
    if "closed_offset" not in entry:
        return survey
    survey.closes_at = stage.moment(entry["closed_offset"])
    survey = stage.gate.publish(survey)
    results = make_results(survey, by=stage.officer, at=stage.gate.at)
    results.remarks = [("text", paragraphs(entry["remarks"]))]
    stage.gate.publish(results)
    return survey


def _survey_page(stage: Stage, entry: dict) -> SurveyPage:
    return SurveyPage(
        title=entry["title"],
        slug=entry["slug"],
        summary=entry["summary"],
        purpose=entry["purpose"],
        department=stage.departments[entry["department"]],
        opens_at=stage.moment(entry["opens_offset"], "09:00"),
        closes_at=stage.moment(entry["closes_offset"]),
        introduction=[("text", paragraphs(entry["intro"]))],
        thanks=entry["thanks"],
        broken_down_by=entry.get("broken_down_by", ""),
        questions=[_part(part) for part in entry["part"]],
    )


def _part(part: dict) -> dict:
    """A part as the editor would have stored it, the empty values too."""
    blocks = SurveyPage.questions.field.stream_block
    value = part.get("text") or {
        name: "\n".join(told) if name in LINES else told
        for name, told in part.items()
        if name not in NOT_IN_BLOCKS
    }
    raw = {"type": part["kind"], "value": value, "id": part.get("id")}
    block = blocks.to_python([raw])[0]
    return {**block.get_prep_value(), "id": block.id or part.get("id")}


def _answer(stage: Stage, survey: SurveyPage, entry: dict) -> None:
    """As many people as the entry says, each with a form and a network of their own."""
    chance = Random(SEED)  # noqa: S311 - an example that is the same every time
    form = f"survey-{survey.pk}"
    for number in range(entry["answers"]):
        at = survey.opens_at + timedelta(hours=9 * number, minutes=number)
        key = read_submission_key(new_submission_key(form, at), form, at)
        answer_survey(
            survey,
            {
                part["id"]: answer
                for part in entry["part"]
                if "id" in part and (answer := _said(part, chance, number))
            },
            submitted=Submitted(
                key, Proof.OFF, "zh-hans", f"{REFERENCE_NETWORK}{number % 250 + 1}"
            ),
            at=at,
        )


def _said(part: dict, chance: Random, number: int):
    keys = [str(key) for key in range(1, len(part.get("weights", ())) + 1)]
    if part["kind"] == "long_text":
        return part["texts"][number % len(part["texts"])] if number % 3 == 0 else ""
    if part["kind"] == "matrix":
        return {str(row): _one(keys, part, chance) for row in range(1, len(part["rows"]) + 1)}
    if part["kind"] == "multiple":
        return sorted({_one(keys, part, chance) for _ in range(chance.randint(1, part["most"]))})
    return _one(keys, part, chance)


def _one(keys: list[str], part: dict, chance: Random) -> str:
    return chance.choices(keys, part["weights"])[0]
