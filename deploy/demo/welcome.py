"""Waits until the demo answers, then says where to go; stays, for its end would end the demo."""

import os
import signal
import sys
import time
import urllib.request
from pathlib import Path

READY = f"{os.environ['BASE_URL']}/readyz"
TEXT = Path(__file__).resolve().parents[2] / "var" / "demo.txt"


def is_ready() -> bool:
    try:
        with urllib.request.urlopen(READY, timeout=5) as answer:  # noqa: S310 - our own address
            return answer.status == 200
    except OSError:
        return False


while not is_ready():
    time.sleep(0.5)
sys.stdout.write(f"\n{TEXT.read_text()}\nCtrl-C stops the demo.\n")
sys.stdout.flush()
signal.pause()
