"""The price waterfall as pure functions: no session, no clock, no float, no promotion."""

from app.kernel.document import UnreadableDocument
from app.kernel.money import TaxMode
from app.pricing.rules.buyer_view import as_buyer_sees
from app.pricing.rules.candidate import (
    BreakType,
    Combination,
    ContractRule,
    PriceCandidate,
    PriceKind,
)
from app.pricing.rules.priced import PricedLine
from app.pricing.rules.request import PriceRequest, RequestLine
from app.pricing.rules.result import (
    LadderRung,
    LosingCandidate,
    LossCode,
    NextBreak,
    Offer,
    PriceStep,
    Quote,
    QuotedLine,
    RefusalCode,
    RefusedLine,
    StepName,
)
from app.pricing.rules.tax import TaxableLine, TaxedAmount, taxed
from app.pricing.rules.waterfall import ladder_for, offers, price_lines, quote

__all__ = [
    "BreakType",
    "Combination",
    "ContractRule",
    "LadderRung",
    "LosingCandidate",
    "LossCode",
    "NextBreak",
    "Offer",
    "PriceCandidate",
    "PriceKind",
    "PriceRequest",
    "PriceStep",
    "PricedLine",
    "Quote",
    "QuotedLine",
    "RefusalCode",
    "RefusedLine",
    "RequestLine",
    "StepName",
    "TaxMode",
    "TaxableLine",
    "TaxedAmount",
    "UnreadableDocument",
    "as_buyer_sees",
    "ladder_for",
    "offers",
    "price_lines",
    "quote",
    "taxed",
]
