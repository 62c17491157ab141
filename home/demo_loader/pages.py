"""Front pages, standing pages, facts of the site, and the privacy notice."""

from datetime import date, timedelta

from wagtail.models import Locale

from cms.accounts.models import Department
from cms.intake.models import PrivacyNotice
from cms.pages.models import SiteFacts
from home.models import ContentPage, HomePage

from .gate import Gate
from .source import in_language, paragraphs, read, sections

NOTICE_PARTS = {
    "handler": "谁在处理",
    "handler_contact": "怎样联系",
    "purpose": "为了什么",
    "way": "用什么方式",
    "kinds": "有哪些信息",
    "retention": "保存多久",
    "rights": "您的权利和行使办法",
}


def load_facts(site) -> None:
    """Only what an example may say: no number of any authority is made up."""
    facts = SiteFacts.for_site(site)
    facts.name = "建言·淞南镇公众参与（示例）"
    facts.name_en = "Jianyan · Songnan Town participation (example)"
    facts.domain = site.hostname
    facts.sponsor = "淞南镇人民政府（示例）"
    facts.sponsor_en = "Songnan Town People's Government (example)"
    facts.operator_name = "淞南镇党政办公室（示例）"
    facts.operator_name_en = "Party and Government Office, Songnan Town (example)"
    facts.contact = "021-0000-0000（示例）"
    facts.contact_en = "021-0000-0000 (example)"
    facts.save()


def load_home(gate: Gate, site, departments: dict[str, Department]) -> HomePage:
    source = read("pages")["home"]
    home = site.root_page.specific
    for locale in Locale.objects.all():
        english = locale.language_code == "en"
        page = home.get_translation(locale)
        page.title = "Home" if english else "首页"
        page.seo_title = in_language(source, "title", english)
        page.summary = in_language(source, "lead", english)
        page.department = departments["office"]
        page.introduction = [("text", paragraphs(in_language(source, "intro", english)))]
        gate.publish(page)
    return HomePage.objects.get(pk=home.pk)


def load_standing_pages(gate: Gate, home: HomePage, departments: dict[str, Department]) -> dict:
    found = {}
    for entry in read("pages")["page"]:
        page = gate.add(
            home,
            ContentPage(
                title=entry["title"],
                slug=entry["slug"],
                summary=entry["intro"],
                department=departments["office"],
                body=sections(entry["section"]),
            ),
        )
        found[entry["key"]] = page
        copy = page.copy_for_translation(Locale.objects.get(language_code="en"))
        copy.title = entry["title_en"]
        copy.summary = entry["intro_en"]
        copy.body = sections(entry["section"], english=True)
        gate.publish(copy)
    return found


def load_notice(today: date) -> PrivacyNotice:
    """The notice on personal information that stands above the opinion form (rulebook I3)."""
    source = read("pages")["privacy_notice"]
    said = {section["heading"]: section for section in source["section"]}
    texts = {
        f"{part}_{language}": _plain(said[heading], language == "en")
        for part, heading in NOTICE_PARTS.items()
        for language in ("zh", "en")
    }
    notice, _new = PrivacyNotice.objects.get_or_create(
        code="opinion",
        version=1,
        defaults={
            "in_force_from": today - timedelta(days=365),
            "text_zh": source["lead"],
            "text_en": source["lead_en"],
            **texts,
        },
    )
    return notice


def _plain(entry: dict, english: bool) -> str:
    lines = [*in_language(entry, "body", english)]
    lines += [f"· {item}" for item in in_language(entry, "items", english) or ()]
    lines += in_language(entry, "after", english) or ()
    return "\n".join(lines)
