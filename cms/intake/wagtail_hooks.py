from wagtail.snippets.models import register_snippet

from .viewsets import PrivacyNoticeViewSet

register_snippet(PrivacyNoticeViewSet)
