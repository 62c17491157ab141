"""The consultation page stays cheap however much hangs on it (design, section 6)."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.pages.models import SiteDocument
from consultation.models import ConsultationAttachment, Extension
from tests.factories import CLOSES
from tests.helpers import publish

pytestmark = pytest.mark.django_db

ADDRESS = "/decisions/2026/lift/consultation/"


def hang_on(page, count):
    """So many extensions and attachments; the page as it is live then."""
    for number in range(count):
        page.closes_at += timedelta(days=1)
        page.extensions.add(
            Extension(
                announced_on=CLOSES.date() - timedelta(days=20 - number),
                closes_at=page.closes_at,
                reason="应居民要求（示例）",
                locale=page.locale,
            )
        )
        document = SiteDocument.objects.create(
            title=f"附件{number}", file=ContentFile(b"x", f"annex-{number}.pdf"), file_size=1
        )
        page.attachments.add(ConsultationAttachment(document=document, locale=page.locale))
    return publish(page)


def queries_of(client) -> int:
    """Nothing of the page is kept; menus and addresses of the site are, as under any load."""
    cache.clear()
    client.get("/")
    with CaptureQueriesContext(connection) as queries:
        response = client.get(ADDRESS)
    assert response.status_code == 200
    return len(queries)


def test_three_extensions_and_attachments_take_no_more_queries_than_one(client, lift):
    page = hang_on(lift, 1)
    for_one = queries_of(client)
    hang_on(page, 2)

    assert queries_of(client) == for_one <= 15
    text = client.get(ADDRESS).content.decode()
    assert [f"附件{number}" in text for number in (0, 1)] == [True, True]
