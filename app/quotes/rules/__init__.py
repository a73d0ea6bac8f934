"""The whole quote as pure functions: no session, no clock, no float (domain.md (d))."""

from app.quotes.rules.document import from_document, to_document
from app.quotes.rules.explanation import Explanation, Told
from app.quotes.rules.request import ManualPrice, PointsWish, QuoteRequest
from app.quotes.rules.result import (
    ApprovalCause,
    ApprovalCauseKind,
    Quote,
    QuoteContext,
    QuotedContainer,
    QuotedCoupon,
    QuotedGuard,
    QuotedLine,
    UsedBefore,
)

__all__ = [
    "ApprovalCause",
    "ApprovalCauseKind",
    "Explanation",
    "ManualPrice",
    "PointsWish",
    "Quote",
    "QuoteContext",
    "QuoteRequest",
    "QuotedContainer",
    "QuotedCoupon",
    "QuotedGuard",
    "QuotedLine",
    "Told",
    "UsedBefore",
    "from_document",
    "to_document",
]
