"""The editors' side speaks Chinese throughout (the town's officials work in no other language)."""

import json
import re
from pathlib import Path

import modelsearch
import polib
import pytest
import wagtail
import wagtail_localize
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, ngettext

OURS = sorted(
    {path for folder in settings.LOCALE_PATHS for path in Path(folder).glob("*/LC_MESSAGES/*.po")}
)
THEIRS = sorted(
    path
    for package in (wagtail, wagtail_localize, modelsearch)
    for path in Path(package.__file__).parent.glob("**/locale/en/LC_MESSAGES/*.po")
)
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z]|\{\w*\}")
TAG = re.compile(r"<[^>]+>")

each_catalogue = pytest.mark.parametrize("path", OURS, ids=lambda path: "/".join(path.parts[-4:]))


def catalogue(path):
    return [entry for entry in polib.pofile(path) if not entry.obsolete]


def translations(entry):
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def parts(pattern, text):
    return sorted(pattern.findall(text))


def keys_translated(path):
    if not path.exists():
        return set()
    return {(entry.msgctxt, entry.msgid) for entry in catalogue(path) if entry.translated()}


def test_there_are_catalogues_to_look_at():
    assert Path(settings.BASE_DIR, "locale/wagtail/zh_Hans/LC_MESSAGES/django.po") in OURS
    assert len(THEIRS) > 20


@each_catalogue
def test_no_entry_is_left_untranslated_or_doubtful(path):
    assert [entry.msgid for entry in catalogue(path) if not entry.translated()] == []


@each_catalogue
def test_every_translation_holds_the_placeholders_of_its_original(path):
    unlike = [
        entry.msgid
        for entry in catalogue(path)
        for said in translations(entry)
        if parts(PLACEHOLDER, said)
        not in [parts(PLACEHOLDER, entry.msgid), parts(PLACEHOLDER, entry.msgid_plural)]
    ]
    assert unlike == []


@each_catalogue
def test_every_translation_holds_the_markup_of_its_original(path):
    unlike = [
        entry.msgid
        for entry in catalogue(path)
        for said in translations(entry)
        if parts(TAG, said) != parts(TAG, entry.msgid)
    ]
    assert unlike == []


@each_catalogue
def test_the_compiled_catalogue_says_what_the_written_one_says(path):
    written = {(entry.msgctxt, entry.msgid): translations(entry) for entry in catalogue(path)}
    compiled = {
        (entry.msgctxt, entry.msgid): translations(entry)
        for entry in polib.mofile(path.with_suffix(".mo"))
    }
    assert compiled == written


@pytest.mark.parametrize("domain", ["django.po", "djangojs.po"])
def test_no_string_of_the_admin_is_left_in_english(domain):
    ours = {key for path in OURS if path.name == domain for key in keys_translated(path)}
    originals = [path for path in THEIRS if path.name == domain]
    chinese = ours.union(
        *(keys_translated(Path(str(path).replace("/en/", "/zh_Hans/"))) for path in originals)
    )
    wanted = {(entry.msgctxt, entry.msgid) for path in originals for entry in catalogue(path)}
    assert wanted - chinese == set()


def test_the_admin_uses_our_catalogue():
    with translation.override("zh-hans"):
        assert gettext("Autosave is paused") == "自动保存已暂停"
        moved = ngettext("Moved up 1 place.", "Moved up %(counter)s places.", 1)
        assert moved % {"counter": 1} == "上移了 1 位。"


def test_the_admins_scripts_use_our_catalogue(admin_client):
    with translation.override("zh-hans"):
        script = admin_client.get(reverse("wagtailadmin_javascript_catalog")).content.decode()
    assert json.dumps("更改已自动保存。") in script


def test_the_menu_of_pages_is_not_called_after_the_numbers_of_pages():
    """A word that means another thing in our pages is another original there."""
    menu = "Pages"
    with translation.override("zh-hans"):
        assert gettext(menu) == "页面"
