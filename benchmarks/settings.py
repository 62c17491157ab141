"""The site as production runs it, plus the references, with limits and proof of work off."""

import os

os.environ.setdefault("JIANYAN_PROXY_COUNT", "1")
os.environ.setdefault("JIANYAN_PROOF_OF_WORK", "off")
os.environ.setdefault("JIANYAN_OPINIONS_PER_NETWORK_PER_HOUR", "100000000")
os.environ.setdefault("JIANYAN_SIGN_UPS_PER_NETWORK_PER_HOUR", "100000000")

from cms.settings.local import *  # noqa: F403
from cms.settings.local import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks"]
ROOT_URLCONF = "benchmarks.urls"
if os.environ.get("BENCH_CACHE") == "off":
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
