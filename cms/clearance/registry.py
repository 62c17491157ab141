"""What upper apps hang on to a publication. The lower app never asks what a page is."""

from collections.abc import Callable
from datetime import datetime

FollowUp = Callable[[object, datetime], None]

_follow_ups: dict[type, FollowUp] = {}


def follows_publication_of(page_class: type):
    """Register what has to happen after a page of this class was published: ``f(page, at)``.

    It runs in a job, once or more often for one publication, and so must be idempotent.
    """

    def register(function: FollowUp) -> FollowUp:
        _follow_ups[page_class] = function
        return function

    return register


def follow_up_for(page_class: type) -> FollowUp | None:
    return _follow_ups.get(page_class)
