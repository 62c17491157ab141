"""The sentences of a report (rulebook 6.2, K6) and an editor's prose as lines. Pure."""

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from cms.clearance.enums import DisclosureAttribute
from cms.pages.templatetags.page_tags import closing, last_day, moment

from ..versions import lines_of_html


def foreword_of(consultation, unit) -> str:
    """The standard opening of a report (rulebook 6.2)."""
    return _(
        "According to the Interim Regulations on Major Administrative Decision-making "
        "Procedures, the Provisions of Shanghai Municipality on Major Administrative "
        "Decision-making Procedures, the Rules of Shanghai Municipality on Public Participation "
        "in Major Administrative Decisions and other rules, %(unit)s organised public "
        "participation in “%(name)s” from %(from)s to %(until)s and studied the comments and "
        "suggestions received. The results are reported as follows:"
    ) % {
        "unit": unit,
        "name": consultation.draft_name,
        "from": moment(consultation.opens_at),
        "until": closing(consultation.closes_at),
    }


def period_of(consultation) -> str:
    """The first and the last day of the period, as a table prints them."""
    opens_at, closes_at = consultation.opens_at, consultation.closes_at
    if not (opens_at and closes_at):
        return ""
    return " ".join([str(timezone.localdate(opens_at)), _("to"), str(last_day(closes_at))])


def number_sentence(received: int, rows: Iterable[tuple[str, int]]) -> str:
    """共收到意见建议2条：采纳1条，…。 All numbers in one sentence, the annex named at its end."""
    opening = ngettext(
        "%(number)s opinion was received in all.",
        "%(number)s opinions were received in all.",
        received,
    ) % {"number": received}
    parts = [_("%(label)s: %(value)s") % {"label": label, "value": value} for label, value in rows]
    gap = " " if get_language() == "en" else ""
    listed = (pgettext("list", ";") + gap).join(parts)
    stop = pgettext("end of sentence", ".")
    return gap.join([opening, listed + stop, _("The annex has them all.")])


def public_mark(attribute: str) -> str:
    """What is printed under the date of a document, by its disclosure attribute (rulebook K6)."""
    if attribute == DisclosureAttribute.REDACTED:
        return _("(Released after redaction)")
    return _("(Released to the public)") if attribute == DisclosureAttribute.PROACTIVE else ""


def lines_of_stream(stream) -> list[tuple[bool, str]]:
    """Prose as plain lines, each with whether it is a heading; pictures leave their caption."""
    found: list[tuple[bool, str]] = []
    for block in stream:
        if block.block_type == "heading":
            found.append((True, str(block.value)))
        else:
            found += [(False, line) for line in _lines_of(block)]
    return found


def _lines_of(block) -> list[str]:
    if block.block_type == "text":
        return lines_of_html(block.value.source)
    if block.block_type == "figure":
        return [block.value["caption"]] if block.value["caption"] else []
    if block.block_type == "file":
        return [block.value["title"] or block.value["document"].title]
    return str(block.value).splitlines()
