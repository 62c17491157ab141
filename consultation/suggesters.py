"""Who suggests groups. What a suggester finds binds nobody: a person confirms it (C10)."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path

from django.conf import settings
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from cms.wording.grouping import Grouping, group_texts

Progress = Callable[[str, int, int], None]


class Suggester(ABC):
    """Reads texts and says which of them say the same. Chosen by JIANYAN_SUGGESTER."""

    title: str | Promise

    @abstractmethod
    def suggest(
        self,
        texts: Sequence[str],
        *,
        progress: Progress,
        should_stop: Callable[[], bool],
        workdir: Path,
    ) -> Grouping:
        """Groups of row numbers. Calls ``progress(stage, done, total)``, asks ``should_stop``
        often, and keeps what it needs to go on after a stop in ``workdir``."""


class WordingSuggester(Suggester):
    """The words the texts share: on this machine, the same every time, and explained."""

    title = _("shared wording")

    def suggest(self, texts, *, progress, should_stop, workdir):
        return group_texts(texts, progress=progress, should_stop=should_stop, workdir=workdir)


def chosen_suggester() -> Suggester:
    return import_string(settings.JIANYAN_SUGGESTER)()
