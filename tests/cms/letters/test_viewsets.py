import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from cms.accounts.models import User
from cms.letters.models import Letter

from .conftest import a_letter

pytestmark = pytest.mark.django_db


def official(*codenames: str) -> User:
    user = User.objects.create_user("-".join(codenames) or "nobody")
    user.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", *codenames]))
    return user


@pytest.fixture
def failed() -> Letter:
    letter = a_letter()
    Letter.objects.update(state="failed", attempts=6, next_try_at=None, error="SMTPException")
    return letter


def test_the_list_shows_what_became_of_a_letter_but_not_to_whom_it_went(client, failed):
    client.force_login(official("view_letter"))
    page = client.get(reverse("letters:index")).content.decode()
    assert "About Lifts" in page
    assert "SMTPException" in page
    assert "z***@example.cn" in page
    assert "zhang@example.cn" not in page
    assert reverse("letters:resend", args=[failed.pk]) not in page
    assert reverse("letters:index") in client.get(reverse("wagtailadmin_home")).content.decode()


def test_the_list_is_filtered_by_state_and_cause(client, failed):
    queued = a_letter(cause="opinion_answered")
    client.force_login(official("view_letter"))

    def listed(**filters) -> list[int]:
        response = client.get(reverse("letters:index"), filters)
        return [letter.pk for letter in response.context["object_list"]]

    assert listed() == [queued.pk, failed.pk]
    assert listed(state="failed") == [failed.pk]
    assert listed(cause="opinion_answered") == [queued.pk]


def test_a_failed_letter_is_sent_again_from_the_list(client, failed):
    client.force_login(official("view_letter", "resend_letter"))
    resend = reverse("letters:resend", args=[failed.pk])
    assert resend in client.get(reverse("letters:index")).content.decode()
    assert "z***@example.cn" in client.get(resend).content.decode()
    failed.refresh_from_db()
    assert failed.state == "failed"
    assert client.post(resend).url == reverse("letters:index")
    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == ("queued", 0)
    again = client.post(resend, follow=True)
    # The first message is of the first time, which was not followed.
    assert [message.level_tag for message in again.context["messages"]] == ["success", "error"]


@pytest.mark.parametrize(
    ("codenames", "may_read", "may_resend"),
    [
        ((), False, False),
        (("view_letter",), True, False),
        (("view_letter", "resend_letter"), True, True),
    ],
)
def test_who_may_read_and_resend(client, failed, codenames, may_read, may_resend):
    client.force_login(official(*codenames))
    for name in ("letters:index", "letters:index_results"):
        assert (client.get(reverse(name)).status_code == 200) is may_read
    resend = reverse("letters:resend", args=[failed.pk])
    assert (client.get(resend).status_code == 200) is may_resend
    client.post(resend)
    failed.refresh_from_db()
    assert (failed.state == "queued") is may_resend


def test_a_longer_list_takes_no_more_queries(client, django_assert_max_num_queries):
    client.force_login(official("view_letter"))
    a_letter()
    client.get(reverse("letters:index"))
    with django_assert_max_num_queries(30) as few:
        client.get(reverse("letters:index"))
    a_letter()
    a_letter()
    with django_assert_max_num_queries(len(few)):
        client.get(reverse("letters:index"))
