"""Production: HTTPS only, and no start without what must be set."""

from django.core.exceptions import ImproperlyConfigured

from .base import *  # noqa: F403
from .base import ADDRESS, SUB_PATH, env, required

required("BASE_URL")
required("DATABASE_URL")
required("SMTP_URL")
if not ADDRESS.hostname:
    raise ImproperlyConfigured("BASE_URL must be a whole address, such as https://example.gov.cn.")
ALLOWED_HOSTS = env.list("JIANYAN_ALLOWED_HOSTS", default=[ADDRESS.hostname])
DEFAULT_FROM_EMAIL = env("JIANYAN_FROM_EMAIL", default=f"no-reply@{ADDRESS.hostname}")
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = env.bool("JIANYAN_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^(livez|readyz)$"]  # asked from within, where there is no TLS
# HSTS holds for a whole host: below a portal it is for the portal to say.
SECURE_HSTS_SECONDS = 0 if SUB_PATH else 31_536_000
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
