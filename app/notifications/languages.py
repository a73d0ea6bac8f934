"""The languages in which people are told: plain values, no rows."""

from collections.abc import Iterable, Mapping
from enum import StrEnum


class Language(StrEnum):
    """A language that people are told things in."""

    EN = "EN"
    ZH = "ZH"


USUAL = Language.EN
"""The language of whoever has not said."""


def best_of(known: Mapping[Language, object], wanted: Iterable[Language]) -> Language:
    """Return the first wanted language that there is, else the first there is by name."""
    return next((each for each in wanted if each in known), min(known))
