"""The demo and a developer's machine: keys are made on first use and kept in var/."""

import os
import secrets
from base64 import b64encode
from pathlib import Path

KEYS = Path(__file__).resolve().parents[2] / "var" / "local-keys.env"


def _keys() -> dict[str, str]:
    if not KEYS.exists():
        KEYS.parent.mkdir(exist_ok=True)
        data_key = b64encode(secrets.token_bytes(32)).decode()
        made = f"SECRET_KEY={secrets.token_urlsafe(50)}\nDATA_KEY=local:{data_key}\n"
        try:
            with open(os.open(KEYS, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
                file.write(made)
        except FileExistsError:  # another process made them at the same moment
            pass
    return dict(line.split("=", 1) for line in KEYS.read_text().splitlines())


for name, value in _keys().items():
    os.environ.setdefault(name, value)

from .base import *  # noqa: E402, F403
from .base import STORAGES  # noqa: E402

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
