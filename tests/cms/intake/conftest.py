from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from cms.intake.actions import take_in
from cms.intake.enums import Proof
from cms.intake.keys import new_submission_key, read_submission_key
from cms.intake.models import PrivacyNotice

SHANGHAI = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)


@pytest.fixture
def at():
    return AT


@pytest.fixture
def notice(db):
    return make_notice()


@pytest.fixture
def submit(notice):
    """Takes in one opinion; every call is a new submission unless it brings its key."""

    def call(**changes):
        at = changes.get("at", AT)
        arguments = {
            "kind": "opinion",
            "key": make_key(at),
            "language": "zh-hans",
            "consent_notice": notice,
            "proof": Proof.WORK,
            "network_address": "203.0.113.7",
            "at": at,
        }
        return take_in(**(arguments | changes))

    return call


def make_key(at=AT, form="opinion"):
    return read_submission_key(new_submission_key(form, at), form, at)


def make_notice(**changes):
    values = {
        "code": "opinion",
        "version": 1,
        "in_force_from": date(2026, 1, 1),
        "text_zh": "我们这样处理您的个人信息。",
        "handler_zh": "淞南镇人民政府",
        "handler_contact_zh": "党政办公室",
        "purpose_zh": "研究意见并反馈",
        "way_zh": "网上收集，加密存储",
        "kinds_zh": "姓名、联系方式",
        "retention_zh": "一年",
        "rights_zh": "查阅、更正、撤回、删除",
    }
    return PrivacyNotice.objects.create(**(values | changes))
