"""The whole page tree in one table: what may stand under what, and that each can be edited."""

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, get_page_models

from consultation.actions.reports import make_report
from consultation.models import (
    AdoptionReportPage,
    ConsultationPage,
    DecisionCataloguePage,
    DecisionIndexPage,
    DecisionPage,
)
from events.models import ActivityPage, ActivityReportPage, OpenDayIndexPage, OpenDayPage
from home.founding import found_site
from home.models import ContentPage, HomePage
from policy.models import PolicyDocumentPage, PolicyIndexPage
from surveys.actions.results import make_results
from surveys.models import SurveyIndexPage, SurveyPage, SurveyResultsPage
from tests.admin_forms import edit_data, edit_url
from tests.factories import (
    ActivityPageFactory,
    ActivityReportPageFactory,
    ConsultationPageFactory,
    ContentPageFactory,
    DecisionPageFactory,
    PolicyDocumentPageFactory,
    SurveyPageFactory,
    UserFactory,
)
from tests.helpers import plant_roots

pytestmark = pytest.mark.django_db

MAY_STAND_UNDER = {
    HomePage: {Page},
    ContentPage: {HomePage, ContentPage},
    PolicyIndexPage: {HomePage},
    PolicyDocumentPage: {PolicyIndexPage},
    DecisionIndexPage: {HomePage},
    DecisionCataloguePage: {DecisionIndexPage},
    DecisionPage: {DecisionCataloguePage},
    ConsultationPage: {DecisionPage},
    AdoptionReportPage: {DecisionPage},
    SurveyIndexPage: {HomePage},
    SurveyPage: {SurveyIndexPage},
    SurveyResultsPage: {SurveyPage},
    OpenDayIndexPage: {HomePage},
    OpenDayPage: {OpenDayIndexPage},
    ActivityPage: {OpenDayPage},
    ActivityReportPage: {ActivityPage},
}


# Made by actions from what people sent, and never typed by hand.
MADE_FROM_ROWS = (AdoptionReportPage, SurveyResultsPage)


def test_every_page_type_has_a_place():
    assert set(get_page_models()) - {Page} == set(MAY_STAND_UNDER)


@pytest.mark.parametrize("child", MAY_STAND_UNDER, ids=lambda model: model.__name__)
@pytest.mark.parametrize("parent", get_page_models(), ids=lambda model: model.__name__)
def test_place(parent, child):
    allowed = (
        child.can_exist_under(parent())
        if parent is not Page
        else child in Page.allowed_subpage_models()
    )

    assert allowed is (parent in MAY_STAND_UNDER[child])


@pytest.fixture
def site(db):
    plant_roots()
    return found_site()


@pytest.fixture
def tree(site):
    """One page of every type, as drafts."""
    home = site.root_page.specific
    document = PolicyDocumentPageFactory(parent__parent=home)
    decision = DecisionPageFactory(parent__parent__parent=home)
    consultation = ConsultationPageFactory(parent=decision)
    catalogue = decision.get_parent().specific
    activity = ActivityPageFactory(parent__parent__parent=home)
    day = activity.get_parent().specific
    survey = SurveyPageFactory(parent__parent=home)
    pages = [
        home,
        ContentPageFactory(parent=home),
        document.get_parent().specific,
        document,
        catalogue.get_parent().specific,
        catalogue,
        decision,
        consultation,
        make_report(consultation, by=UserFactory(), at=timezone.now()),
        survey.get_parent().specific,
        survey,
        make_results(survey, by=UserFactory(), at=survey.closes_at),
        day.get_parent().specific,
        day,
        activity,
        ActivityReportPageFactory(parent=activity),
    ]
    return {type(page): page for page in pages}


@pytest.fixture
def editor(client, site):
    client.force_login(UserFactory(role="editor"))
    return client


def test_one_decision_has_one_consultation_and_one_report(tree):
    decision = tree[DecisionPage]

    assert not ConsultationPage.can_create_at(decision)
    assert not AdoptionReportPage.can_create_at(decision)


@pytest.mark.parametrize("model", MAY_STAND_UNDER, ids=lambda model: model.__name__)
def test_an_editor_opens_saves_and_previews_a_page_of_every_type(editor, tree, model):
    page = tree[model]
    data = edit_data(editor, page, title="改过的标题")

    saved = editor.post(edit_url(page), data)
    prepared = editor.post(reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk]), data)
    preview = editor.get(reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk]))

    assert saved.status_code == 302
    assert Page.objects.get(pk=page.pk).draft_title == "改过的标题"
    assert prepared.json()["is_valid"]
    assert preview.status_code == 200
    assert "改过的标题" in preview.content.decode()


def test_a_page_with_opinions_is_not_deleted_and_the_editor_is_told(editor, tree):
    decision = tree[DecisionPage]
    address = reverse("wagtailadmin_pages:delete", args=[decision.pk])

    response = editor.post(address, {"next": edit_url(decision)})

    assert response.status_code == 302
    assert Page.objects.filter(pk=decision.pk).exists()
    assert list(response.wsgi_request._messages)


def test_a_report_is_made_from_opinions_and_not_written_by_hand(editor, tree):
    decision = tree[DecisionPage]
    tree[AdoptionReportPage].delete()
    names = ("consultation", "adoptionreportpage", decision.pk)

    response = editor.get(reverse("wagtailadmin_pages:add", args=names))

    assert response.status_code in (302, 403)


@pytest.mark.parametrize(
    "model",
    [model for model in MAY_STAND_UNDER if model not in (HomePage, *MADE_FROM_ROWS)],
    ids=lambda model: model.__name__,
)
def test_the_form_for_a_new_page_of_every_type_opens(editor, tree, model):
    parent = tree[next(iter(MAY_STAND_UNDER[model]))]
    if not model.can_create_at(parent):  # there is one already
        parent = (
            ActivityPageFactory(parent=tree[OpenDayPage])
            if model is ActivityReportPage
            else DecisionPageFactory(parent=tree[DecisionCataloguePage])
        )
    names = (model._meta.app_label, model._meta.model_name, parent.pk)

    response = editor.get(reverse("wagtailadmin_pages:add", args=names))

    assert response.status_code == 200


@pytest.mark.parametrize("model", MAY_STAND_UNDER, ids=lambda model: model.__name__)
def test_a_page_of_every_type_is_copied_for_translation(tree, site, model):
    english = site.root_page.get_translations().get().locale
    page = tree[model]

    copy = (
        page.get_translation(english)
        if model is HomePage
        else page.copy_for_translation(english, copy_parents=True)
    )

    assert (copy.locale, copy.live) == (english, False)
