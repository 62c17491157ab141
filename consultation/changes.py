"""What changed because of opinions, as its public page shows it (plan 2023, III.1; C14)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.core.cache import cache
from django.utils.translation import gettext as _

from .articles import article_anchor
from .enums import DraftKind
from .models import (
    AdoptionReportPage,
    AnnexRow,
    ConsultationPage,
    DecisionPage,
    DraftVersion,
    Opinion,
)
from .models.reports import ANNEX_ROWS
from .summary import concentrated_groups
from .versions import ArticleChange, Fate, compare, fate_of

KEPT_SECONDS = 3600
MOST_OPINIONS = 5  # named one by one for an article; the annex has them all
EXCERPT = 60


class UnknownVersion(LookupError):
    """No version of this number is public."""


@dataclass
class Causes:
    """Whose words changed an article: groups, and opinions by their number in the annex."""

    groups: list[dict] = field(default_factory=list)
    opinions: list[dict] = field(default_factory=list)
    count: int = 0

    @property
    def more(self) -> int:
        return self.count - len(self.opinions)


@dataclass(frozen=True)
class Stretch:
    """One changed article with its causes, or several unchanged ones that follow each other."""

    chapter: str
    change: ArticleChange | None = None
    causes: Causes | None = None
    same: Sequence[ArticleChange] = ()


def public_versions(consultation: ConsultationPage) -> list[DraftVersion]:
    """Every text that was put before the public, oldest first, each with its ``label``.

    The decision only while its own page is public; the articles are not loaded.
    """
    versions = DraftVersion.objects.filter(consultation=consultation).defer("articles")
    parent = consultation.path[: -consultation.steplen]
    if not DecisionPage.objects.live().filter(path=parent).exists():
        versions = versions.filter(kind=DraftKind.DRAFT)
    found = list(versions)
    for kind in DraftKind:
        of_kind = [version for version in found if version.kind == kind]
        for number, version in enumerate(of_kind, start=1):
            version.label = _label(kind, number, len(of_kind))
    return found


def _label(kind: DraftKind, number: int, count: int) -> str:
    if kind == DraftKind.DRAFT:
        return _("Draft, version %(number)d") % {"number": number}
    if count == 1:
        return DraftKind.DECISION.label
    return _("Decision as issued, version %(number)d") % {"number": number}


def chosen_versions(
    versions: Sequence[DraftVersion], wanted: Mapping[str, str]
) -> tuple[DraftVersion, DraftVersion]:
    """The two that are asked for by ``from`` and ``to``, older first.

    Without a wish: from the first draft to the decision, or to the newest draft. Refuses with
    UnknownVersion.
    """
    known = {str(version.number): version for version in versions}
    decisions = [version for version in versions if version.kind == DraftKind.DECISION]
    defaults = {"from": versions[0], "to": (decisions or list(versions))[-1]}
    found = []
    for name, default in defaults.items():
        number = wanted.get(name) or str(default.number)
        if number not in known:
            raise UnknownVersion(number)
        found.append(known[number])
    older, newer = sorted(found, key=lambda version: version.number)
    return older, newer


def changes_between(old: DraftVersion, new: DraftVersion) -> list[ArticleChange]:
    """Article by article; worked out once for two contents, and kept for an hour."""
    return cache.get_or_set(
        f"changes:{old.sha256}:{new.sha256}",
        lambda: compare(old.articles, new.articles),
        KEPT_SECONDS,
    )


def fate_of_article(opinion: Opinion) -> dict | None:
    """What became of the article it was written about, from its version to the latest (C14).

    None when it is about no article, or when its version is still the latest.
    """
    versions = public_versions(opinion.consultation)
    if not (opinion.article_key and versions):
        return None
    old = next((v for v in versions if v.pk == opinion.draft_version_id), versions[0])
    _first, new = chosen_versions(versions, {})
    if old.number >= new.number:
        return None
    address = f"{opinion.consultation.url}changes/?from={old.number}&to={new.number}"
    return {
        "fate": fate_of(opinion.article_key, old.articles, new.articles),
        "old": old,
        "new": new,
        "url": f"{address}#{article_anchor(opinion.article_key)}",
    }


def causes_by_article(report: AdoptionReportPage | None) -> dict[str, Causes]:
    """Article by its key → who caused its change, as the published report says."""
    if report is None or report.snapshot is None:
        return {}
    return cache.get_or_set(
        f"causes:{report.snapshot.sha256}", lambda: _causes(report.snapshot), KEPT_SECONDS
    )


def _causes(snapshot) -> dict[str, Causes]:
    found: dict[str, Causes] = {}
    for number, group in enumerate(concentrated_groups(snapshot.data), start=1):
        said = {"title": group.title, "count": group.count, "verdict": group.verdict_label}
        for key in group.changed_articles:
            found.setdefault(key, Causes()).groups.append({**said, "anchor": f"group-{number}"})
    rows = AnnexRow.objects.filter(snapshot=snapshot).exclude(changed_articles=[])
    for row in rows.only("number", "text", "changed_articles").order_by("number").iterator():
        for key in row.changed_articles:
            _add_opinion(found.setdefault(key, Causes()), row)
    return found


def _add_opinion(causes: Causes, row: AnnexRow) -> None:
    causes.count += 1
    if len(causes.opinions) < MOST_OPINIONS:
        excerpt = row.text if len(row.text) <= EXCERPT else f"{row.text[:EXCERPT]}…"
        page = (row.number - 1) // ANNEX_ROWS + 1
        causes.opinions.append({"number": row.number, "excerpt": excerpt, "page": page})


def stretches(changes: Iterable[ArticleChange], causes: Mapping[str, Causes]) -> Iterator[Stretch]:
    """In reading order: each changed article by itself, the unchanged between them together."""
    chapter, same = "", []
    for change in changes:
        title = change.article["chapter"]
        begins = title != chapter
        if same and (change.is_change or begins):
            yield _together(same)
            same = []
        if change.is_change:
            yield Stretch(title if begins else "", change, causes.get(change.key))
        else:
            same.append((title if begins else "", change))
        chapter = title
    if same:
        yield _together(same)


def _together(same: list[tuple[str, ArticleChange]]) -> Stretch:
    return Stretch(same[0][0], same=[change for _title, change in same])


def numbers_of(changes: Iterable[ArticleChange]) -> dict[str, int]:
    """How many articles were changed, added, removed, moved, or stayed."""
    changes = list(changes)
    counted = {fate.value: sum(c.fate == fate for c in changes) for fate in Fate}
    return {**counted, "moved": sum(change.moved for change in changes)}
