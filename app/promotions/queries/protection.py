"""What a price drop gives back on goods that a buyer still holds (P16)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from app.catalog.operations import known_facts
from app.db.work import Work
from app.kernel.errors import Invalid
from app.kernel.quantity import PackagingLevel, QuantityOutOfRange, checked_quantity
from app.organisations.models import TradingRelationship
from app.pricing.operations import Enquiry, LineRequest, asked_lines, book_for
from app.pricing.operations.scope import ASKING, asked_relationship
from app.pricing.rules import PricedLine, price_lines
from app.promotions.rules.price_protection import ProtectedStock
from app.promotions.rules.price_protection import price_protection as credit_of
from app.rbac.guard import requires

_ONE = Decimal(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtectionAsked:
    """A SKU in a packaging unit, two instants, and the stock as the caller counted it.

    Quantities are of that unit; `bought_within_window` is the part of `on_hand` that was bought
    recently enough, none where the agreement has no window.
    """

    relationship_id: UUID
    sku_id: UUID
    packaging_level: PackagingLevel
    before: datetime
    after: datetime
    on_hand: Decimal
    in_transit: Decimal = Decimal(0)
    bought_within_window: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Protected:
    """The buyer's own price at both instants, what is eligible, and the credit in currency.

    Without a price at one of them there is no credit.
    """

    currency: str
    old_price: Decimal | None
    new_price: Decimal | None
    eligible: Decimal
    credit: Decimal | None


@requires(*ASKING)
async def price_protection(work: Work, asked: ProtectionAsked) -> Protected:
    """Compare a buyer's price for one unit at two instants, from the price history.

    Raises `NotFound`, `NoSuchPackaging`, and `Invalid`, also where a buyer asks for the future,
    which the seller may still change.
    """
    _check(asked)
    found = await asked_relationship(work, asked.relationship_id)
    if asked.after > work.now and not found.is_seller:
        raise Invalid("after", "must not lie in the future")
    relationship = found.relationship
    stock = ProtectedStock(
        on_hand=asked.on_hand,
        in_transit=asked.in_transit,
        bought_within_window=asked.bought_within_window,
    )
    old = await _price(work, relationship, asked, asked.before)
    new = await _price(work, relationship, asked, asked.after)
    currency = relationship.currency
    credit = None if old is None or new is None else credit_of(old, new, stock, currency)
    return Protected(currency, old, new, stock.eligible, credit)


async def _price(
    work: Work, relationship: TradingRelationship, asked: ProtectionAsked, instant: datetime
) -> Decimal | None:
    facts = await known_facts(work, [asked.sku_id])
    one = LineRequest("one", asked.sku_id, asked.packaging_level, _ONE)
    enquiry = Enquiry(facts, asked_lines(facts, [one]), instant)
    request, book = await book_for(work, relationship, enquiry)
    (answer,) = price_lines(request, book)
    return answer.unit_price_display if isinstance(answer, PricedLine) else None


def _check(asked: ProtectionAsked) -> None:
    if asked.after <= asked.before:
        raise Invalid("after", "must lie after the other instant")
    for field, quantity in (
        ("onHand", asked.on_hand),
        ("inTransit", asked.in_transit),
        ("boughtWithinWindow", asked.bought_within_window or Decimal(0)),
    ):
        try:
            checked_quantity(quantity)
        except QuantityOutOfRange as beyond:
            raise Invalid(field, str(beyond)) from beyond
        if quantity < 0:
            raise Invalid(field, "must not be negative")
