"""What a provider says of a payment, read strictly."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

import orjson

from app.checkout.rules.states import DECIDED, Reported

_LONGEST = 128


class Unreadable(ValueError):
    """It is not written as agreed."""


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


def read_report(body: bytes) -> Report:
    """Read what a provider sent; raises `Unreadable`."""
    try:
        found: dict[str, Any] = orjson.loads(body)
        event, reference = str(found["event"]), str(found.get("providerReference", ""))
        report = Report(
            event=event,
            online_payment_id=UUID(found["reference"]),
            state=Reported(found["state"]),
            amount=Decimal(found["amount"]),
            currency=str(found["currency"]),
            reference=reference,
        )
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as wrong:
        raise Unreadable("it is not a report") from wrong
    if not (
        0 < len(event) <= _LONGEST and len(reference) <= _LONGEST and report.amount.is_finite()
    ):
        raise Unreadable("it is not a report")
    return report
