"""What schemes look at: priced lines of one buyer, and what the buyer has used so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from app.kernel.period import Period
from app.kernel.quantity import PackagingLevel
from app.promotions.rules.terms import SchemeTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketLine:
    """A priced line; `amount` is the line's gross amount after any manual price, in whole coins.

    Net of tax unless the line's price holds tax: schemes take amounts as they are, so thresholds
    and reductions of a tax-inclusive line are tax-inclusive too. `packs` are the base units of each
    packaging level of the SKU.
    """

    key: str
    sku_id: UUID
    brand_id: UUID | None
    category_path: tuple[UUID, ...]
    packaging_level: PackagingLevel
    unit_factor: Decimal
    base_quantity: Decimal
    amount: Decimal
    is_promotable: bool = True
    packs: Mapping[PackagingLevel, Decimal] = field(default_factory=dict[PackagingLevel, Decimal])


class SchemeUse(NamedTuple):
    """What has been used of a scheme before this basket, by all and by this buyer.

    Money holds reductions and accrued rebates, goods are base units of what was free. Purchases
    are of qualifying goods since the scheme began: what they cost (see BasketLine) and base units.
    A tuple, for dozens are made for every page.
    """

    uses: int = 0
    money: Decimal = Decimal(0)
    goods: Decimal = Decimal(0)
    buyer_uses: int = 0
    buyer_money: Decimal = Decimal(0)
    buyer_goods: Decimal = Decimal(0)
    purchased_amount: Decimal = Decimal(0)
    purchased_quantity: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheme:
    """One version of a scheme that may speak."""

    scheme_id: UUID
    version_id: UUID
    name: str
    period: Period
    terms: SchemeTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """Lines of one buyer to one seller at one instant.

    `level_ids` and `territory_ids` begin with the buyer's own and go up. `coupon_scheme_ids` are
    schemes of which a valid coupon was given. `uses` are by scheme id. `gift_packs` are the base
    units of each packaging level of gifts that may not be in the basket (SchemeBook.gift_sku_ids).
    """

    currency: str
    lines: tuple[BasketLine, ...]
    relationship_id: UUID | None = None
    level_ids: tuple[UUID, ...] = ()
    group_ids: tuple[UUID, ...] = ()
    territory_ids: tuple[UUID, ...] = ()
    channel: str | None = None
    membership_tier_id: UUID | None = None
    is_first_order: bool = False
    coupon_scheme_ids: frozenset[UUID] = frozenset()
    uses: Mapping[UUID, SchemeUse] = field(default_factory=dict[UUID, SchemeUse])
    gift_packs: Mapping[UUID, Mapping[PackagingLevel, Decimal]] = field(
        default_factory=dict[UUID, Mapping[PackagingLevel, Decimal]]
    )
