"""What a seller has agreed with a carrier: how fast it brings goods, and for how much (R1-59)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any


@dataclass(frozen=True, slots=True)
class Promise:
    """To a region, or to all that are not named, goods come in so many days, for so much."""

    region: str | None
    days: int
    per_shipment: Decimal | None = None
    per_kilogram: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """The terms of a carrier from a day to another, both included; prices in `currency`.

    What was lost or damaged is to be claimed within `claim_days`, by `claim_terms`.
    """

    since: date
    until: date | None
    currency: str
    promises: Sequence[Promise]
    claim_days: int | None = None
    claim_terms: str = ""

    def stored(self) -> dict[str, Any]:
        """Return it as it is stored, decimals and days as texts."""
        return {
            **asdict(self),
            "since": self.since.isoformat(),
            "until": self.until.isoformat() if self.until else None,
            "promises": [
                {
                    **asdict(each),
                    "per_shipment": _text(each.per_shipment),
                    "per_kilogram": _text(each.per_kilogram),
                }
                for each in self.promises
            ],
        }

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Agreement":
        """Return it from what is stored."""
        promises = [
            Promise(
                each["region"],
                each["days"],
                _amount(each["per_shipment"]),
                _amount(each["per_kilogram"]),
            )
            for each in stored["promises"]
        ]
        until = stored["until"]
        return cls(
            date.fromisoformat(stored["since"]),
            date.fromisoformat(until) if until else None,
            stored["currency"],
            promises,
            stored["claim_days"],
            stored["claim_terms"],
        )


def overlap(agreements: Sequence[Agreement]) -> int | None:
    """Return the place of an agreement that begins before another has ended, or none."""
    in_order = sorted(enumerate(agreements), key=lambda each: each[1].since)
    for (_, before), (place, after) in pairwise(in_order):
        if before.until is None or before.until >= after.since:
            return place
    return None


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
