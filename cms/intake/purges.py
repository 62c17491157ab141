"""What has to be deleted in time, told by those who keep it (rulebook I9).

An app that keeps something for a limited time adds its action in `AppConfig.ready`;
`purge_expired` calls them all.
"""

from collections.abc import Callable
from datetime import datetime

Purge = Callable[[datetime], dict[str, int]]

purges: list[Purge] = []


def register_purge(purge: Purge) -> None:
    """Adds an action that deletes what is due at a moment and returns how many of what."""
    if purge not in purges:
        purges.append(purge)
