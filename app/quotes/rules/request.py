"""The question: lines and prices as the price rules take them, and all that comes after prices."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from app.catalog.rules import SkuFacts
from app.kernel.money import FreeGoodsTax
from app.pricing.rules import PriceRequest
from app.pricing.rules.guards import Guard
from app.promotions.rules.basket import SchemeUse
from app.quotes.rules.result import QuotedCoupon

_MOST_PERCENT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualPrice:
    """A discount that a person gives by hand: so many percent off the price, by whom and why.

    `authority_percent` is how far that person may go; without it any discount is beyond it.
    """

    discount_percent: Decimal
    reason: str
    by: str = ""
    authority_percent: Decimal | None = None

    def __post_init__(self) -> None:
        percent = self.discount_percent
        if not (percent.is_finite() and 0 < percent <= _MOST_PERCENT):
            raise ValueError(f"a discount of {percent} % is not above 0 and at most 100")


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsWish:
    """How many points the buyer wants to pay with, has, and what each is worth in money."""

    asked: int = 0
    balance: int = 0
    value_per_point: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteRequest:
    """What one buyer asks of one seller at one instant, as prices were known at another.

    `goods` holds the facts of every SKU asked and of every gift that a scheme names. `manual` is by
    line key, `uses` by scheme, `guards` and `purchase_prices` (per piece, without tax) by SKU.
    `bands_advise` is kept with the quote: where it is true the guards of others are advisory.
    """

    prices: PriceRequest
    goods: Mapping[UUID, SkuFacts]
    known_at: datetime
    manual: Mapping[str, ManualPrice] = field(default_factory=dict[str, ManualPrice])
    uses: Mapping[UUID, SchemeUse] = field(default_factory=dict[UUID, SchemeUse])
    membership_tier_id: UUID | None = None
    is_first_order: bool = False
    coupons: tuple[QuotedCoupon, ...] = ()
    points: PointsWish = PointsWish()
    cash_discount_percent: Decimal = Decimal(0)
    free_goods_tax: FreeGoodsTax = FreeGoodsTax.DISCOUNT
    guards: Mapping[UUID, tuple[Guard, ...]] = field(default_factory=dict[UUID, tuple[Guard, ...]])
    bands_advise: bool = False
    purchase_prices: Mapping[UUID, Fraction] = field(default_factory=dict[UUID, Fraction])
