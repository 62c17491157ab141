"""A consultation with everything that an exchange file can hold, and its lines."""

from datetime import timedelta

import pytest

from consultation.actions.exchange import export_consultation, import_consultation
from consultation.actions.versions import keep_draft
from consultation.actions.work import split_opinion
from consultation.enums import Channel, Verdict
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

__all__ = [
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
        return list(export_consultation(page, **(arguments | changes)))

    return export


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
