"""What an installation must be told before it starts, and what it makes of it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
ENOUGH = {
    "SECRET_KEY": "secret",
    "DATA_KEY": "test:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    "BASE_URL": "https://jianyan.example.gov.cn",
    "DATABASE_URL": "postgres://jianyan@127.0.0.1:5432/jianyan",
    "SMTP_URL": "smtp+tls://letters:word@mail.example.gov.cn:587",
}
SHOWN = """
import json
from cms.settings import production as s
names = (
    "ALLOWED_HOSTS", "BASE_URL", "CSRF_TRUSTED_ORIGINS", "DEFAULT_FROM_EMAIL",
    "FORCE_SCRIPT_NAME", "MEDIA_URL", "SECURE_HSTS_SECONDS", "SESSION_COOKIE_PATH", "STATIC_URL",
)
print(json.dumps({name: getattr(s, name) for name in names}))
"""


def start(code: str, environment: dict[str, str]) -> subprocess.CompletedProcess:
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(  # noqa: S603 - our own interpreter and our own lines
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=inherited | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def made_of(**environment: str) -> dict:
    finished = start(SHOWN, ENOUGH | environment)
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout)


@pytest.mark.parametrize("state", ["missing", "empty"])
@pytest.mark.parametrize("name", ENOUGH)
def test_production_does_not_start_on_a_missing_secret_and_says_which(name, state):
    environment = {key: value for key, value in ENOUGH.items() if key != name}
    if state == "empty":
        environment[name] = ""

    finished = start("import cms.settings.production", environment)

    last_line = finished.stderr.strip().splitlines()[-1]
    assert (finished.returncode, last_line) == (
        1,
        f"django.core.exceptions.ImproperlyConfigured: Set the environment variable {name}.",
    )


def test_production_starts_with_everything_set():
    assert made_of() == {
        "ALLOWED_HOSTS": ["jianyan.example.gov.cn"],
        "BASE_URL": "https://jianyan.example.gov.cn",
        "CSRF_TRUSTED_ORIGINS": ["https://jianyan.example.gov.cn"],
        "DEFAULT_FROM_EMAIL": "no-reply@jianyan.example.gov.cn",
        "FORCE_SCRIPT_NAME": None,
        "MEDIA_URL": "/media/",
        "SECURE_HSTS_SECONDS": 31_536_000,
        "SESSION_COOKIE_PATH": "/",
        "STATIC_URL": "/static/",
    }


def test_a_path_in_the_address_places_the_site_below_the_portal():
    assert made_of(BASE_URL="https://www.example.gov.cn/jianyan/") == {
        "ALLOWED_HOSTS": ["www.example.gov.cn"],
        "BASE_URL": "https://www.example.gov.cn",
        "CSRF_TRUSTED_ORIGINS": ["https://www.example.gov.cn"],
        "DEFAULT_FROM_EMAIL": "no-reply@www.example.gov.cn",
        "FORCE_SCRIPT_NAME": "/jianyan",
        "MEDIA_URL": "/jianyan/media/",
        "SECURE_HSTS_SECONDS": 0,
        "SESSION_COOKIE_PATH": "/jianyan/",
        "STATIC_URL": "/jianyan/static/",
    }


def test_a_host_is_allowed_whatever_its_port():
    assert made_of(BASE_URL="https://example.gov.cn:8443")["ALLOWED_HOSTS"] == ["example.gov.cn"]


def test_an_address_without_its_host_is_refused():
    finished = start("import cms.settings.production", ENOUGH | {"BASE_URL": "example.gov.cn"})

    assert "BASE_URL must be a whole address" in finished.stderr


def test_every_environment_variable_is_explained():
    source = "".join(
        (ROOT / "cms" / "settings" / name).read_text("utf-8")
        for name in ("base.py", "production.py")
    )
    read = set(re.findall(r"(?:env|required)(?:\.\w+)?\(\s*\"([A-Z_]+)\"", source))
    rows = re.findall(
        r"^\| `([A-Z_]+)` \|", (ROOT / "docs/operations.md").read_text("utf-8"), re.M
    )

    assert read - set(rows) == set()
    assert read >= {"SECRET_KEY", "JIANYAN_OPINIONS_PER_NETWORK_PER_HOUR"}
