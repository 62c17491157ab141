"""How a long run is watched, stopped, and taken up again where it was."""

import hashlib
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import numpy as np

from .results import GroupingStopped

WORKERS = 2
# Another engine must not go on with what this one has begun.
EDITION = "7"

Part = TypeVar("Part")
Found = TypeVar("Found")


class Watch:
    """Says how far a run is and hears whether to stop."""

    def __init__(self, progress, should_stop):
        self._progress = progress
        self._should_stop = should_stop

    def look(self, stage: str, done: int, total: int) -> None:
        """Refuses to go on, with GroupingStopped, when told to stop."""
        if self._progress:
            self._progress(stage, done, total)
        if self._should_stop and self._should_stop():
            raise GroupingStopped

    def each(
        self, stage: str, work: Callable[[Part], Found], parts: Sequence[Part]
    ) -> Iterator[Found]:
        """The results for all parts in order, two at work at a time (numpy lets threads run)."""
        self.look(stage, 0, len(parts))
        with ThreadPoolExecutor(WORKERS) as pool:
            waiting = [pool.submit(work, part) for part in parts[: WORKERS + 1]]
            try:
                for done in range(len(parts)):
                    found = waiting.pop(0).result()
                    if done + WORKERS + 1 < len(parts):
                        waiting.append(pool.submit(work, parts[done + WORKERS + 1]))
                    self.look(stage, done + 1, len(parts))
                    yield found
            finally:
                for left in waiting:
                    left.cancel()


class Shelf:
    """Arrays kept in a folder for the run that comes after; without a folder nothing is."""

    def __init__(self, workdir: Path | str | None, texts: Sequence[str], *settings: object):
        self.folder = None
        if workdir is not None:
            self.folder = Path(workdir) / _digest(texts, settings)
            self.folder.mkdir(parents=True, exist_ok=True)

    def kept(self, name: str, make: Callable[[], dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
        """What is on the shelf under the name; made and put there when it is not or damaged."""
        if self.folder is None:
            return make()
        file = self.folder / f"{name}.npz"
        found = _read(file)
        if found is None:
            found = make()
            _write(file, found)
        return found


def _digest(texts: Iterable[str], settings: Iterable[object]) -> str:
    digest = hashlib.blake2b(repr((EDITION, *settings)).encode(), digest_size=16)
    for text in texts:
        data = text.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()


def _read(file: Path) -> dict[str, np.ndarray] | None:
    try:
        with file.open("rb") as source, np.load(source, allow_pickle=False) as data:
            return {name: data[name] for name in data.files}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def _write(file: Path, arrays: dict[str, np.ndarray]) -> None:
    """Whole or not at all."""
    fresh = file.with_suffix(".fresh")
    with fresh.open("wb") as target:
        np.savez(target, **arrays)
    os.replace(fresh, file)
