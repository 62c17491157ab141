from django.db import models
from django.utils.translation import gettext_lazy as _


class Validity(models.TextChoices):
    """Whether a document still holds; changes are marked on the page itself (rulebook P9)."""

    IN_FORCE = "in_force", _("In force")
    AMENDED = "amended", _("Amended")
    REPEALED = "repealed", _("Repealed")
    EXPIRED = "expired", _("Expired")


class ColumnType(models.TextChoices):
    """The column types that government sites must declare (rulebook W1). Values are prescribed."""

    HOME = "首页", "首页"
    NEWS = "工作动态", "工作动态"
    POLICY = "政策文件", "政策文件"
    GUIDE = "信息公开指南", "信息公开指南"
    CONSULTATION = "征集调查", "征集调查"
    INTERPRETATION = "政策解读", "政策解读"
    REQUEST = "依申请公开", "依申请公开"
    ENQUIRY = "咨询投诉", "咨询投诉"
    OVERVIEW = "概况信息", "概况信息"
