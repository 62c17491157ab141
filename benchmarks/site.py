"""The site under load: gunicorn with two workers, and its management commands."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

PORT = 8765
BASE = f"http://127.0.0.1:{PORT}"
ENV = {"DJANGO_SETTINGS_MODULE": "benchmarks.settings", "BASE_URL": BASE, "DEMO_PASSWORD": "bench"}


def manage(*arguments: str, **env: str) -> str:
    """Run a management command and return what it prints."""
    said = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        env={**os.environ, **ENV, **env},
        capture_output=True,
        text=True,
        check=False,
    )
    if said.returncode:
        raise RuntimeError(said.stderr[-3000:])
    return said.stdout


def inside(step: str, *arguments: str, **env: str) -> dict:
    """What a step of benchmarks/inside.py found."""
    return json.loads(manage("bench_step", step, *arguments, **env).splitlines()[-1])


@contextmanager
def running(**env: str):
    """gunicorn as in the demo: two workers, four threads each."""
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gunicorn",
            "cms.wsgi",
            "--bind",
            f"127.0.0.1:{PORT}",
            "--worker-class",
            "gthread",
            "--workers",
            "2",
            "--threads",
            "4",
            "--log-level",
            "warning",
            "--no-control-socket",
        ],
        env={**os.environ, **ENV, **env},
    )
    try:
        _wait()
        yield BASE
    finally:
        server.terminate()
        server.wait(30)


def _wait() -> None:
    for _ in range(120):
        try:
            with urllib.request.urlopen(f"{BASE}/readyz", timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    raise RuntimeError("The site did not start.")
