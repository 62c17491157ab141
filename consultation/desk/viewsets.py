from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.snippets.views.snippets import CreateView, SnippetViewSet

from ..models import StandardWording


class WriteWordingView(CreateView):
    """A new standard wording carries the name of who worded it."""

    def save_instance(self):
        self.form.instance.author = self.request.user
        self.form.instance.written_at = timezone.now()
        return super().save_instance()


class StandardWordingViewSet(SnippetViewSet):
    """统一口径: the library of reasons, each with its author."""

    model = StandardWording
    icon = "comment"
    menu_label = _("Standard wordings")
    menu_order = 96
    add_to_admin_menu = True
    add_view_class = WriteWordingView
    list_display = ["title", "verdict", "department", "author", BooleanColumn("in_use")]
    list_filter = ["verdict", "department", "in_use"]
    search_fields = ["title", "text"]
