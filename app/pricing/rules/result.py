"""The answer: prices with every step that led to them, and every row that lost."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from app.pricing.rules.price_list import BreakType


class StepName(StrEnum):
    """The steps of the waterfall that a quote can hold, in their order."""

    LIST = "LIST"
    INHERITED = "INHERITED"
    FALLBACK = "FALLBACK"
    CHANNEL = "CHANNEL"
    TERRITORY = "TERRITORY"
    GROUP = "GROUP"
    LEVEL = "LEVEL"
    BUYER = "BUYER"
    QUANTITY_BREAK = "QUANTITY_BREAK"
    CONTRACT = "CONTRACT"
    MANUAL = "MANUAL"
    FIXED_PRICE = "FIXED_PRICE"
    AMOUNT_OFF = "AMOUNT_OFF"
    PERCENT_OFF = "PERCENT_OFF"
    ORDER_DISCOUNT = "ORDER_DISCOUNT"
    FREE_GOODS = "FREE_GOODS"
    POINTS = "POINTS"
    CASH_DISCOUNT = "CASH_DISCOUNT"
    TAX = "TAX"


class LossCode(StrEnum):
    """Why a price row did not set the price."""

    OTHER_SELLER = "OTHER_SELLER"
    OTHER_CURRENCY = "OTHER_CURRENCY"
    NOT_APPROVED = "NOT_APPROVED"
    NOT_YET_VALID = "NOT_YET_VALID"
    NO_LONGER_VALID = "NO_LONGER_VALID"
    BUYER_NOT_ELIGIBLE = "BUYER_NOT_ELIGIBLE"
    FALLBACK_NOT_ALLOWED = "FALLBACK_NOT_ALLOWED"
    NOT_INHERITED = "NOT_INHERITED"
    OVERRIDDEN = "OVERRIDDEN"
    RULE_FAILED = "RULE_FAILED"
    FALLBACK_NOT_NEEDED = "FALLBACK_NOT_NEEDED"
    NEARER_PRICES = "NEARER_PRICES"
    UNIT_NOT_CONVERTIBLE = "UNIT_NOT_CONVERTIBLE"
    OTHER_UNIT = "OTHER_UNIT"
    NO_LIST_PRICE = "NO_LIST_PRICE"
    WEAKER = "WEAKER"
    REPLACED = "REPLACED"
    RAISES_PRICE = "RAISES_PRICE"
    NOT_LOWEST = "NOT_LOWEST"
    BREAK_NOT_REACHED = "BREAK_NOT_REACHED"
    HIGHER_BREAK_REACHED = "HIGHER_BREAK_REACHED"


class RefusalCode(StrEnum):
    """Why a line has no price."""

    NO_PRICE = "NO_PRICE"
    BELOW_LOWEST_BREAK = "BELOW_LOWEST_BREAK"
    QUANTITY_NOT_POSITIVE = "QUANTITY_NOT_POSITIVE"
    QUANTITY_OUT_OF_RANGE = "QUANTITY_OUT_OF_RANGE"
    FRACTIONAL_PIECES = "FRACTIONAL_PIECES"
    AMOUNT_OUT_OF_RANGE = "AMOUNT_OUT_OF_RANGE"


@dataclass(frozen=True, slots=True)
class PriceStep:
    """What one rule did to the line's amount; before is the after of the step above it.

    The first step begins at zero, the last ends at the gross amount. source_id is the price row,
    or the tax category of the tax step.
    """

    name: StepName
    source_id: UUID | None
    list_id: UUID | None
    before: Decimal
    after: Decimal
    reason: str


class LosingCandidate(NamedTuple):
    """A price row that covers the SKU and did not set its price, and why.

    A named tuple, for a quote holds hundreds: made in a quarter of a dataclass's time.
    """

    entry_id: UUID
    list_id: UUID
    list_name: str
    code: LossCode
    reason: str


@dataclass(frozen=True, slots=True)
class NextBreak:
    """The nearest threshold, in base units, that lowers the price, which is per unit ordered."""

    from_quantity: Decimal
    unit_price: Decimal


class LadderRung(NamedTuple):
    """One visible break: from so many base units, this price per unit ordered, 4 decimals."""

    from_quantity: Decimal
    unit_price: Decimal
    tax_inclusive: bool
    break_type: BreakType
    entry_id: UUID
    list_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedLine:
    """A line without a price, never a price of zero (Our rule 6)."""

    key: str
    sku_id: UUID
    code: RefusalCode
    reason: str
    losers: tuple[LosingCandidate, ...]
