"""A form as it goes out, kept for half a minute: laying it out costs most of answering.

Two people never get the same submission key or the same question: these are put in anew.
"""

import hashlib

from crispy_forms.utils import render_crispy_form
from django.core.cache import cache
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from .forms import CitizenForm

KEPT_SECONDS = 30


def laid_out(form: CitizenForm, shown: object) -> SafeString:
    """The HTML of an unbound form; ``shown`` names all that makes it look as it does."""
    said = repr((form.form_name, get_language(), form.notice.pk, sorted(form.fields), shown))
    name = f"form:{hashlib.sha256(said.encode()).hexdigest()}"
    own = _of_its_own(form)
    kept = cache.get(name)
    if kept is None:
        kept = (render_crispy_form(form), own)
        cache.set(name, kept, KEPT_SECONDS)
    html, others = kept
    for theirs, ours in zip(others, own, strict=True):
        html = html.replace(theirs, ours)
    # Laid out by the library; what is put in comes from our own signer and our own question.
    return mark_safe(html)  # noqa: S308


def _of_its_own(form: CitizenForm) -> list[str]:
    """What belongs to this one copy: its submission key, and the question that goes with it."""
    question = [form.fields["answer"].label] if "answer" in form.fields else []
    return [escape(text) for text in (form["submission_key"].value(), *question)]
