"""One normal form for everything that is compared: what is indexed, asked, or grouped."""

import re
import unicodedata
from functools import cache
from itertools import chain

from opencc import OpenCC

CHINESE_RANGES = (
    (0x3007, 0x3007),  # 〇, as in 二〇二三年
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3134F),
)
_CHINESE = "".join(f"{chr(first)}-{chr(last)}" for first, last in CHINESE_RANGES)
_RUN = re.compile(f"[{_CHINESE}]+|[^\\W_{_CHINESE}]+")

# What carries no meaning but would tear a word apart or trouble a database: control characters
# other than white space, invisible marks, variation selectors, halves of surrogate pairs.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e01ef]"
)


def normalise(text: str) -> str:
    """
    The text as it is compared: full width to half width, lower case, traditional to simplified
    characters, nothing unseen. Never raises on a string.

    Characters are simplified one by one and not by phrase, so that the normal form of a part
    is always a part of the normal form of the whole: 乾 is found in 乾坤.
    """
    text = unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).lower()
    return text.translate(_simplified())


def runs(text: str) -> list[str]:
    """
    The normalised text without what is neither letter nor figure: unbroken runs of Chinese
    characters, and words of other scripts and numbers whole. 加装电梯,2023年 gives
    ["加装电梯", "2023", "年"].
    """
    return _RUN.findall(normalise(text))


def is_chinese(run: str) -> bool:
    """Whether a run (from `runs`) is one of Chinese characters. An empty string is not."""
    return bool(run) and any(first <= ord(run[0]) <= last for first, last in CHINESE_RANGES)


@cache
def _simplified() -> dict[int, str]:
    """Code point of every traditional character -> its simplified form."""
    points = chain.from_iterable(range(first, last + 1) for first, last in CHINESE_RANGES)
    characters = [chr(point) for point in points]
    # A line each, so that the converter sees no phrases. Twice, for some simplified characters are
    # traditional ones of others (薴 苧 苎), and what is in normal form must stay as it is.
    simplified = "\n".join(characters)
    for _ in range(2):
        simplified = OpenCC("t2s").convert(simplified)
    return {
        ord(character): simple
        for character, simple in zip(characters, simplified.split("\n"), strict=True)
        if character != simple
    }
