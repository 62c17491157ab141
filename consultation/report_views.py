from django.http import FileResponse, Http404, StreamingHttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from .annex_files import csv_lines, xlsx_file
from .models import AdoptionReportPage

CHUNK = 2000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def annex_csv(request, year: int, slug: str):
    """附件 as CSV."""
    rows = _rows_of_live_report(year, slug)
    response = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}-annex.csv"'
    return response


@require_safe
def annex_xlsx(request, year: int, slug: str):
    """附件 as a workbook."""
    file = xlsx_file(_rows_of_live_report(year, slug))
    name = f"{slug}-annex.xlsx"
    return FileResponse(file, as_attachment=True, filename=name, content_type=XLSX)


def _rows_of_live_report(year: int, slug: str):
    """The frozen opinions, while everyone may read the report that shows them."""
    report = (
        AdoptionReportPage.objects.live()
        .public()
        .filter(
            locale__language_code=get_language(),
            slug="adoption-report",
            url_path__endswith=f"/decisions/{year}/{slug}/adoption-report/",
            snapshot__isnull=False,
        )
        .select_related("snapshot")
        .first()
    )
    if report is None:
        raise Http404
    return report.snapshot.rows.iterator(chunk_size=CHUNK)
