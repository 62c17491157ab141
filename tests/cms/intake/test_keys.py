from datetime import timedelta

import pytest

from cms.intake.keys import KeyExpired, KeyInvalid, new_submission_key, read_submission_key

from .conftest import AT


@pytest.mark.parametrize("later", [timedelta(0), timedelta(hours=24) - timedelta(seconds=1)])
def test_a_key_serves_its_form_for_a_day(later):
    token = new_submission_key("opinion", AT)
    assert len(read_submission_key(token, "opinion", AT + later).value) == 32


@pytest.mark.parametrize("later", [timedelta(hours=24), timedelta(hours=24, seconds=1)])
def test_after_a_day_a_key_has_expired(later):
    token = new_submission_key("opinion", AT)
    with pytest.raises(KeyExpired):
        read_submission_key(token, "opinion", AT + later)


def test_no_two_forms_put_out_have_the_same_key():
    first, second = (
        read_submission_key(new_submission_key("opinion", AT), "opinion", AT) for _ in range(2)
    )
    assert first.value != second.value


@pytest.mark.parametrize(
    "change",
    [lambda t: "0" + t[1:] if t[0] != "0" else "1" + t[1:], lambda t: t[:-2], lambda t: ""],
)
def test_a_changed_key_is_refused(change):
    token = new_submission_key("opinion", AT)
    with pytest.raises(KeyInvalid):
        read_submission_key(change(token), "opinion", AT)


def test_the_key_of_another_form_is_refused():
    with pytest.raises(KeyInvalid):
        read_submission_key(new_submission_key("sign-up", AT), "opinion", AT)
