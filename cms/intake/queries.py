from datetime import date, datetime

from django.core.cache import cache
from django.db.models import Count, Q
from django.utils import timezone

from cms.accounts.private import blind_indexes

from .codes import code_matches, hash_code, network_hash
from .models import (
    CONTACT_PURPOSE,
    Arrival,
    PrivacyNotice,
    Receipt,
    ServiceRating,
    ServiceRatingQuerySet,
)
from .rules import DAY, GROUP, HOUR, Counted, grouped, normalised, shown_in_public

NOTICE_SECONDS = 30
NOBODY = hash_code("")


def notice_in_force(code: str, today: date) -> PrivacyNotice | None:
    """The version of a form's notice that is shown on this day; kept for half a minute."""
    notices = PrivacyNotice.objects.filter(code=code, in_force_from__lte=today)
    return cache.get_or_set(
        f"notice:{code}:{today}",
        lambda: notices.order_by("-in_force_from", "-version").first(),
        NOTICE_SECONDS,
    )


def find_receipt(number: str, code: str) -> Receipt | None:
    """The receipt of this number, if the code belongs to it; equally slow either way.

    The door for citizens is `actions.look_up`, which also counts wrong guesses.
    """
    plain = normalised(number)
    receipt = None
    if plain and len(plain) <= 4 * GROUP:
        receipt = Receipt.objects.filter(number=grouped(plain)).first()
    matches = code_matches(code, receipt.query_code_hash if receipt else NOBODY)
    return receipt if receipt and matches else None


def count_earlier(
    *, kind: str, submission_key: str, network_address: str, contact: str, at: datetime
) -> tuple[bool, Counted]:
    """In one query: is this submission here already, and what did its sender send before?"""
    same = Q(submission_key=submission_key)
    from_network = Q(
        kind=kind,
        network__in=network_hashes(network_address, at),
        received_at__gt=at - HOUR,
    )
    counts = {
        "known": Count("pk", filter=same),
        "from_network": Count("pk", filter=from_network),
        "by_question": Count("pk", filter=from_network & Q(proof="question")),
    }
    either = same | from_network
    if contact:
        indexes = blind_indexes(contact, CONTACT_PURPOSE)
        from_contact = Q(kind=kind, contact_index__in=indexes, received_at__gt=at - DAY)
        counts["from_contact"] = Count("pk", filter=from_contact)
        either |= from_contact
    row = Receipt.objects.filter(either).order_by().aggregate(**counts)
    known = row.pop("known") > 0
    return known, Counted(**({"from_contact": 0} | row))


def count_arrivals(*, kind: str, network_address: str, at: datetime) -> Counted:
    """What this network sent without a receipt in the hour up to now, in one query."""
    arrivals = Arrival.objects.filter(
        kind=kind, network__in=network_hashes(network_address, at), at__gt=at - HOUR
    )
    counts = arrivals.aggregate(
        from_network=Count("pk"), by_question=Count("pk", filter=Q(proof="question"))
    )
    return Counted(**counts, from_contact=0)


def network_hashes(network_address: str, at: datetime) -> list[str]:
    """The names of a network during the last hour: two, when midnight lies within it."""
    days = {timezone.localdate(at), timezone.localdate(at - HOUR)}
    return [network_hash(network_address, day) for day in sorted(days)]


def visible_ratings(user) -> ServiceRatingQuerySet:
    """A department reads the ratings of its own answers; who belongs to none reads all."""
    ratings = ServiceRating.objects.select_related("department", "receipt")
    return ratings.filter(department=user.department_id) if user.department_id else ratings


def public_grades(subject: str) -> dict[str, int]:
    """How many gave each grade to the answers of one subject; {} while they are too few."""
    return shown_in_public(ServiceRating.objects.filter(subject=subject).by_grade())
