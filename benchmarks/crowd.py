"""A crowd that wants the same thing at once: each loads the form, fills it in, and sends it."""

import http.client
import random
import re
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit

HANDS = 200
RECEIPT = re.compile(r'class="receipt-number"[^>]*>\s*<code>([^<]+)')


class Fields(HTMLParser):
    """What a form sends as it stands: hidden fields, and the first choice of each question."""

    def __init__(self, page: str):
        super().__init__()
        self.values: dict[str, str] = {}
        self.select = ""
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        facts = dict(attributes)
        name, value = facts.get("name") or "", facts.get("value") or ""
        if tag == "input" and facts.get("type") in ("hidden", "radio") and name:
            self.values.setdefault(name, value)
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and value:
            self.values.setdefault(self.select, value)

    def handle_endtag(self, tag):
        if tag == "select":
            self.select = ""


@dataclass
class Seen:
    """What the crowd met: seconds of each answer, its status, and receipts in hand."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter = field(default_factory=Counter)
    receipts: set[str] = field(default_factory=set)
    unclear: int = 0

    def quantile(self, share: float) -> float:
        ordered = sorted(self.seconds)
        return ordered[int(share * (len(ordered) - 1))]


def come(base: str, form: str, people: int, within: float, seed: int = 2023) -> Seen:
    """So many people, each at a moment of its own within so many seconds."""
    chance = random.Random(seed)
    moments = sorted(within * chance.random() for _ in range(people))
    seen, start = Seen(), time.monotonic() + 0.5
    with ThreadPoolExecutor(HANDS) as hands:
        for number, moment in enumerate(moments):
            hands.submit(_one, seen, base, form, number, start + moment)
    return seen


def _one(seen: Seen, base: str, form: str, number: int, moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))
    page = _ask(seen, base, "GET", form, number)
    body = Fields(page).values | person(number)
    said = _ask(seen, base, "POST", form, number, urlencode(body))
    found = RECEIPT.search(said)
    if found:
        seen.receipts.add(found.group(1))
    else:
        seen.unclear += 1


def person(number: int) -> dict[str, str]:
    """What somebody types; everybody has a number of their own."""
    return {
        "contact_name": f"测试{number}",
        "contact": f"1{3000000000 + number}",
        "party_size": "1",
        "audience": "resident",
        "consent": "on",
    }


def _ask(seen: Seen, base: str, method: str, path: str, number: int, body: str = "") -> str:
    headers = {"X-Forwarded-For": f"203.0.{number // 250}.{number % 250 + 1}"}
    if body:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    began = time.monotonic()
    try:
        connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=60)
        connection.request(method, path, body or None, headers)
        answer = connection.getresponse()
        text, status = answer.read().decode(), answer.status
        connection.close()
    except OSError as error:
        text, status = "", type(error).__name__
    seen.seconds.append(time.monotonic() - began)
    seen.statuses[status] += 1
    return text
