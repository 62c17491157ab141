"""What a site needs before the first word is written. Safe to run again at every deployment."""

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Locale,
    Page,
    Site,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from cms.accounts.enums import Role
from cms.clearance.workflow import ConfidentialityReviewTask, ReleaseTask

from .models import HomePage
from .roles import FILE_RIGHTS, PAGE_RIGHTS, RIGHTS

WORKFLOW = "先审查、后公开"
HOME_TITLES = {"zh-hans": "首页", "en": "Home"}


@transaction.atomic
def found_site() -> Site:
    """Languages, front pages as drafts, roles with their rights, and the gate as a workflow."""
    locales = {
        code: Locale.objects.get_or_create(language_code=code)[0]
        for code, _name in settings.WAGTAIL_CONTENT_LANGUAGES
    }
    home = _front_pages(locales)
    site = _site(home)
    for role in Role:
        _grant(role)
    _gate()
    return site


def role_group(role: Role) -> Group:
    return Group.objects.get(name=role.value)


def _front_pages(locales: dict[str, Locale]) -> HomePage:
    root = Page.get_first_root_node()
    home = HomePage.objects.filter(locale=locales[settings.LANGUAGE_CODE]).first()
    if home is None:
        _remove_welcome_page()
        home = HomePage(title=HOME_TITLES["zh-hans"], slug="home", live=False)
        home.locale = locales[settings.LANGUAGE_CODE]
        root.add_child(instance=home)
    english = home.get_translation_or_none(locales["en"])
    if english is None:
        english = home.copy_for_translation(locales["en"])
        english.title = HOME_TITLES["en"]
        english.save()
    return home


def _remove_welcome_page() -> None:
    """Wagtail's own first page says nothing of ours."""
    for page in Page.objects.filter(depth=2, content_type__model="page"):
        Site.objects.filter(root_page=page).delete()
        page.delete()


def _site(home: HomePage) -> Site:
    site = Site.objects.filter(is_default_site=True).first()
    if site is None:
        host, _sep, port = settings.BASE_URL.split("//")[-1].split("/")[0].partition(":")
        site = Site(
            hostname=host,
            port=int(port or (443 if settings.BASE_URL.startswith("https") else 80)),
            is_default_site=True,
        )
    site.root_page = home
    site.save()
    return site


def _grant(role: Role) -> None:
    group, _new = Group.objects.get_or_create(name=role.value)
    wanted = ("wagtailadmin.access_admin", *RIGHTS[role])
    group.permissions.set(_permission(name) for name in wanted)
    root = Page.get_first_root_node()
    for codename in PAGE_RIGHTS.get(role, ()):
        right = Permission.objects.get(codename=codename, content_type__app_label="wagtailcore")
        GroupPagePermission.objects.get_or_create(group=group, page=root, permission=right)
    files = Collection.get_first_root_node()
    for action in FILE_RIGHTS.get(role, ()):
        for name in (f"wagtailimages.{action}_image", f"wagtaildocs.{action}_document"):
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection=files, permission=_permission(name)
            )


def _permission(name: str) -> Permission:
    app_label, codename = name.split(".")
    return Permission.objects.get(content_type__app_label=app_label, codename=codename)


def _gate() -> None:
    """Review, then release, for the whole page tree (plan 2023, IV.1)."""
    workflow, _new = Workflow.objects.get_or_create(name=WORKFLOW)
    review, _new = ConfidentialityReviewTask.objects.get_or_create(name="保密审查")
    review.groups.set([role_group(Role.REVIEWER)])
    release, _new = ReleaseTask.objects.get_or_create(name="签发")
    release.groups.set([role_group(Role.SIGNER)])
    for order, task in enumerate((review, release)):
        WorkflowTask.objects.get_or_create(
            workflow=workflow, task=task, defaults={"sort_order": order}
        )
    root = Page.get_first_root_node()
    WorkflowPage.objects.update_or_create(page=root, defaults={"workflow": workflow})
