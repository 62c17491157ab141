from wagtail import hooks

from .viewsets import department_viewset


@hooks.register("register_admin_viewset")
def register_departments():
    return department_viewset
