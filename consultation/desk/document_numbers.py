"""Document numbers as they are printed (GB/T 9704-2012; rulebook F1). Pure."""

import re
import unicodedata

_TYPED = re.compile(
    r"(?P<organ>[\u4e00-\u9fff]{2,12}?)[〔\[(【](?P<year>\d{4})[〕\])】]第?0*(?P<number>[1-9]\d*)号"
)


class DocumentNumberInvalid(ValueError):
    """Not organ code, year and number."""


def normalised_number(typed: str) -> str:
    """宝淞府〔2023〕8号, also from [2023], （2023）, 【2023】, 第8号 or 08号.

    Raises DocumentNumberInvalid.

    >>> normalised_number("宝淞府[2023]第08号")
    '宝淞府〔2023〕8号'
    """
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", typed))
    found = _TYPED.fullmatch(text)
    if found is None:
        raise DocumentNumberInvalid(typed)
    return f"{found['organ']}〔{found['year']}〕{found['number']}号"
