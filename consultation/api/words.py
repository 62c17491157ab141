"""Codes with the words people read, in the language that was asked for."""

from collections.abc import Mapping


def choice(value) -> dict:
    """A member of an enumeration, fit for ``Choice``."""
    return {"code": str(value.value), "label": str(value.label)}


def counts(kind, numbers: Mapping[str, int]) -> list[dict]:
    """How many of each member there are, in the order of the enumeration; none left out of it."""
    return [{**choice(member), "count": numbers[member]} for member in kind if member in numbers]
