"""An edition of a report that the public may not read any longer; nothing of it is deleted."""

from datetime import datetime

from django.db import transaction

from cms.record.actions import record

from ..models import AdoptionReportPage, ReportEdition, Withholding
from ..rules import EditionAlreadyWithheld, EditionNotSuperseded


@transaction.atomic
def withhold_edition(edition: ReportEdition, *, reason: str, by, at: datetime) -> Withholding:
    """Take a superseded edition, page and files, from the public. Refuses with
    EditionNotSuperseded and EditionAlreadyWithheld.
    """
    page = AdoptionReportPage.objects.select_for_update(of=("self",)).get(pk=edition.page_id)
    if not page.editions.filter(number__gt=edition.number).exists():
        raise EditionNotSuperseded
    if Withholding.objects.filter(edition=edition).exists():
        raise EditionAlreadyWithheld
    withheld = Withholding.objects.create(
        edition=edition, reason=reason, withheld_at=at, withheld_by=by
    )
    record(
        "consultation.report_edition_withheld",
        page,
        by=by,
        at=at,
        data={"number": edition.number},
    )
    return withheld
