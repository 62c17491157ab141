"""What people say, each opinion on the way it came."""

from django.conf import settings

from cms.intake.enums import Proof
from cms.intake.keys import new_submission_key, read_submission_key
from consultation.actions.opinions import enter_opinion, submit_opinion
from consultation.articles import articles_of
from consultation.enums import Channel
from consultation.models import ConsultationPage

from .source import read
from .stage import REFERENCE_NETWORK, Stage

MANY = 3000


def load_opinion(stage: Stage, entry: dict, consultation: ConsultationPage, said: dict):
    """One opinion, through the form or entered by the clerk."""
    at = stage.moment(entry["consultation"]["opens_offset"] + said["day"], said["at"])
    article = articles_of(consultation.draft)[said["article"] - 1] if "article" in said else None
    facts = {
        "text": said["text"],
        "reasons": said.get("reasons", ""),
        "identity": said["identity"],
        "article_key": article.key if article else "",
    }
    contact = said.get("contact", "")
    if said["channel"] != Channel.WEB:
        return enter_opinion(
            consultation,
            channel=Channel(said["channel"]),
            received_at=at,
            by=stage.clerk,
            at=at,
            author=said.get("name", ""),
            contact=contact,
            wants_letter="@" in contact,
            **facts,
        )
    key = read_submission_key(new_submission_key("opinion", at), "opinion", at)
    taken = submit_opinion(
        consultation,
        intake_data={
            "key": key,
            "language": "en" if said.get("lang") == "en" else settings.LANGUAGE_CODE,
            "consent_notice": stage.notice,
            "contact_name": said.get("name", ""),
            "contact": contact,
            "wants_letter": "@" in contact,
            "proof": Proof.OFF,
        },
        network_address=f"{REFERENCE_NETWORK}{int(key.value[:2], 16) % 250 + 1}",
        at=at,
        **facts,
    )
    return taken.opinion


def load_many_opinions(stage: Stage, consultation: ConsultationPage) -> None:
    """A desk full of work: the written opinions again and again, as different people send them."""
    entry = next(e for e in read("decisions")["decision"] if e["status"] == "under_study")
    said = [s for s in read("opinions")[entry["key"]]["opinion"] if s["channel"] == "web"]
    for number in range(MANY):
        load_opinion(stage, entry, consultation, said[number % len(said)])
