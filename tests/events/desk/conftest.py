"""Officials before the desk and the door of an activity."""

import itertools

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from cms.accounts.models import User

NUMBERS = itertools.count(1)
CLERK = (
    "events.view_session",
    "events.view_signup",
    "events.view_question",
    "events.enter_signup",
    "events.manage_session",
    "events.run_draw",
    "events.change_question",
    "intake.unmask_receipt",
)


@pytest.fixture
def make_official(site):
    """An official with these rights, given as "app.codename"."""

    def make(*rights, department=None):
        user = User.objects.create_user(
            f"official-{next(NUMBERS)}", password="x", department=department
        )
        for name in ("wagtailadmin.access_admin", *rights):
            app, codename = name.split(".")
            permission = Permission.objects.get(content_type__app_label=app, codename=codename)
            user.user_permissions.add(permission)
        return user

    return make


@pytest.fixture
def official(make_official):
    """With every right that the desk knows."""
    return make_official(*CLERK)


@pytest.fixture
def desk(client, official):
    client.force_login(official)
    return client


@pytest.fixture
def address(session):
    """The address of a view of the session, or of something in it."""

    def address(name, *args):
        return reverse(f"open_day:{name}", args=[session.activity_id, session.pk, *args])

    return address


@pytest.fixture
def door(session):
    """The address of a view of the door."""
    return lambda name="door": reverse(f"open_day:{name}", args=[session.pk])
