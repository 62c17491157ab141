"""The report as it would be made now, while the work goes on: nothing is frozen, nothing kept."""

from collections.abc import Iterable
from itertools import islice

from django.utils.translation import gettext as _
from django.utils.translation import override

from cms.pages.models import SiteFacts

from .. import annex
from ..models import AdoptionReportPage, ConsultationPage, ReportSnapshot
from ..report.document import Document, assemble
from ..report.writers import Source

SHOWN_LINES = 50


def preview_of(consultation: ConsultationPage) -> Source:
    """What every preview is drawn from; its document says that it is one."""
    page = _draft(consultation)
    facts = ReportSnapshot.objects.facts_of(consultation)
    organ = _organ(consultation)

    def document(lines: Iterable[annex.Line]) -> Document:
        with override(consultation.locale.language_code):
            return assemble(page, facts, lines, organ)

    return Source(facts, lambda: _lines(consultation), document)


def first_lines(source: Source) -> list[annex.Line]:
    return list(islice(source.lines(), SHOWN_LINES))


def _lines(consultation: ConsultationPage):
    return (line for line, _opinion in ReportSnapshot.objects.reading_of(consultation))


def _organ(consultation: ConsultationPage) -> str:
    site = consultation.get_site()
    return SiteFacts.for_site(site).display_sponsor if site else ""


def _draft(consultation: ConsultationPage) -> AdoptionReportPage:
    """What an editor has written so far, or what will be there when the report is made."""
    made = AdoptionReportPage.objects.child_of(consultation.get_parent()).first()
    page = made.get_latest_revision_as_object() if made else _empty(consultation)
    page.consultation = consultation
    return page


def _empty(consultation: ConsultationPage) -> AdoptionReportPage:
    with override(consultation.locale.language_code):
        title = _("Feedback on the adoption of comments on “%s”") % consultation.draft_name
    return AdoptionReportPage(
        title=title, department=consultation.department, locale=consultation.locale
    )
