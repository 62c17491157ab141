from django.core.cache import cache
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.documents.models import AbstractDocument, Document
from wagtail.images.models import AbstractImage, AbstractRendition, Image
from wagtail.models import Page
from wagtail.search import index

from cms.accounts.models import Department
from cms.clearance.models import ClearedPageMixin, ReviewedFileMixin
from cms.clearance.panels import ClearancePanel

from . import rules
from .admin_forms import BasePageForm
from .enums import ColumnType, Validity
from .renditions import PublicFilter

FURNITURE_SECONDS = 30


class SiteImage(ReviewedFileMixin, AbstractImage):
    """An image. Metadata such as the place it was taken is removed from what the public gets."""

    credit = models.CharField(_("source of the image"), max_length=255, blank=True)
    map_number = models.CharField(
        _("map review number (审图号)"),
        max_length=50,
        blank=True,
        help_text=_("For maps: only standard maps or maps with a review number may be shown."),
    )

    admin_form_fields = (*Image.admin_form_fields, "credit", "map_number")

    class Meta(AbstractImage.Meta):
        verbose_name = _("image")
        verbose_name_plural = _("images")
        permissions = [("choose_siteimage", "Can choose image")]

    def generate_rendition_file(self, filter, *, source=None):
        return super().generate_rendition_file(PublicFilter(filter.spec), source=source)


class SiteRendition(AbstractRendition):
    image = models.ForeignKey(SiteImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)


