"""What every answer carries: its moment of arrival, the content policy, how long to keep it."""

from django.conf import settings
from django.utils import timezone
from django.utils.cache import patch_cache_control

ADMIN_POLICY = {
    **settings.CONTENT_SECURITY_POLICY["DIRECTIVES"],
    # Wagtail's editor needs both; a nonce would switch 'unsafe-inline' off again.
    "script-src": ["'self'", "'unsafe-inline'"],
    "style-src": ["'self'", "'unsafe-inline'"],
    "img-src": ["'self'", "data:", "blob:"],
}


def arrival(get_response):
    """A closed period is judged by the moment the request arrived, not when its turn came."""

    def middleware(request):
        request.arrived_at = timezone.now()
        return get_response(request)

    return middleware


def content_policy(get_response):
    def middleware(request):
        response = get_response(request)
        if request.path_info.startswith("/admin/"):
            response._csp_config = ADMIN_POLICY
        return response

    return middleware


def public_cache(get_response):
    """Public pages are the same bytes for everyone, so a proxy may keep them for a minute."""

    def middleware(request):
        response = get_response(request)
        if response.has_header("Cache-Control"):
            return response
        same_for_all = (
            request.method in ("GET", "HEAD")
            and response.status_code == 200
            and not response.cookies
            and not response.has_header("Set-Cookie")
            and not request.path_info.startswith("/admin/")
            and "Cookie" not in response.get("Vary", "")
        )
        if same_for_all:
            patch_cache_control(response, public=True, max_age=60)
        else:
            patch_cache_control(response, private=True, no_store=True)
        return response

    return middleware
