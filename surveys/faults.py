"""What the editor is told about questions, in words."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .questionnaire import Fault, Question

TEXTS = {
    "empty": gettext_lazy("There is no question yet."),
    "name_twice": gettext_lazy("this short name is taken by an earlier question."),
    "options_missing": gettext_lazy("at least two options are needed."),
    "rows_missing": gettext_lazy("the rows are missing."),
    "options_twice": gettext_lazy("the same option or row stands there twice."),
    "options_too_many": gettext_lazy("more than 40 options or rows cannot be read."),
    "most_impossible": gettext_lazy("so many options cannot be chosen."),
    "condition_unknown": gettext_lazy(
        "the condition names no earlier question with options: give that question the short name."
    ),
    "condition_answers": gettext_lazy("the condition names an answer that is not offered."),
}


def sentence(fault: Fault) -> str:
    """ "Question 3 (…): …" """
    text = str(TEXTS[fault.code])
    if not fault.place:
        return text
    return _("Part %(place)d (%(question)s): %(fault)s") % {
        "place": fault.place,
        "question": fault.text[:30],
        "fault": text,
    }


def locked(changed: Iterable[Question]) -> str:
    return _(
        "People have answered these questions already: their kind, their order, their options "
        "and their conditions stay as they are, or the answers would mean something else. Only "
        "wording can be mended. Changed: %(questions)s"
    ) % {"questions": "; ".join(question.text for question in changed)}


def note_missing() -> str:
    return _(
        "People have answered the earlier wording. Say below what was reworded; the results will "
        "print it."
    )
