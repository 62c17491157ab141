"""The town's units and officials, one for each role."""

import secrets

from cms.accounts.enums import Role
from cms.accounts.models import Department, User
from home.founding import role_group

from .source import read

PEOPLE: dict[str, tuple[Role, str, str]] = {
    "admin": (Role.ADMIN, "office", "系统管理员（示例）"),
    "security": (Role.SECURITY, "", "安全管理员（示例）"),
    "auditor": (Role.AUDITOR, "", "审计员（示例）"),
    "editor": (Role.EDITOR, "", "编辑（示例）"),
    "reviewer": (Role.REVIEWER, "", "保密审查员（示例）"),
    "signer": (Role.SIGNER, "", "签发人（示例）"),
    "dept-housing": (Role.OFFICER, "housing", "房屋管理科经办人（示例）"),
    "dept-culture": (Role.OFFICER, "culture", "文化科经办人（示例）"),
    "head-office": (Role.OFFICER, "office", "党政办公室负责人（示例）"),
    "head-housing": (Role.OFFICER, "housing", "房屋管理科负责人（示例）"),
    "head-culture": (Role.OFFICER, "culture", "文化科负责人（示例）"),
    "head-services": (Role.OFFICER, "services", "民生服务科负责人（示例）"),
    "clerk": (Role.CLERK, "", "窗口工作人员（示例）"),
    "disclosure": (Role.DISCLOSURE, "", "信息公开工作人员（示例）"),
}


def load_departments() -> dict[str, Department]:
    found = {}
    for entry in read("departments")["department"]:
        found[entry["code"]], _new = Department.objects.update_or_create(
            code=entry["code"],
            defaults={name: entry.get(name, "") for name in ("name", "name_en", "phone", "email")},
        )
    return found


def load_people(departments: dict[str, Department], password: str) -> dict[str, dict]:
    """The demo accounts; an account that stands keeps its password unless one is given."""
    accounts = {}
    for username, (role, department, name) in PEOPLE.items():
        user = User.objects.filter(username=username).first() or User(username=username)
        user.first_name = name
        user.email = f"{username}@songnan.example"
        user.department = departments.get(department) if role == Role.OFFICER else None
        user.is_department_head = username.startswith("head-")
        user.is_superuser = role == Role.ADMIN
        chosen = password or secrets.token_urlsafe(9)
        user.set_password(chosen)
        user.save()
        user.groups.set([role_group(role)])
        accounts[username] = {"username": username, "password": chosen}
    return accounts
