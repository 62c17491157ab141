from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.response import TemplateResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from .enums import FileState, ReportFormat
from .models import AdoptionReportPage, ReportEdition, ReportFile, ReportSnapshot
from .report.writers import table_lines

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CONTENT_TYPES = {
    ReportFormat.PDF: "application/pdf",
    ReportFormat.WORD: WORD,
    ReportFormat.WORKBOOK: XLSX,
    ReportFormat.TABLE: "text/csv; charset=utf-8",
    ReportFormat.DATA: "application/jsonl; charset=utf-8",
    ReportFormat.PAGE: "application/json; charset=utf-8",
}
STREAMED = {
    ReportFormat.TABLE: table_lines,
    ReportFormat.DATA: ReportSnapshot.data_lines,
}
RETRY_SECONDS = 60


@require_safe
def report_file(request, year: int, slug: str, name: str, number: int | None = None):
    """A file of the report that is public, or of one of its editions."""
    report = _live_report(year, slug)
    edition = _edition(report, number)
    if edition and edition.withheld:
        return _gone(request, report, edition)
    file = edition.files.filter(name=name).first() if edition else None
    if file is not None and file.is_made:
        return _hand_out(file)
    if name in STREAMED:
        snapshot = edition.snapshot if edition else report.snapshot
        return _save_as(name, StreamingHttpResponse(STREAMED[name](snapshot)))
    return _not_there(request, report, name, file)


@require_safe
def edition_sums(request, year: int, slug: str, number: int | None = None):
    """The sums of all files that are made, as `sha256sum --check` reads them."""
    report = _live_report(year, slug)
    edition = _edition(report, number)
    if edition is None:
        raise Http404
    if edition.withheld:
        return _gone(request, report, edition)
    lines = [f"{file.sha256}  {file.name}\n" for file in edition.shown_files() if file.is_made]
    return HttpResponse("".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def edition(request, year: int, slug: str, number: int):
    """The report as it was published then, marked as superseded if it is."""
    report = _live_report(year, slug)
    shown = _edition(report, number)
    if shown.withheld:
        return _gone(request, report, shown)
    page = shown.as_published()
    context = page.get_context(request, edition=shown)
    return TemplateResponse(request, page.get_template(request), context)


def _live_report(year: int, slug: str) -> AdoptionReportPage:
    """The report while everyone may read it: in the language asked for, and the original."""
    return get_object_or_404(
        AdoptionReportPage.objects.live()
        .public()
        .filter(
            locale__language_code=get_language(),
            slug="adoption-report",
            url_path__endswith=f"/decisions/{year}/{slug}/adoption-report/",
            snapshot__isnull=False,
        )
        .select_related("snapshot", "locale")
    )


def _edition(report: AdoptionReportPage, number: int | None) -> ReportEdition | None:
    """The edition with this number; without one, the edition that is shown now, if it is kept."""
    if not report.original.live:
        raise Http404
    if number is None:
        return report.shown_edition
    found = [each for each in report.kept_editions if each.number == number]
    if not found:
        raise Http404
    return found[0]


def _gone(request, report: AdoptionReportPage, edition: ReportEdition):
    """That the edition existed, and why it cannot be read any more; page and files alike."""
    context = {"report_page": report, "edition": edition, "last": report.last_edition}
    return render(request, "consultation/report/withheld.html", context, status=410)


def _hand_out(file: ReportFile):
    response = _save_as(file.name, FileResponse(file.file.open("rb")))
    response["ETag"] = f'"{file.sha256}"'
    return response


def _save_as(name: str, response):
    response["Content-Type"] = CONTENT_TYPES[ReportFormat(name)]
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _not_there(request, report: AdoptionReportPage, name: str, file: ReportFile | None):
    """In plain words: it is being made, or this server cannot make it."""
    is_refused = file is not None and file.state == FileState.UNAVAILABLE
    context = {"report_page": report, "name": name, "is_refused": is_refused}
    status = 404 if is_refused else 503
    response = render(request, "consultation/report/not_there.html", context, status=status)
    if not is_refused:
        response["Retry-After"] = str(RETRY_SECONDS)
    return response
