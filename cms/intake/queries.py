from datetime import date, datetime
from functools import cache as cache_in_process

from django.core.cache import cache
from django.db import connection
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
    networks = network_hashes(network_address, at)
    contacts = blind_indexes(contact, CONTACT_PURPOSE) if contact else [NOBODY]
    moment = connection.ops.adapt_datetimefield_value
    facts = {
        "key": submission_key,
        "kind": kind,
        "hour": moment(at - HOUR),
        "day": moment(at - DAY),
        **{f"network{n}": one for n, one in enumerate(networks)},
        **{f"contact{n}": one for n, one in enumerate(contacts)},
    }
    with connection.cursor() as cursor:
        cursor.execute(_earlier(len(networks), len(contacts)), facts)
        known, from_network, by_question, from_contact = cursor.fetchone()
    counted = Counted(
        from_network=from_network, by_question=by_question, from_contact=from_contact
    )
    return known > 0, counted


@cache_in_process
def _earlier(networks: int, contacts: int) -> str:
    """The statement as text: writing it anew through the ORM was a third of a submission."""

    def named(name: str, count: int) -> str:
        return ", ".join(f"%({name}{n})s" for n in range(count))

    same = "submission_key = %(key)s"
    network = f"kind = %(kind)s AND network IN ({named('network', networks)})"
    network = f"({network} AND received_at > %(hour)s)"
    contact = f"kind = %(kind)s AND contact_index IN ({named('contact', contacts)})"
    contact = f"({contact} AND received_at > %(day)s)"
    counts = (same, network, f"{network} AND proof = 'question'", contact)
    columns = ", ".join(f"COUNT(*) FILTER (WHERE {one})" for one in counts)
    table = connection.ops.quote_name(Receipt._meta.db_table)
    return f"SELECT {columns} FROM {table} WHERE {same} OR {network} OR {contact}"  # noqa: S608


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
