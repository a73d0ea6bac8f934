"""How a payment moves by what is reported of it, in whatever order it comes."""

from enum import StrEnum


class Reported(StrEnum):
    """What providers say of a payment; they do not know one that never reached them."""

    PENDING = "PENDING"
    PAID = "PAID"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"


DECIDED = frozenset({Reported.PAID, Reported.FAILED})


def is_news(now: str, reported: Reported) -> bool:
    """Whether a report moves a payment on: money counts whenever it is heard of, and for good."""
    if now == "PAID":
        return False
    return reported is Reported.PAID or (reported is Reported.FAILED and now != "FAILED")
