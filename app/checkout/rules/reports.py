"""What a provider says of a payment, read strictly."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

import orjson

from app.checkout.rules.states import DECIDED, Reported
from app.kernel.money import MAX_AMOUNT

_LONGEST = 128


class Unreadable(ValueError):
    """It is not written as agreed."""


class Forged(Exception):
    """It was not signed by whom it should be."""


class Stale(Exception):
    """It was signed, and at another time: it may have been recorded."""


@dataclass(frozen=True, slots=True)
class Report:
    """That a payment is paid or failed, for so much; `event` is the provider's own word for it."""

    event: str
    online_payment_id: UUID
    state: Reported
    amount: Decimal
    currency: str
    reference: str

    @property
    def is_decided(self) -> bool:
        """Whether it says how the payment ended."""
        return self.state in DECIDED


def checked(report: Report) -> Report:
    """Return a report that may be kept as it is; raises `Unreadable`."""
    is_short = 0 < len(report.event) <= _LONGEST and len(report.reference) <= _LONGEST
    if not is_short or not report.amount.is_finite() or abs(report.amount) > MAX_AMOUNT:
        raise Unreadable("it is not a report")
    return report


def unknown(reference: UUID, currency: str) -> Report:
    """Return what a provider says of a payment that it never heard of."""
    return Report("none such", reference, Reported.UNKNOWN, Decimal(0), currency, "")


def read_report(body: bytes) -> Report:
    """Read what a provider sent; raises `Unreadable`."""
    try:
        found: dict[str, Any] = orjson.loads(body)
        report = Report(
            event=str(found["event"]),
            online_payment_id=UUID(found["reference"]),
            state=Reported(found["state"]),
            amount=Decimal(found["amount"]),
            currency=str(found["currency"]),
            reference=str(found.get("providerReference", "")),
        )
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as wrong:
        raise Unreadable("it is not a report") from wrong
    return checked(report)
