"""The three dossiers on lifts: drafted, cleared, consulted on, decided, reported."""

from consultation.actions.versions import keep_draft

from .catalogue import add_matters, catalogue_page, catalogue_year, index_page
from .dossiers import consultation_page, decision_page
from .english import load_english
from .opinions import load_opinion
from .outcomes import decide_all, issue, publish_report
from .source import read
from .stage import Stage


def load_decisions(stage: Stage, home) -> dict:
    """The column, the year's catalogue and its dossiers, in both languages."""
    index = stage.gate.add(home, index_page(stage))
    source = read("catalogue")
    year = catalogue_year(source["catalogue"], stage.today)
    catalogue = stage.gate.add(index, catalogue_page(source["catalogue"], year))
    found = {"decisions": index, "catalogue": catalogue}
    for entry in read("decisions")["decision"]:
        found |= _load_dossier(stage, catalogue, entry)
    add_matters(catalogue, source, found, year, english=False)
    found["catalogue"] = stage.gate.publish(catalogue)
    load_english(stage, found, source, year)
    return found


def _load_dossier(stage: Stage, catalogue, entry: dict) -> dict:
    key = entry["key"]
    decision = stage.gate.add(catalogue, decision_page(stage, entry))
    consultation = stage.gate.add(decision, consultation_page(stage, entry))
    keep_draft(consultation, consultation.opens_at)
    found = {f"decision_{key}": decision, f"consultation_{key}": consultation}
    opinions = read("opinions")[key]
    loaded = [
        (said, load_opinion(stage, entry, consultation, said)) for said in opinions["opinion"]
    ]
    if entry["status"] == "reported":
        decide_all(stage, consultation, opinions, loaded)
        issue(stage, entry, decision)
        found[f"report_{key}"] = publish_report(stage, entry, consultation)
    return found
