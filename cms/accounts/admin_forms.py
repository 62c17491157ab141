from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from wagtail.users.forms import UserCreationForm, UserEditForm

PLACE = {"department", "is_department_head"}
HELP = {
    "department": _("Whose duties, opinions and warnings these are to see."),
    "is_department_head": _(
        "Is told as well when one working day is left of a statutory time limit."
    ),
}


class PlaceInTheTown:
    """Where an official belongs; nobody says it of themselves."""

    def __init__(self, *args, **kwargs):
        editing_self = kwargs.get("editing_self", False)
        super().__init__(*args, **kwargs)
        # A Chinese name stands in one field.
        self.fields["last_name"].required = False
        if editing_self:
            for name in PLACE:
                del self.fields[name]

    def clean(self):
        found = super().clean()
        if found.get("is_department_head") and not found.get("department"):
            self.add_error("is_department_head", _t("Say of which department."))
        return found


class OfficialCreationForm(PlaceInTheTown, UserCreationForm):
    class Meta(UserCreationForm.Meta):
        fields = UserCreationForm.Meta.fields | PLACE
        help_texts = HELP


class OfficialEditForm(PlaceInTheTown, UserEditForm):
    class Meta(UserEditForm.Meta):
        fields = UserEditForm.Meta.fields | PLACE
        help_texts = HELP
