import os
import tempfile

os.environ.setdefault("SECRET_KEY", "test-only")
os.environ.setdefault("DATA_KEY", "test:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")
os.environ.pop("REDIS_URL", None)

from .base import *  # noqa: F403
from .base import DATABASES, LOGGING, STORAGES

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not ":memory:": the threads of a live server would share one connection and its
    # transactions.
    _folder = tempfile.TemporaryDirectory(prefix="jianyan-test-")
    DATABASES["default"]["NAME"] = f"{_folder.name}/unused.sqlite3"
    DATABASES["default"]["TEST"] = {"NAME": f"{_folder.name}/test.sqlite3"}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;"
    )
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["default"] = STORAGES["private"] = {
    "BACKEND": "django.core.files.storage.InMemoryStorage"
}
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
BASE_URL = WAGTAILADMIN_BASE_URL = "http://testserver"
AXES_ENABLED = False
JIANYAN_PROOF_OF_WORK = False
JIANYAN_RECORD_ANCHOR = ""
LOGGING["loggers"]["django_tasks"] = {"level": "WARNING"}
