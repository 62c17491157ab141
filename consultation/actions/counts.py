"""The numbers of opinions that the database keeps."""

from datetime import datetime

from ..models import OpinionCount


def fold_counts(at: datetime) -> int:
    """Adds up the lines of each consultation that has many: how many there are fewer.

    A part at a time, the rest at the next. Part of `run_due`.
    """
    counts = OpinionCount.objects
    return sum(counts.fold(consultation) for consultation in counts.crowded())
