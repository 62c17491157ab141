import factory

from cms.accounts.enums import Role
from cms.accounts.models import Department, User
from home.founding import role_group


class DepartmentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Department
        django_get_or_create = ("code",)

    code = "housing"
    name = "房屋管理科"
    name_en = "Housing Office"
    phone = "021-0000-0000"
    email = "housing@songnan.example"


class UserFactory(factory.django.DjangoModelFactory):
    """An official; ``role`` puts them into the group of that role (the site must stand)."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence("official{}".format)

    @factory.post_generation
    def role(self, create, role: str | None, **kwargs):
        if role is not None:
            self.groups.add(role_group(Role(role)))
