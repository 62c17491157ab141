from wagtail import hooks

from .panels import DutyBoardPanel
from .viewsets import duty_viewset


@hooks.register("register_admin_viewset")
def register_duties():
    return duty_viewset


@hooks.register("construct_homepage_panels")
def add_duty_board(request, panels):
    panels.append(DutyBoardPanel())
