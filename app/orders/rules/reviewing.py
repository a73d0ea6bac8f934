"""What a reviewer looks at before an order goes on (R1-17): pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any


class ReviewCheckKind(StrEnum):
    """What is checked of an order under review.

    COMPLETENESS: it has lines, where to deliver, and a day that can still be kept. ACCURACY: its
    amounts are those of its lines, and all of it is still sold. PAYMENT: it is paid, or on terms
    with room for it.
    """

    COMPLETENESS = "COMPLETENESS"
    ACCURACY = "ACCURACY"
    PAYMENT = "PAYMENT"


@dataclass(frozen=True, slots=True)
class ReviewCheck:
    """One check with its result in words."""

    kind: ReviewCheckKind
    is_passed: bool
    text: str

    def stored(self) -> dict[str, Any]:
        """Return it as it is kept."""
        return {"kind": self.kind.value, "is_passed": self.is_passed, "text": self.text}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewFacts:
    """What the checks look at; `owed` is what the buyer owes besides, `limit` none without one."""

    lines: int
    is_delivered: bool
    has_address: bool
    requested_on: date | None
    today: date
    total: Decimal
    of_lines: Decimal
    unlisted: Sequence[str]
    currency: str
    is_prepaid: bool
    paid: Decimal
    owed: Decimal
    limit: Decimal | None


def checks_of(facts: ReviewFacts) -> list[ReviewCheck]:
    """Return the three checks, each with all that it found."""
    found = (
        (ReviewCheckKind.COMPLETENESS, _incomplete(facts), "Lines, address and day are there."),
        (ReviewCheckKind.ACCURACY, _inaccurate(facts), "Amounts fit, and all of it is sold."),
    )
    kept = [ReviewCheck(kind, not faults, " ".join(faults) or fine) for kind, faults, fine in found]
    return [*kept, _payment(facts)]


def _incomplete(facts: ReviewFacts) -> list[str]:
    faults = ["It has no lines."] if not facts.lines else []
    if facts.is_delivered and not facts.has_address:
        faults.append("It says not where to deliver.")
    if facts.requested_on is not None and facts.requested_on < facts.today:
        faults.append(f"The day that was asked for, {facts.requested_on}, has passed.")
    return faults


def _inaccurate(facts: ReviewFacts) -> list[str]:
    faults: list[str] = []
    if facts.of_lines != facts.total:
        wrong, right = _told(facts.total), _told(facts.of_lines)
        faults.append(f"The total is {wrong} {facts.currency}, its lines come to {right}.")
    if facts.unlisted:
        faults.append(f"No longer sold: {', '.join(facts.unlisted)}.")
    return faults


def _payment(facts: ReviewFacts) -> ReviewCheck:
    kind, currency = ReviewCheckKind.PAYMENT, facts.currency
    paid = f"{_told(facts.paid)} of {_told(facts.total)} {currency} are paid"
    if facts.paid >= facts.total:
        return ReviewCheck(kind, is_passed=True, text=f"{paid}.")
    if facts.is_prepaid:
        return ReviewCheck(kind, is_passed=False, text=f"{paid}, and it is to be paid in advance.")
    if facts.limit is None:
        return ReviewCheck(kind, is_passed=True, text=f"{paid}; it is on terms without a limit.")
    room = facts.limit - facts.owed - facts.total
    has_room = room >= 0
    of_limit = f"of {_told(facts.limit)} {currency} credit, {_told(facts.owed)} are in use"
    more = "" if has_room else f"; {_told(-room)} too little"
    return ReviewCheck(kind, is_passed=has_room, text=f"{paid}; {of_limit}{more}.")


def _told(amount: Decimal) -> str:
    return f"{amount.normalize():f}"
