"""How well the groups found agree with the topics there are."""

from dataclasses import dataclass

import numpy as np

from cms.wording.grouping import Grouping

from .corpora import NOISE, Corpus


@dataclass(frozen=True)
class Quality:
    """
    `f1`: mean over all topics of five or more of the F1 of the group that fits it best;
    `stray`: share of the noise that is in a group; `whole`: share of the campaigns' letters
    that are in the largest class of copies of theirs.
    """

    topics: int
    f1: float
    stray: float
    whole: float


def quality(corpus: Corpus, found: Grouping) -> Quality:
    labels = np.array(corpus.labels)
    sizes = {topic: int((labels == topic).sum()) for topic in set(corpus.labels) - {NOISE}}
    best = {topic: 0.0 for topic, size in sizes.items() if size >= 5}
    stray = 0
    for group in found.groups:
        names, counts = np.unique(labels[group.members], return_counts=True)
        for topic, count in zip(names.tolist(), counts.tolist(), strict=True):
            if topic == NOISE:
                stray += count
            elif topic in best:
                score = 2 * count / (sizes[topic] + len(group.members))
                best[topic] = max(best[topic], score)
    noise = max(int((labels == NOISE).sum()), 1)
    scores = list(best.values()) or [0.0]
    return Quality(len(best), float(np.mean(scores)), stray / noise, _whole(corpus, found))


def _whole(corpus: Corpus, found: Grouping) -> float:
    shares = []
    for campaign in corpus.campaigns:
        rows = set(campaign)
        shares.append(max((len(rows & set(c)) for c in found.copies), default=0) / len(rows))
    return float(np.mean(shares or [1]))
