"""The whole quote as pure functions: no session, no clock, no float (domain.md (d))."""

from app.quotes.rules.buyer_view import (
    as_buyer_sees,
    as_onlooker_sees,
    line_as_buyer_sees,
    without_funding,
    without_limits,
)
from app.quotes.rules.document import from_document, to_document, to_stored
from app.quotes.rules.explanation import Explanation, Told
from app.quotes.rules.refund import Refund, Returned, ReturnedContainers, Returns, refund
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
from app.quotes.rules.waterfall import quote

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
    "Refund",
    "Returned",
    "ReturnedContainers",
    "Returns",
    "Told",
    "UsedBefore",
    "as_buyer_sees",
    "as_onlooker_sees",
    "from_document",
    "line_as_buyer_sees",
    "quote",
    "refund",
    "to_document",
    "to_stored",
    "without_funding",
    "without_limits",
]
