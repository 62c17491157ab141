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
    rights = _all_rights()
    for role in Role:
        _grant(role, rights)
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


def _grant(role: Role, rights: dict[str, Permission]) -> None:
    group, _new = Group.objects.get_or_create(name=role.value)
    wanted = ("wagtailadmin.access_admin", *RIGHTS[role])
    group.permissions.set(rights[name] for name in wanted)
    root = Page.get_first_root_node()
    GroupPagePermission.objects.bulk_create(
        (
            GroupPagePermission(group=group, page=root, permission=rights[f"wagtailcore.{name}"])
            for name in PAGE_RIGHTS.get(role, ())
        ),
        ignore_conflicts=True,
    )
    files = Collection.get_first_root_node()
    GroupCollectionPermission.objects.bulk_create(
        (
            GroupCollectionPermission(group=group, collection=files, permission=rights[name])
            for action in FILE_RIGHTS.get(role, ())
            for name in (f"wagtailimages.{action}_image", f"wagtaildocs.{action}_document")
        ),
        ignore_conflicts=True,
    )


def _all_rights() -> dict[str, Permission]:
    """Every permission there is, as "app.codename"."""
    rights = Permission.objects.select_related("content_type")
    return {f"{right.content_type.app_label}.{right.codename}": right for right in rights}


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
