"""What every installation shares. All that differs between them comes from the environment."""

from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = BASE_DIR / "var"
env = environ.Env()


def required(name: str) -> str:
    """A secret the site must not start without."""
    value = env(name, default="")
    if not value:
        raise ImproperlyConfigured(f"Set the environment variable {name}.")
    return value


SECRET_KEY = required("SECRET_KEY")
DATA_KEY = required("DATA_KEY")
DEBUG = False

# A town's pages hang below the district's portal (rulebook 1.1): a path in BASE_URL is where.
ADDRESS = urlsplit(env("BASE_URL", default="http://127.0.0.1:8000"))
BASE_URL = f"{ADDRESS.scheme}://{ADDRESS.netloc}"
SUB_PATH = ADDRESS.path.rstrip("/")
FORCE_SCRIPT_NAME = SUB_PATH or None
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = f"{SUB_PATH}/"
ALLOWED_HOSTS = env.list("JIANYAN_ALLOWED_HOSTS", default=["*"])
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "home",
    "consultation",
    "events",
    "policy",
    "surveys",
    "cms.intake",
    "cms.letters",
    "cms.api",
    "cms.pages",
    "cms.clearance",
    "cms.duties",
    "cms.record",
    "cms.workdays",
    "cms.accounts",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "cms.accounts.wagtail_users.OfficialsConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.sites",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_tasks",
    "axes",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cms.pages.middleware.arrival",
    "csp.middleware.CSPMiddleware",
    "cms.pages.middleware.content_policy",
    "cms.pages.middleware.public_cache",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "cms.clearance.middleware.Refusals",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "cms.urls"
WSGI_APPLICATION = "cms.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cms.pages.context_processors.site",
            ],
            "builtins": ["django.templatetags.i18n", "wagtail.templatetags.wagtailcore_tags"],
        },
    }
]

# Two databases: SQLite is the embedded default, PostgreSQL is production (design, section 4).
SQLITE = f"sqlite:///{VAR_DIR}/jianyan.sqlite3"
DATABASES = {"default": env.db_url_config(env("DATABASE_URL", default="") or SQLITE)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    # A common pair of characters is found in a million opinions without reading them again, and
    # nothing here runs so long that compiling it pays.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault(
        "options", "-c work_mem=32MB -c jit=off"
    )
    DATABASES["default"]["CONN_MAX_AGE"] = env.int("JIANYAN_CONN_MAX_AGE", default=60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL", default="")
if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": "jianyan",
        }
    }
    INSTALLED_APPS += ["django_tasks_rq", "django_rq"]
    RQ_QUEUES = {"default": {"URL": REDIS_URL}}
    TASKS = {"default": {"BACKEND": "django_tasks_rq.RQBackend", "QUEUES": ["default"]}}
else:
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "OPTIONS": {"MAX_ENTRIES": 5000},
        }
    }
    INSTALLED_APPS += ["django_tasks_db"]
    TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# People
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_HTTP_RESPONSE_CODE = 429
AXES_CLIENT_IP_CALLABLE = "cms.intake.addresses.client_address"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
LOGIN_URL = "wagtailadmin_login"

# Language and time. Stored in UTC, counted in Shanghai (rulebook T5).
LANGUAGE_CODE = "zh-hans"
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
WAGTAIL_I18N_ENABLED = True
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "wagtail"]

# Files
STATIC_URL = f"{SUB_PATH}/static/"
STATIC_ROOT = env("JIANYAN_STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = env("MEDIA_ROOT", default=str(VAR_DIR / "media"))
MEDIA_URL = f"{SUB_PATH}/media/"
PRIVATE_ROOT = env("JIANYAN_PRIVATE_ROOT", default=str(VAR_DIR / "private"))
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PRIVATE_ROOT, "base_url": None},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Wagtail
WAGTAIL_SITE_NAME = "建言 Jianyan"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "cms.pages.search"}}
WAGTAILIMAGES_IMAGE_MODEL = "pages.SiteImage"
WAGTAILDOCS_DOCUMENT_MODEL = "pages.SiteDocument"
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "xlsx", "ofd", "csv", "txt", "zip", "odt", "ods"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = 50 * 1024 * 1024
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 20 * 1024 * 1024
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAILADMIN_PERMITTED_LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False

CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

# Letters
SMTP_URL = env("SMTP_URL", default="")
vars().update(env.email_url_config(SMTP_URL or "consolemail://"))
EMAIL_TIMEOUT = 30  # seconds: a mail server that hangs must not hold up the worker
DEFAULT_FROM_EMAIL = env("JIANYAN_FROM_EMAIL", default="no-reply@localhost")
JIANYAN_SMS_URL = env("JIANYAN_SMS_URL", default="")
JIANYAN_SMS_SECRET = env("JIANYAN_SMS_SECRET", default="")
JIANYAN_LETTER_CHANNELS = {"mail": "cms.letters.channels.MailChannel"}
if JIANYAN_SMS_URL:
    JIANYAN_LETTER_CHANNELS["sms"] = "cms.letters.channels.WebhookChannel"

# Safety. Nothing from a third party, nothing inline (design, section 4).
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "frame-ancestors": [SELF],
        "form-action": [SELF],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 8 * 60 * 60
SILENCED_SYSTEM_CHECKS = [
    "wagtailadmin.W001",
    "models.W040",  # SQLite ignores the further columns of an index; they are for PostgreSQL
]

# Jianyan's own
JIANYAN_DATA = env("JIANYAN_DATA", default=str(BASE_DIR.parent / "shared" / "data"))
JIANYAN_PROOF_OF_WORK = env("JIANYAN_PROOF_OF_WORK", default="on") != "off"
JIANYAN_PROXY_COUNT = env.int("JIANYAN_PROXY_COUNT", default=0)
JIANYAN_OPINIONS_PER_NETWORK_PER_HOUR = env.int(
    "JIANYAN_OPINIONS_PER_NETWORK_PER_HOUR", default=60
)
JIANYAN_OPINIONS_PER_CONTACT_PER_DAY = env.int("JIANYAN_OPINIONS_PER_CONTACT_PER_DAY", default=20)
JIANYAN_SIGN_UPS_PER_NETWORK_PER_HOUR = env.int(
    "JIANYAN_SIGN_UPS_PER_NETWORK_PER_HOUR", default=60
)
JIANYAN_SIGN_UPS_PER_CONTACT_PER_DAY = env.int("JIANYAN_SIGN_UPS_PER_CONTACT_PER_DAY", default=20)
JIANYAN_CONTACT_KEPT_DAYS = env.int("JIANYAN_CONTACT_KEPT_DAYS", default=365)
JIANYAN_WORK_ROOT = env("JIANYAN_WORK_ROOT", default=str(VAR_DIR / "work"))
JIANYAN_SUGGESTER = env("JIANYAN_SUGGESTER", default="consultation.suggesters.WordingSuggester")
JIANYAN_RECORD_ANCHOR = env("JIANYAN_RECORD_ANCHOR", default=str(VAR_DIR / "record-anchor.log"))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {
        "wagtail": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},
        "weasyprint": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
    },
    "root": {"handlers": ["console"], "level": "INFO"},
}
