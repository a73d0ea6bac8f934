"""What keeps a price within its bounds, and what a person must approve. For the seller only."""

from decimal import Decimal

import strawberry

from app.pricing.rules.guards import GuardKind, GuardVerdict
from app.quotes import rules
from app.quotes.rules import ApprovalCauseKind

for _words in (GuardVerdict, ApprovalCauseKind):
    strawberry.enum(_words, description=_words.__doc__)


@strawberry.type
class QuotedGuard:
    """A limit that the price after all discounts breaks; with PASS it only warns.

    `limit` is per piece without tax, or a margin in percent; null where it is not the seller's to
    know.
    """

    kind: GuardKind
    verdict: GuardVerdict
    limit: Decimal | None
    text: str

    @classmethod
    def of(cls, guard: rules.QuotedGuard) -> "QuotedGuard":
        """Show what a guard says."""
        return cls(kind=guard.kind, verdict=guard.verdict, limit=guard.limit, text=guard.text)


@strawberry.type
class ApprovalCause:
    """Why an order with this quote will ask for approval."""

    kind: ApprovalCauseKind
    line_key: str
    text: str

    @classmethod
    def of(cls, cause: rules.ApprovalCause) -> "ApprovalCause":
        """Show a cause."""
        return cls(kind=cause.kind, line_key=cause.line_key, text=cause.text)
