"""The price waterfall as pure functions: no session, no clock, no float, no promotion."""

from app.kernel.money import TaxMode
from app.pricing.rules.basis import BreakBasis
from app.pricing.rules.book import PriceBook, RuleProblem, problems
from app.pricing.rules.offer import Offer, offers
from app.pricing.rules.price_list import (
    BreakType,
    Combination,
    ContractRule,
    Derivation,
    ListTerms,
    PriceKind,
)
from app.pricing.rules.price_row import PriceRow
from app.pricing.rules.priced import PricedLine
from app.pricing.rules.request import PriceRequest, RequestLine
from app.pricing.rules.result import (
    LadderRung,
    LosingCandidate,
    LossCode,
    NextBreak,
    PriceStep,
    RefusalCode,
    RefusedLine,
    StepName,
)
from app.pricing.rules.tax import TaxableLine, TaxedAmount, taxed
from app.pricing.rules.waterfall import price_alone, price_lines

__all__ = [
    "BreakBasis",
    "BreakType",
    "Combination",
    "ContractRule",
    "Derivation",
    "LadderRung",
    "ListTerms",
    "LosingCandidate",
    "LossCode",
    "NextBreak",
    "Offer",
    "PriceBook",
    "PriceKind",
    "PriceRequest",
    "PriceRow",
    "PriceStep",
    "PricedLine",
    "RefusalCode",
    "RefusedLine",
    "RequestLine",
    "RuleProblem",
    "StepName",
    "TaxMode",
    "TaxableLine",
    "TaxedAmount",
    "offers",
    "price_alone",
    "price_lines",
    "problems",
    "taxed",
]
