from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.ui.tables import Column
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.users.views.users import IndexView, UserFilterSet, UserViewSet

from .admin_forms import OfficialCreationForm, OfficialEditForm
from .models import Department


class OfficialFilterSet(UserFilterSet):
    class Meta(UserFilterSet.Meta):
        fields = ["department", "is_department_head"]


class OfficialIndexView(IndexView):
    @property
    def columns(self):
        place = [
            Column(
                "department",
                label=pgettext_lazy("of an official", "Department"),
                sort_key="department__code",
            ),
            Column(
                "is_department_head",
                accessor=lambda official: _("Head") if official.is_department_head else "",
                label=_("Head"),
                sort_key="is_department_head",
            ),
        ]
        *first, active, last_login = super().columns
        return [*first, *place, active, last_login]

    def get_base_queryset(self):
        return super().get_base_queryset().select_related("department")


class OfficialViewSet(UserViewSet):
    """People with an account, and their place in the town."""

    index_view_class = OfficialIndexView
    filterset_class = OfficialFilterSet

    def get_form_class(self, for_update=False):
        return OfficialEditForm if for_update else OfficialCreationForm


class DepartmentViewSet(ModelViewSet):
    model = Department
    name = "departments"
    icon = "group"
    menu_label = _("Departments")
    menu_order = 590
    add_to_settings_menu = True
    copy_view_enabled = False
    list_display = ["name", "code", "phone", "email"]
    form_fields = ["code", "name", "name_en", "phone", "email"]


department_viewset = DepartmentViewSet()
