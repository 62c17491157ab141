from datetime import date

import factory

from cms.intake.models import PrivacyNotice


class PrivacyNoticeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PrivacyNotice
        django_get_or_create = ("code", "version")

    code = "opinion"
    version = 1
    in_force_from = date(2026, 1, 1)
    text_zh = "我们这样处理您的个人信息。"
    handler_zh = "淞南镇人民政府"
    handler_contact_zh = "党政办公室"
    purpose_zh = "研究意见并反馈"
    way_zh = "网上收集，加密存储"
    kinds_zh = "姓名、联系方式"
    retention_zh = "一年"
    rights_zh = "查阅、更正、撤回、删除"
