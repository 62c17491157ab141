"""Production: HTTPS only, and no start without what must be set."""

from .base import *  # noqa: F403
from .base import env, required

BASE_URL = required("BASE_URL").rstrip("/")
required("DATABASE_URL")
required("SMTP_URL")
ALLOWED_HOSTS = env.list("JIANYAN_ALLOWED_HOSTS", default=[BASE_URL.split("//")[-1].split("/")[0]])
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SECURE_SSL_REDIRECT = env.bool("JIANYAN_SSL_REDIRECT", default=True)
SECURE_HSTS_SECONDS = 31_536_000
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
