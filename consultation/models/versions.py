from django.db import models
from django.utils.translation import gettext_lazy as _

from ..enums import DraftKind
from .consultations import ConsultationPage


class DraftVersion(models.Model):
    """The articles as they were published at one time. Frozen: an opinion stays with its version.

    ``articles``: a list of {"key", "number", "caption", "chapter", "lines"}; ``key`` is the id of
    the article, the same in every version, and ``lines`` its paragraphs as plain text.
    """

    consultation = models.ForeignKey(
        ConsultationPage, on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveSmallIntegerField(_("version"))
    kind = models.CharField(_("kind"), max_length=10, choices=DraftKind)
    title = models.CharField(_("title"), max_length=255)
    published_at = models.DateTimeField(_("published at"))
    articles = models.JSONField(default=list)
    sha256 = models.CharField("SHA-256", max_length=64)

    class Meta:
        verbose_name = _("version of the draft")
        verbose_name_plural = _("versions of the draft")
        ordering = ["consultation", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "number"], name="draft_version_number_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"
