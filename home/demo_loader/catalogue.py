"""The column of decisions, and the catalogue of a year with its matters."""

from datetime import date

from wagtail.models import Locale

from cms.accounts.models import Department
from consultation.models import CatalogueMatter, DecisionCataloguePage, DecisionIndexPage

from .source import in_language, paragraphs
from .stage import Stage


def index_page(stage: Stage) -> DecisionIndexPage:
    return DecisionIndexPage(
        title="重大行政决策",
        slug="decisions",
        show_in_menus=True,
        search_description="重大行政决策事项目录、公开征求意见和意见采纳情况反馈",
        department=stage.departments["office"],
        introduction=[
            (
                "text",
                paragraphs(
                    [
                        "镇政府准备作出的重大行政决策，先公布草案，公开征求意见；"
                        "决策出台后10个工作日内，公开意见的收集、采纳情况和不予采纳的原因。（示例）"
                    ]
                ),
            )
        ],
    )


def catalogue_year(entry: dict, today: date) -> int:
    month, day = map(int, entry["published_month_day"].split("-"))
    return today.year if today >= date(today.year, month, day) else today.year - 1


def catalogue_page(entry: dict, year: int) -> DecisionCataloguePage:
    month, day = map(int, entry["party_consent_month_day"].split("-"))
    return DecisionCataloguePage(
        title=entry["title"].format(year=year),
        slug=str(year),
        year=year,
        party_consent_on=date(year, month, day),
        introduction=[("text", paragraphs(entry["notice"]))],
    )


def add_matters(catalogue, source: dict, found: dict, year: int, *, english: bool) -> None:
    locale = catalogue.locale
    catalogue.matters.set(
        CatalogueMatter(
            locale=locale,
            name=in_language(entry, "title", english).format(year=year),
            decision_class=entry["decision_class"],
            department_name=_department_name(entry["department"], english),
            planned_completion=in_language(entry, "planned", english),
            adjustment=entry["adjustment"],
            decision=_translated(found.get(f"decision_{entry.get('decision')}"), locale),
            sort_order=entry["number"],
        )
        for entry in source["matter"]
    )


def _department_name(code: str, english: bool) -> str:
    department = Department.objects.get(code=code)
    return department.name_en if english else department.name


def _translated(page, locale: Locale):
    return page.get_translation_or_none(locale) if page else None
