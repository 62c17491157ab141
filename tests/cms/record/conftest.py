from datetime import UTC, datetime

import pytest

from cms.accounts.models import User

NOON = datetime(2023, 9, 1, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def anchor_file(settings, tmp_path):
    settings.JIANYAN_RECORD_ANCHOR = str(tmp_path / "anchor.log")
    return tmp_path / "anchor.log"


@pytest.fixture
def official(db) -> User:
    return User.objects.create_user("officer", password="not-a-real-one")
