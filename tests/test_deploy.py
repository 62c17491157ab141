"""What production runs every night."""

import shlex
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands

NIGHTLY = Path("deploy/systemd/jianyan-nightly.service")
LOGGED = "#!/bin/sh\necho $2 >> looked-at\n[ $2 != {broken} ]\n"


def checks() -> list[str]:
    """The last thing the night runs, as systemd would split it."""
    starts = [line for line in NIGHTLY.read_text().splitlines() if line.startswith("ExecStart=")]
    return [word.replace("$$", "$") for word in shlex.split(starts[-1].partition("=")[2])]


@pytest.mark.parametrize(
    ("broken", "fails"),
    [("verify_counts", 1), ("verify_reports", 1), ("record_verify", 1), ("nothing", 0)],
)
def test_one_broken_thing_fails_the_night_and_all_are_looked_at(tmp_path, broken, fails):
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(LOGGED.format(broken=broken))
    python.chmod(0o755)
    ended = subprocess.run(checks(), cwd=tmp_path, check=False)  # noqa: S603
    assert ended.returncode == fails
    looked_at = (tmp_path / "looked-at").read_text().split()
    assert looked_at == ["verify_counts", "verify_reports", "record_verify"]
    assert set(looked_at) <= set(get_commands())
