from datetime import datetime

from wagtail.models import Locale

from consultation.models import AdoptionReportPage
from consultation.queries import consultations_with_status
from events.programme import upcoming

LATEST = 6
NEXT_ACTIVITIES = 4


def front_page(at: datetime, locale: Locale) -> dict:
    """Open consultations by the day they close, those under study, reports; what is to come."""
    consultations = consultations_with_status(locale, at)
    reports = AdoptionReportPage.objects.live().public().filter(locale=locale)
    return {
        "open_consultations": [c for c in consultations if c["status"] in ("open", "scheduled")],
        "closed_consultations": [c for c in reversed(consultations) if c["status"] == "closed"][
            :LATEST
        ],
        "reports": reports.order_by("-first_published_at")[:LATEST],
        "activities": upcoming(locale.language_code, at, NEXT_ACTIVITIES),
    }
