"""Who may do what, asked of the site itself (rulebook S2: 三员, separation of duties)."""

import pytest
from django.urls import reverse
from wagtail.models import Collection, Page

from cms.accounts.enums import Role
from cms.accounts.models import User
from home.demo_loader.people import PEOPLE, load_departments, load_people
from home.founding import found_site
from tests.factories import ContentPageFactory, UserFactory
from tests.helpers import clear

pytestmark = pytest.mark.django_db

A, S, U, E, R, G, O, C, D = (  # noqa: E741
    Role.ADMIN,
    Role.SECURITY,
    Role.AUDITOR,
    Role.EDITOR,
    Role.REVIEWER,
    Role.SIGNER,
    Role.OFFICER,
    Role.CLERK,
    Role.DISCLOSURE,
)
EVERYONE = set(Role)

ADDRESSES = {
    "enters the CMS": ("wagtailadmin_home", EVERYONE),
    "manages people": ("wagtailusers_users:index", {S}),
    "manages roles": ("wagtailusers_groups:index", {S}),
    "reads the record": ("record_report", {U}),
    "reads the letters": ("letters:index", {U, C}),
    "reads opinions": ("opinions:index", {G, O, C}),
    "opens the desk of the open day": ("open_day:index", {E, O, C}),
    "sees the duties": ("duties:index", EVERYONE),
    "enters working days": ("arrangements:index", {A, C}),
    "writes the privacy notice": ("wagtailsnippets_intake_privacynotice:list", {E}),
    "manages sites": ("wagtailsites:index", {A}),
    "looks at images": ("wagtailimages:index", {E, O}),
    "adds images": ("wagtailimages:add", {E, O}),
    "adds documents": ("wagtaildocs:add", {E, O}),
    "manages workflows": ("wagtailadmin_workflows:index", set()),
    "manages languages": ("wagtaillocales:index", set()),
    "redirects addresses": ("wagtailredirects:index", set()),
}

RIGHTS = {
    "consultation.decide_opinion": {O},
    "consultation.enter_opinion": {O, C},
    "consultation.make_report": {O},
    "consultation.record_decision": {O},
    "events.enter_signup": {O, C},
    "events.manage_session": {E, C},
    "events.run_draw": {C},
    "events.view_signup": {O, C},
    "intake.call_back": {O, C},
    # The clerk rings up those whom no letter reached.
    "intake.unmask_receipt": {O, C},
    "intake.view_servicerating": {O, C},
    "letters.resend_letter": {C},
    "pages.change_sitefacts": {A},
    "wagtail_localize.submit_translation": {E},
}

PAGES = {
    "adds pages": (lambda tester: tester.can_add_subpage(), {E, O}),
    "edits pages": (lambda tester: tester.can_edit(), {E, O}),
    "deletes pages": (lambda tester: tester.can_delete(), {E, O}),
    "publishes what is cleared": (lambda tester: tester.can_publish(), {G}),
    "adds live pages": (lambda tester: tester.can_publish_subpage(), set()),
    "locks pages": (lambda tester: tester.can_lock(), {G}),
    "hides pages behind a password": (lambda tester: tester.can_set_view_restrictions(), {G}),
}


@pytest.fixture
def officials(site):
    return {role: UserFactory(role=role) for role in Role}


@pytest.mark.parametrize("what", ADDRESSES)
def test_who_gets_in_where(client, officials, what):
    name, allowed = ADDRESSES[what]

    def gets_in(user) -> bool:
        client.force_login(user)
        return client.get(reverse(name)).status_code == 200

    assert {role for role, user in officials.items() if gets_in(user)} == allowed


@pytest.mark.parametrize("right", RIGHTS)
def test_who_has_which_right(officials, right):
    assert {role for role, user in officials.items() if user.has_perm(right)} == RIGHTS[right]


@pytest.mark.parametrize("what", PAGES)
def test_who_does_what_with_a_page(officials, home, what):
    asked, allowed = PAGES[what]
    page = ContentPageFactory(parent=home)
    clear(page)

    may = {role for role, user in officials.items() if asked(page.permissions_for_user(user))}

    assert may == allowed


def test_who_reviews_and_who_releases(officials, home):
    page = ContentPageFactory(parent=home)
    revision = clear(page)
    review, release = (task.specific for task in page.get_workflow().tasks)

    assert revision.user not in officials.values()
    reviewers, signers = (
        {role for role, user in officials.items() if task.get_actions(page, user)}
        for task in (review, release)
    )

    assert (reviewers, signers) == ({R}, {G})


def test_nobody_without_a_role_gets_in(client, site):
    client.force_login(UserFactory())

    assert client.get(reverse("wagtailadmin_home")).status_code == 302


def test_every_role_of_the_contract_has_its_demo_account(site):
    load_people(load_departments(), password="a long password")

    held = {user.username: set(user.groups.values_list("name", flat=True)) for user in people()}

    assert held == {username: {role.value} for username, (role, *_rest) in PEOPLE.items()}
    assert {role for role, *_rest in PEOPLE.values()} == EVERYONE


def people():
    return User.objects.all()


def test_the_foundation_is_laid_once(site):
    before = (Page.objects.count(), Collection.objects.count())

    assert found_site() == site
    assert (Page.objects.count(), Collection.objects.count()) == before


def test_a_right_that_was_added_by_hand_is_gone_after_the_next_deployment(officials):
    group = officials[C].groups.get()
    group.permissions.add(officials[O].groups.get().permissions.get(codename="decide_opinion"))

    found_site()

    clerk = User.objects.get(pk=officials[C].pk)
    assert not clerk.has_perm("consultation.decide_opinion")
