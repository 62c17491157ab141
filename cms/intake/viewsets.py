from django.utils.translation import gettext_lazy as _
from wagtail.snippets.views.snippets import SnippetViewSet

from .models import PrivacyNotice


class PrivacyNoticeViewSet(SnippetViewSet):
    model = PrivacyNotice
    icon = "lock"
    menu_label = _("Privacy notices")
    list_display = ["code", "version", "in_force_from"]
    list_filter = ["code"]
    copy_view_enabled = True
    add_to_settings_menu = True
