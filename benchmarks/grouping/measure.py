"""
The promises of the grouping, each beside an untuned sketch: quality, speed, memory.

F1: mean over topics of five or more of the group that fits best. Noise: share of the texts on no
topic that are in a group. Copies: share of a campaign's letters found as one.
"""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from cms.wording.grouping import Grouping, group_texts

from ..results import Row
from . import services, streets
from .corpora import NOISE, Corpus, corpus
from .quality import Quality, quality
from .sketch import group_by_sketch

TITLE = "Opinions that say the same are grouped"
BEST, STRAY = 0.9, 0.05
SEEDS = (11, 12, 13)
# Name, what `corpus` is asked for. Eight topics are one for each matter; with more, some are the
# same matter at another place.
SHAPES = (
    ("60 characters, 90 % noise", {"topics": 8, "noise": 0.9, "length": 60}),
    ("300 characters, 90 % noise", {"topics": 8, "noise": 0.9, "length": 300}),
    ("900 characters, 80 % noise", {"topics": 8, "noise": 0.8, "length": 900}),
    ("20 characters, 50 % noise", {"topics": 8, "noise": 0.5, "length": 20}),
    (
        "60 characters, 90 % noise, each matter at three places",
        {"topics": 24, "noise": 0.9, "length": 60},
    ),
)
# Texts -> seconds, megabytes. The million only with BENCH_MILLION=on.
SIZES = {10_000: (6, 1000), 100_000: (60, 2000), 1_000_000: (900, 8000)}
REAL = ("vtaiwan-uberx-comments.csv", "bowling-green-comments.csv")


def rows() -> list[Row]:
    found = [
        _quality_row(f"{kind}, {shape}", [corpus(domain, seed=seed, **asked) for seed in SEEDS])
        for kind, domain in (("streets", streets), ("services", services))
        for shape, asked in SHAPES
    ]
    return found + real_rows() + speed_rows()


def _quality_row(name: str, corpora: Sequence[Corpus], stray: float = STRAY) -> Row:
    ours, sketch = _mean(corpora, group_texts), _mean(corpora, group_by_sketch)
    topics = sum(len(set(c.labels) - {NOISE}) for c in corpora)
    texts = sum(len(c.texts) for c in corpora)
    kept = "" if ours.f1 >= BEST and ours.stray <= stray else ", missed"
    what = f"{name}: {topics} topics in {texts} texts"
    promise = f"F1 ≥ {BEST:.2f}" + (f", noise ≤ {stray:.0%}" if stray < 1 else "")
    return (what, _told(ours), f"sketch: {_told(sketch)}", promise + kept)


def _mean(corpora: Sequence[Corpus], group: Callable[[list[str]], Grouping]) -> Quality:
    found = [quality(each, group(each.texts)) for each in corpora]
    parts = zip(*((q.topics, q.f1, q.stray, q.whole) for q in found), strict=True)
    return Quality(*(float(np.mean(part)) for part in parts))


def _told(found: Quality) -> str:
    return f"F1 {found.f1:.2f}, noise {found.stray:.1%}, copies {found.whole:.0%}"


def real_rows() -> list[Row]:
    """Topics of the generator among real comments. These have matters of their own, so that
    those of them in a group are no fault; counted is whether the topics are found."""
    folder = Path(os.environ.get("JIANYAN_DATA", ""))
    found = []
    for name in REAL:
        what = f"topics among real comments, {name}"
        if not os.environ.get("JIANYAN_DATA") or not (folder / name).exists():
            found.append((what, "skipped: JIANYAN_DATA does not name its folder", "", ""))
            continue
        with (folder / name).open(encoding="utf-8-sig", newline="") as file:
            comments = [line["comment-body"] for line in csv.DictReader(file)]
        planted = [_planted(comments, seed) for seed in SEEDS]
        found.append(_quality_row(what, planted, stray=1))
    return found


def _planted(comments: list[str], seed: int) -> Corpus:
    made = corpus(streets, topics=4, noise=0, seed=seed, length=60)
    labels = made.labels + [NOISE] * len(comments)
    return Corpus(made.texts + comments, labels, made.campaigns)


def speed_rows() -> list[Row]:
    found, base = [], 0.0
    for size, (seconds, megabytes) in SIZES.items():
        if size == max(SIZES) and os.environ.get("BENCH_MILLION") != "on":
            continue
        seen = _in_a_process(size)
        each = seen["seconds"] / size
        base = base or each
        kept = seen["seconds"] <= seconds and seen["megabytes"] <= megabytes
        found_well = seen["f1"] >= BEST and seen["stray"] <= STRAY
        found.append(
            (
                f"{size:,} texts of {seen['letters']} characters: wall · processor · memory",
                f"{seen['seconds']:.1f} s · {seen['processor_seconds']:.1f} s · "
                f"{seen['megabytes']} MB (before grouping {seen['texts_megabytes']} MB)",
                f"load of the machine {seen['load']:.1f}",
                f"≤ {seconds} s, {megabytes} MB{'' if kept else ', missed'}; "
                f"per text {each / base:.2f} × the first row",
            )
        )
        found.append(
            (
                f"the same: {seen['topics']:,} topics of 5 to {seen['largest']:,} texts",
                f"F1 {seen['f1']:.2f}, noise {seen['stray']:.1%}",
                "",
                f"F1 ≥ {BEST:.2f}, noise ≤ {STRAY:.0%}{'' if found_well else ', missed'}",
            )
        )
    return found


def _in_a_process(size: int) -> dict:
    command = [sys.executable, "-m", "benchmarks.grouping.speed", str(size)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])
