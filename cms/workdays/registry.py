"""Who wants to know that the calendar has changed. Upper apps add themselves when they start."""

from collections.abc import Callable
from datetime import datetime

after_change: list[Callable[[datetime], object]] = []
