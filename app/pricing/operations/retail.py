"""Retail prices that sellers grant a buyer for its own selling (bounded delegation)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from uuid import UUID

from app.catalog.operations import SkuFacts
from app.db.work import Work
from app.kernel.money import AMOUNT_PLACES
from app.organisations.models import TradingRelationship
from app.pricing.operations.bands import GrantedBands, granted_bands
from app.pricing.operations.lines import Facts
from app.pricing.rules.guards import Guard

_STEP = Decimal(1).scaleb(-AMOUNT_PLACES)
_EXACT = Context(prec=60)


@dataclass(frozen=True, slots=True)
class RetailPrices:
    """At how much a buyer is advised, and at most allowed, to sell one piece, without tax."""

    recommended: Fraction | None = None
    maximum: Fraction | None = None

    def recommended_for(self, pieces: Decimal) -> Decimal | None:
        """Return the recommendation for so many pieces, with 4 decimals, within the maximum."""
        price, most = _amount(self.recommended, pieces, ROUND_HALF_UP), self.maximum_for(pieces)
        return price if price is None or most is None else min(price, most)

    def maximum_for(self, pieces: Decimal) -> Decimal | None:
        """Return the maximum for so many pieces, with 4 decimals, never rounded above it."""
        return _amount(self.maximum, pieces, ROUND_FLOOR)


NONE_GRANTED = RetailPrices()


class RetailBands:
    """The retail prices granted to one buyer, read once and asked SKU by SKU."""

    def __init__(self, bands: GrantedBands, seller_id: UUID, *, others: bool) -> None:
        """Prefer what one seller recommends; without `others`, nothing else counts."""
        self._bands = bands
        self._seller_id = seller_id
        self._others = others

    def of(self, sku: SkuFacts) -> RetailPrices:
        """Return the seller's recommendation before others', and the lowest of all maximums."""
        if not self._bands:
            return NONE_GRANTED
        granted = self._bands.guards_of(sku)
        own = [guard for grantor, guard in granted if grantor == self._seller_id]
        every = [*own, *(guard for _, guard in granted)] if self._others else own
        return _prices(every) if every else NONE_GRANTED


async def retail_bands(
    work: Work,
    relationship: TradingRelationship,
    facts: Facts,
    instant: datetime,
    *,
    others: bool,
) -> RetailBands:
    """Read the retail prices granted to a relationship's buyer in its currency; one statement.

    `others` are grants of the buyer's other sellers, which are no business of this one.
    """
    buyer_id, currency = relationship.buyer_id, relationship.currency
    bands = await granted_bands(work, buyer_id, currency, facts, instant)
    return RetailBands(bands, relationship.seller_id, others=others)


def _prices(guards: Sequence[Guard]) -> RetailPrices:
    advised = (guard.recommended_retail_price for guard in guards)
    allowed = (guard.maximum_retail_price for guard in guards)
    return RetailPrices(
        recommended=next((each for each in advised if each is not None), None),
        maximum=min((each for each in allowed if each is not None), default=None),
    )


def _amount(price: Fraction | None, pieces: Decimal, rounding: str) -> Decimal | None:
    if price is None:
        return None
    exact = price * Fraction(pieces)
    amount = _EXACT.divide(Decimal(exact.numerator), Decimal(exact.denominator))
    return amount.quantize(_STEP, rounding)
