import pytest

from cms.record.actions import record, seal
from cms.record.models import Event, Link

from .conftest import NOON


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("run", [1, 2])
def test_a_transactional_test_starts_with_an_empty_record(run):
    assert (Event.objects.count(), Link.objects.count()) == (0, 0)
    record("test.happened", None, at=NOON)
    seal(NOON)
