from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from .viewsets import arrangement_viewset


@hooks.register("register_admin_viewset")
def register_arrangements():
    return arrangement_viewset


@hooks.register("register_log_actions")
def register_log_actions(actions):
    actions.register_action(
        "workdays.enter", _("Enter holiday arrangement"), _("Holiday arrangement entered")
    )
    actions.register_action(
        "workdays.withdraw", _("Withdraw holiday arrangement"), _("Holiday arrangement withdrawn")
    )
