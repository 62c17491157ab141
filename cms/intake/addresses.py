from django.conf import settings

from .rules import client_of


def client_address(request) -> str:
    """Who is asking, believed only as far as our own proxies vouch for it."""
    return client_of(
        request.META.get("REMOTE_ADDR", ""),
        request.headers.get("X-Forwarded-For", ""),
        settings.JIANYAN_PROXY_COUNT,
    )
