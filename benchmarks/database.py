"""An empty database with the demo in it, made once for all parts of a run."""

import json
import os
import subprocess
from functools import cache
from urllib.parse import urlsplit

from . import site

DEFAULT = "postgres://postgres@127.0.0.1:5432/postgres"


@cache
def demo() -> dict:
    """What ``load_demo --json`` says of it; from here on DATABASE_URL names the new database."""
    os.environ["DATABASE_URL"] = fresh(os.environ.get("DATABASE_URL") or DEFAULT, "jianyan_bench")
    site.manage("migrate", "--verbosity", "0")
    site.manage("set_up")
    return json.loads(site.manage("load_demo", "--json").strip().splitlines()[-1])


def fresh(base: str, name: str) -> str:
    """The address of a new, empty database on the server that ``base`` names."""
    parts = urlsplit(base)
    address = ["-h", parts.hostname or "127.0.0.1", "-p", str(parts.port or 5432)]
    address += ["-U", parts.username or "postgres"]
    env = {**os.environ, **({"PGPASSWORD": parts.password} if parts.password else {})}
    for command in (["dropdb", "--if-exists"], ["createdb"]):
        subprocess.run([*command, *address, name], env=env, check=True)
    return parts._replace(path=f"/{name}").geturl()
