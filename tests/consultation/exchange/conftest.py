"""A consultation with everything that an exchange file can hold, and its lines."""

import io
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.models import GroupPagePermission, Page

from consultation.actions.exchange import export_consultation, import_consultation
from consultation.actions.versions import keep_draft
from consultation.actions.work import split_opinion
from consultation.enums import Channel, Verdict
from consultation.exchange.package import packed
from consultation.models import OpinionAddition
from tests.consultation.desk.conftest import (
    AT,
    CLOSES,
    DESK_PERMISSIONS,
    address,
    catalogue,
    consultation,
    desk,
    group,
    housing,
    make_consultation,
    make_opinion,
    make_receipt,
    make_user,
    officer,
)

TAKE_OVER = "/admin/opinions/take-over/"

__all__ = [
    "TAKE_OVER",
    "AT",
    "CLOSES",
    "DESK_PERMISSIONS",
    "address",
    "catalogue",
    "consultation",
    "desk",
    "group",
    "housing",
    "make_consultation",
    "make_opinion",
    "make_receipt",
    "make_user",
    "officer",
]


@pytest.fixture
def full(consultation, make_opinion, make_receipt, group, officer):
    """Two articles, a version, a group, five opinions: one divided, one withdrawn, one late."""
    version = keep_draft(consultation, AT)
    first = consultation.draft[0]
    decided = {"verdict": Verdict.NOT_ADOPTED, "verdict_reason": "资金有限", "decided_at": AT}
    opinion = make_opinion(
        "支持\n第二行 =1+1",
        reasons="老人多",
        article_key=first.id,
        article_label="第一条（目的）",
        draft_version=version,
        identity="resident",
        receipt=make_receipt(),
        group=group,
        changed_articles=[first.id],
        **decided,
    )
    OpinionAddition.objects.create(opinion=opinion, text="补充", added_at=AT, submission_key="k")
    whole = make_opinion("一是采光，二是费用", channel=Channel.LETTER)
    make_opinion("撤回的", withdrawn_at=AT)
    split_opinion(whole, ["采光", "费用"], seen_version=whole.version, by=officer, at=AT)
    make_opinion("迟到的", received_at=CLOSES + timedelta(hours=1), external_key="letter-7")
    return consultation


@pytest.fixture
def export(officer):
    def export(page, **changes):
        arguments = {"site": "建言（示例）", "by": officer, "at": AT}
        return list(export_consultation(page, **(arguments | changes)).lines)

    return export


@pytest.fixture
def package(officer):
    """The consultation as a ZIP in memory, with its files."""

    def package(page, **changes):
        arguments = {"site": "建言（示例）", "by": officer, "at": AT, "as_package": True}
        found = export_consultation(page, **(arguments | changes))
        with packed(found.lines, found.files) as file:
            return io.BytesIO(file.read())

    return package


@pytest.fixture
def take_in(catalogue, housing, officer):
    def take_in(lines, **changes):
        arguments = {
            "catalogue": catalogue,
            "department": housing,
            "file_name": "consultation.jsonl",
            "sha256": "0" * 64,
            "by": officer,
            "at": AT + timedelta(days=1),
        }
        return import_consultation(lines, **(arguments | changes))

    return take_in


@pytest.fixture
def drafter(officer):
    """The officer may add pages, as officers of a department do."""
    group = Group.objects.create(name="drafters")
    root = Page.objects.get(depth=1)
    for right in ("add_page", "change_page"):
        GroupPagePermission.objects.create(group=group, page=root, permission=_permission(right))
    officer.groups.add(group)
    return officer


def _permission(codename):
    return Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)


@pytest.fixture
def hand_in(desk, drafter, catalogue, housing):
    def hand_in(lines, **changes):
        file = SimpleUploadedFile("c.jsonl", b"".join(lines))
        data = {"file": file, "catalogue": catalogue.pk, "department": housing.pk}
        return desk.post(TAKE_OVER, data | changes)

    return hand_in
