from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import translation

from cms.intake.models import PrivacyNotice
from cms.intake.queries import notice_in_force

from .conftest import make_notice

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("today", "version"),
    [
        (date(2025, 12, 31), None),
        (date(2026, 1, 1), 1),
        (date(2026, 5, 31), 1),
        (date(2026, 6, 1), 2),
        (date(2027, 1, 1), 2),
    ],
)
def test_a_form_shows_the_version_in_force_on_the_day(notice, today, version):
    make_notice(version=2, in_force_from=date(2026, 6, 1))
    make_notice(code="sign-up", version=9)
    found = notice_in_force("opinion", today)
    assert (found.version if found else None) == version


def test_a_version_can_be_mended_until_somebody_consents(notice, submit):
    notice.text_zh = "更正"
    notice.full_clean()
    notice.save()
    submit()
    notice.text_zh = "再改"
    with pytest.raises(ValidationError):
        notice.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        notice.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        PrivacyNotice.objects.update(rights_zh="无")
    with pytest.raises(ProtectedError):
        notice.delete()
    assert PrivacyNotice.objects.get().text_zh == "更正"


def test_there_is_one_of_each_version(notice):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_notice()


def test_the_notice_is_a_list_in_the_language_of_the_page(notice):
    notice.purpose_en = "To study the opinion and to answer"
    with translation.override("en"):
        contents = [content for _, content in notice.parts]
    assert len(contents) == 7
    assert contents[2] == "To study the opinion and to answer"
    assert contents[0] == "淞南镇人民政府"
    with translation.override("zh-hans"):
        assert notice.parts[2][1] == "研究意见并反馈"
