from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from .actions import enter_arrangement, withdraw_arrangement
from .models import Arrangement


class EntersArrangement:
    """Saving the form is the action, so that every open time limit is counted anew."""

    def save_instance(self):
        notice = self.form.save(commit=False)
        return enter_arrangement(
            notice.year,
            notice.notice_number,
            notice.issued_on,
            {entry.day: (entry.is_working, entry.name) for entry in notice.days.all()},
            by=self.request.user,
            at=timezone.now(),
        )


class ArrangementCreateView(EntersArrangement, generic.CreateView):
    pass


class ArrangementEditView(EntersArrangement, generic.EditView):
    pass


class ArrangementDeleteView(generic.DeleteView):
    def delete_action(self):
        withdraw_arrangement(self.object, by=self.request.user, at=timezone.now())


class ArrangementViewSet(ModelViewSet):
    model = Arrangement
    name = "arrangements"
    icon = "calendar-check"
    menu_label = _("Holiday arrangements")
    menu_order = 900
    add_to_settings_menu = True
    copy_view_enabled = False
    list_display = ["year", "notice_number", "issued_on"]
    add_view_class = ArrangementCreateView
    edit_view_class = ArrangementEditView
    delete_view_class = ArrangementDeleteView


arrangement_viewset = ArrangementViewSet()
