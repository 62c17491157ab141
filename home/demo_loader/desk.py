"""What makes the departments' desk look used: standard wordings, and groups suggested."""

from datetime import datetime

from consultation.actions.grouping import ask_for_groups, read_for_groups
from consultation.models import ConsultationPage, StandardWording

from .source import read


def load_wordings(departments: dict, author, at: datetime) -> None:
    """统一口径 of all departments and of one, each with its author."""
    for entry in read("wordings")["wording"]:
        StandardWording.objects.create(
            title=entry["title"],
            text=entry["text"],
            verdict=entry["verdict"],
            department=departments.get(entry.get("department")),
            author=author,
            written_at=at,
        )


def suggest_groups(consultation: ConsultationPage, by, at: datetime) -> None:
    """Suggestions that wait for an officer's word."""
    run = ask_for_groups(consultation, by=by, at=at)
    read_for_groups(run.pk, at=at)
