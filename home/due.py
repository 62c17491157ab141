"""Everything that time brings about, each safe to run twice or late."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils import timezone

from cms.clearance.jobs import follow_up_publications
from cms.clearance.scheduling import publish_due
from cms.duties.actions import note_warnings
from cms.intake.purges import purges
from cms.letters.actions import forget_letters_before
from cms.letters.delivery import deliver_due
from cms.letters.warnings import write_duty_warnings
from cms.record.actions import seal
from consultation.actions.counts import fold_counts
from consultation.actions.periods import note_moments
from consultation.actions.versions import keep_missing_versions
from consultation.jobs import (
    offer_arrivals,
    take_up_imports,
    take_up_report_files,
    take_up_runs,
    take_up_take_overs,
)
from events.actions import draws, questionnaires, sessions
from events.actions import due as open_day

logger = logging.getLogger(__name__)
LETTERS_KEPT = timedelta(days=180)

DUE: dict[str, Callable[[datetime], object]] = {
    "publish": publish_due,
    "follow up": follow_up_publications,
    "open and close": note_moments,
    "keep versions": keep_missing_versions,
    "read for groups": take_up_runs,
    "offer to groups": offer_arrivals,
    "import large files": take_up_imports,
    "take over consultations": take_up_take_overs,
    "make report files": take_up_report_files,
    "promise seeds": draws.promise_seeds,
    "draw lots": draws.run_draws,
    "end quotas": sessions.end_quotas,
    "expire offers": open_day.expire_offers,
    "remind": open_day.remind,
    "release unconfirmed places": open_day.release_unconfirmed,
    "close sessions": sessions.close_sessions,
    "invite to rate": open_day.invite_to_rate,
    "invite to answer": questionnaires.invite_to_answer,
    "compare places": open_day.reconcile,
    "warn": lambda at: note_warnings(timezone.localdate(at)),
    "write warnings": write_duty_warnings,
    "deliver": deliver_due,
    "purge": lambda at: [purge(at) for purge in purges],
    "forget letters": lambda at: forget_letters_before(at - LETTERS_KEPT, at=at),
    "add up numbers of opinions": fold_counts,
    "seal": seal,
}


def run_due(at: datetime) -> list[str]:
    """Run all of it; one failure stops nobody else. Returns the names of what failed."""
    failed = []
    for name, step in DUE.items():
        try:
            step(at)
        except Exception:
            logger.exception("run_due: %s failed", name)
            failed.append(name)
    return failed
