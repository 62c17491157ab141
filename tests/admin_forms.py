"""What a browser sends when an official presses a button in Wagtail's editor."""

from django.urls import reverse
from wagtail.blocks import RichTextBlock, StructBlock
from wagtail.fields import StreamField
from wagtail.test.utils.form_data import (
    nested_form_data,
    querydict_from_html,
    rich_text,
    streamfield,
)


def edit_url(page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def edit_data(client, page, **changes) -> dict:
    """The editor's form as it would be sent back, with ``changes`` typed in."""
    html = client.get(edit_url(page)).content.decode()
    shown = querydict_from_html(html, form_id="page-edit-form")
    return {**shown.dict(), **nested_form_data(_streams(page)), **changes}


def _streams(page) -> dict:
    names = [field.name for field in page._meta.fields if isinstance(field, StreamField)]
    return {name: _stream(getattr(page, name)) for name in names}


def _stream(blocks) -> dict:
    sent = streamfield([(block.block_type, _sent(block.block, block.value)) for block in blocks])
    for number, block in enumerate(blocks):
        sent[str(number)]["id"] = block.id
    return sent


def _sent(block, value):
    if isinstance(block, StructBlock):
        return {name: _sent(block.child_blocks[name], part) for name, part in value.items()}
    if isinstance(block, RichTextBlock):
        return rich_text(value.source)
    return "" if value is None else value