class SiteDocument(ReviewedFileMixin, AbstractDocument):
    """A file to download."""

    admin_form_fields = Document.admin_form_fields

    class Meta(AbstractDocument.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        permissions = [("choose_sitedocument", "Can choose document")]


@register_setting(icon="site")
class SiteFacts(BaseSiteSetting):
    """Who runs the site, under which numbers. An empty number is hidden, never made up (W2)."""

    name = models.CharField(_("name of the site"), max_length=100, blank=True)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    domain = models.CharField(_("domain"), max_length=100, blank=True)
    id_code = models.CharField(_("government site identification code"), max_length=10, blank=True)
    sponsor = models.CharField(_("sponsor (主办单位)"), max_length=100, blank=True)
    sponsor_en = models.CharField(_("sponsor in English"), max_length=200, blank=True)
    operator_name = models.CharField(_("operator (承办单位)"), max_length=100, blank=True)
    operator_name_en = models.CharField(_("operator in English"), max_length=200, blank=True)
    contact = models.CharField(_("contact"), max_length=200, blank=True)
    contact_en = models.CharField(_("contact in English"), max_length=200, blank=True)
    icp_number = models.CharField(_("ICP number"), max_length=50, blank=True)
    police_number = models.CharField(_("public security number"), max_length=50, blank=True)
    party_org_mark = models.CharField(
        _("mark of Party and government bodies"), max_length=50, blank=True
    )
    report_error_url = models.URLField(_("address for reporting errors"), blank=True)
    ipv6 = models.BooleanField(_("the site is reachable over IPv6"), default=False)

    panels = [
        MultiFieldPanel(["name", "name_en", "domain", "id_code"], heading=_("Site")),
        MultiFieldPanel(
            [
                "sponsor",
                "sponsor_en",
                "operator_name",
                "operator_name_en",
                "contact",
                "contact_en",
            ],
            heading=_("Responsibility"),
        ),
        MultiFieldPanel(
            ["icp_number", "police_number", "party_org_mark", "report_error_url", "ipv6"],
            heading=_("Numbers shown in the footer; empty ones stay hidden"),
        ),
    ]

    class Meta:
        verbose_name = _("site facts")

    def __str__(self) -> str:
        return self.name

    @property
    def display_name(self) -> str:
        return self._told("name")

    @property
    def display_sponsor(self) -> str:
        return self._told("sponsor")

    @property
    def display_operator(self) -> str:
        return self._told("operator_name")

    @property
    def display_contact(self) -> str:
        return self._told("contact")

    def _told(self, field: str) -> str:
        """In the reader's language, where it is there."""
        english = getattr(self, f"{field}_en") if get_language() == "en" else ""
        return english or getattr(self, field)

    def meta(self) -> dict[str, str]:
        return {"SiteName": self.name, "SiteDomain": self.domain, "SiteIDCode": self.id_code}


class BasePage(ClearedPageMixin, Page):
    """Every page the public can reach. Abstract: the stock Page stays the page model."""

    base_form_class = BasePageForm

    summary = models.TextField(
        _("summary"), blank=True, help_text=_("One or two sentences; shown in lists and searches.")
    )
    keywords = models.CharField(_("keywords"), max_length=255, blank=True)
    index_number = models.CharField(_("index number"), max_length=30, blank=True)
    topic = models.CharField(_("topic"), max_length=50, blank=True)
    genre = models.CharField(_("genre"), max_length=50, blank=True)
    department = models.ForeignKey(
        Department,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("publishing unit"),
    )
    document_number = models.CharField(
        _("document number"),
        max_length=50,
        blank=True,
        help_text=_("For example 宝淞府〔2023〕8号: full year in 〔〕, no leading zero."),
    )
    made_on = models.DateField(_("made on"), null=True, blank=True)
    validity = models.CharField(_("validity"), max_length=16, choices=Validity, blank=True)
    content_source = models.CharField(_("source"), max_length=100, blank=True)

    content_panels = [ClearancePanel(heading=_("Before publishing")), *Page.content_panels]
    promote_panels = [
        *Page.promote_panels,
        MultiFieldPanel(["summary", "keywords"], heading=_("For lists and searches")),
    ]
    settings_panels = [
        *Page.settings_panels,
        MultiFieldPanel(
            [
                FieldRowPanel(["disclosure_attribute", "disclosure_ground"]),
                FieldRowPanel(["index_number", "document_number"]),
                FieldRowPanel(["topic", "genre"]),
                FieldRowPanel(["made_on", "validity"]),
                FieldRowPanel([FieldPanel("department"), FieldPanel("content_source")]),
            ],
            heading=_("Facts of the information"),
        ),
    ]
    search_fields = [
        *Page.search_fields,
        index.SearchField("summary"),
        index.SearchField("keywords"),
        index.SearchField("document_number"),
    ]

    column_type = ColumnType.NEWS
    is_article = True

    class Meta:
        abstract = True

    def get_context(self, request, *args, **kwargs):
        return {**super().get_context(request, *args, **kwargs), **self.page_furniture(request)}

    def live_key(self, request) -> str:
        """Names what everyone reads now. Empty for a preview or a revision: they are never kept.

        Only the page that the address led to is the one that is live; a revision made into a
        page carries the number of the live revision as well.
        """
        routed = getattr(request, "_wagtail_route_for_request", None)
        is_routed = routed is not None and routed[0] is self
        if not (is_routed and self.live and self.live_revision_id):
            return ""
        return f"page:{self.live_revision_id}:{self.locale_id}:{request.get_host()}"

    def page_furniture(self, request) -> dict:
        """Breadcrumb, tags and languages: what base.html needs of a page.

        The same for every reader, and asked for with every page: kept for half a minute. What
        a preview shows is nobody else's.
        """
        if getattr(request, "is_preview", False) or not self.live:
            return self._furniture(request)
        key = f"furniture:{self.pk}:{self.live_revision_id}:{request.get_host()}"
        furniture = cache.get(key)
        if furniture is None:
            furniture = self._furniture(request)
            cache.set(key, furniture, FURNITURE_SECONDS)
        return furniture

    def _furniture(self, request) -> dict:
        facts = SiteFacts.for_request(request)
        trail = list(self.get_ancestors().filter(depth__gt=1).live())
        column = self.column(trail)
        article = self.article_meta(request, facts) if self.is_article else {}
        return {
            "breadcrumb": [
                {"title": page.title, "url": page.get_url(request)} for page in [*trail, self]
            ],
            "meta": rules.government_meta(facts.meta(), column, article),
            "seo_title": self.portal_title(column, facts),
            "language_links": self.language_links(request),
            "reference_only_notice": self.is_english,
            "canonical": self.get_full_url(request),
        }

    def portal_title(self, column: dict, facts: SiteFacts) -> str:
        """``{title}_{column}_{site}`` as on the portal (rulebook W10)."""
        parts = (self.seo_title or self.title, column["ColumnName"], facts.display_name)
        return "_".join(dict.fromkeys(part for part in parts if part))

    def column(self, trail: list[Page]) -> dict[str, str]:
        section = trail[1] if len(trail) > 1 else self
        return {
            "ColumnName": section.title,
            "ColumnDescription": section.search_description or section.title,
            "ColumnKeywords": section.title,
            "ColumnType": str(self.column_type.value),
        }

    def article_meta(self, request, facts: SiteFacts) -> dict[str, str]:
        published = self.first_published_at or timezone.now()
        return {
            "ArticleTitle": self.title,
            "PubDate": rules.publication_date(timezone.localtime(published)),
            "ContentSource": self.source_name or facts.sponsor,
            "Keywords": self.keywords,
            "Description": self.summary or self.search_description,
            "Url": self.get_full_url(request),
        }

    def language_links(self, request) -> list[dict]:
        links = [
            {
                "code": page.locale.language_code,
                "label": {"zh-hans": "中文", "en": "English"}.get(page.locale.language_code),
                "url": page.get_url(request),
                "is_current": page.pk == self.pk,
            }
            for page in self.get_translations(inclusive=True).live().select_related("locale")
        ]
        return sorted(links, key=lambda link: link["code"], reverse=True)

    @property
    def is_english(self) -> bool:
        return self.locale.language_code == "en"

    @property
    def source_name(self) -> str:
        return self.content_source or (str(self.department) if self.department_id else "")

    def information_rows(self) -> list[dict]:
        """The facts in the order Baoshan prints them (rulebook F5); empty rows are left out."""
        rows = (
            (_("Column"), self.get_parent().title if self.depth > 1 else ""),
            (_("Topic"), self.topic),
            (_("Genre"), self.genre),
            (_("Index number"), self.index_number),
            (_("Published on"), self._day(self.first_published_at)),
            (_("Document number"), self.document_number),
            (_("Made on"), self.made_on.isoformat() if self.made_on else ""),
            (_("Disclosure"), self.get_disclosure_attribute_display()),
            (_("Validity"), self.get_validity_display()),
            (_("Publishing unit"), str(self.department or "")),
            (_("Source"), self.content_source),
        )
        return [{"label": label, "value": value} for label, value in rows if value]

    @staticmethod
    def _day(moment) -> str:
        return timezone.localdate(moment).isoformat() if moment else ""
