from datetime import datetime

from wagtail.models import Locale

from consultation.models import AdoptionReportPage
from consultation.queries import consultations_with_status

LATEST = 6


def front_page(at: datetime, locale: Locale) -> dict:
    """Open consultations first, by the day they close; then those under study; latest reports."""
    consultations = consultations_with_status(locale, at)
    reports = AdoptionReportPage.objects.live().public().filter(locale=locale)
    return {
        "open_consultations": [c for c in consultations if c["status"] in ("open", "scheduled")],
        "closed_consultations": [c for c in reversed(consultations) if c["status"] == "closed"][
            :LATEST
        ],
        "reports": reports.order_by("-first_published_at")[:LATEST],
    }
