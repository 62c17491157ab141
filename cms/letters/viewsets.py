from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import ButtonsColumnMixin, Column, DateColumn, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.widgets.button import ListingButton

from .enums import LetterState
from .models import Letter
from .views import ResendLetterView


class LetterColumn(ButtonsColumnMixin, TitleColumn):
    def get_buttons(self, instance, parent_context):
        may = parent_context["request"].user.has_perm("letters.resend_letter")
        if not may or instance.state != LetterState.FAILED:
            return []
        return [ListingButton(_("Send again"), url=reverse("letters:resend", args=[instance.pk]))]


class LetterIndexView(IndexView):
    """Every letter and what became of it; addresses are masked, texts are not shown."""

    model = Letter
    any_permission_required = ["view"]
    list_filter = ["state", "cause", "channel", "created_at"]
    default_ordering = "-id"
    list_export = []
    columns = [
        LetterColumn("subject", label=_("subject")),
        Column("recipient_masked", label=_("recipient")),
        Column("cause", label=_("cause")),
        Column("get_state_display", label=_("state")),
        Column("attempts", label=_("attempts")),
        Column("error", label=_("last error")),
        DateColumn("created_at", label=_("written")),
        DateColumn("sent_at", label=_("sent")),
    ]

    def get_base_queryset(self):
        return Letter.objects.defer("recipient", "body")


class LetterViewSet(ViewSet):
    """The delivery list: to read; a failed letter can be sent again."""

    name = "letters"
    icon = "mail"
    menu_label = _("Letters")
    menu_hook = "register_reports_menu_item"
    menu_order = 910

    def get_common_view_kwargs(self, **kwargs):
        return super().get_common_view_kwargs(
            index_url_name=self.get_url_name("index"),
            index_results_url_name=self.get_url_name("index_results"),
            header_icon=self.icon,
            **kwargs,
        )

    @cached_property
    def menu_item_class(self):
        return LetterMenuItem

    def get_urlpatterns(self):
        return [
            path("", self.construct_view(LetterIndexView), name="index"),
            path(
                "results/",
                self.construct_view(LetterIndexView, results_only=True),
                name="index_results",
            ),
            path("<int:pk>/resend/", self.construct_view(ResendLetterView), name="resend"),
        ]


class LetterMenuItem(MenuItem):
    def is_shown(self, request):
        return request.user.has_perm("letters.view_letter")
