"""What a real buyer is shown of goods: own prices, what schemes make of them, retail prices."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.db.work import Work
from app.pricing.operations.audience import asker_of
from app.pricing.operations.books import book_of
from app.pricing.operations.lines import Facts
from app.pricing.operations.retail import NONE_GRANTED, RetailBands, retail_bands
from app.pricing.operations.scope import Asked
from app.pricing.rules import PriceBook, PriceRequest, RuleProblem, priced_alone
from app.promotions.operations import Offered, offered
from app.promotions.rules.outcome import SchemeOffer
from app.quotes.operations.offering import (
    Moment,
    OfferKey,
    PackOffer,
    Shown,
    enquiry_of,
)
from app.quotes.rules import QuoteRequest
from app.quotes.rules.alone import Speaking


@dataclass(frozen=True, slots=True)
class BuyersView:
    """All that was read to show goods to a buyer: what prices them, schemes, retail prices."""

    request: PriceRequest
    book: PriceBook
    facts: Facts
    schemes: Offered
    retail: RetailBands


class ShownToBuyer(Shown):
    """One buyer's offers with schemes and retail prices; problems are those of schemes too."""

    def __init__(self, view: BuyersView) -> None:
        """Find the schemes that speak."""
        super().__init__(view.request, view.book, view.facts)
        self._retail = view.retail
        self._speaking = Speaking(_question(view), view.schemes.book)
        self._failed = dict.fromkeys(self._speaking.problems)

    @property
    def problems(self) -> tuple[RuleProblem, ...]:
        """Rules and schemes that failed for what was looked at so far."""
        return (*super().problems, *self._failed)

    def schemes_of(self, sku_id: UUID) -> tuple[SchemeOffer, ...]:
        """Return the schemes that count or reward the SKU, by sequence, in the buyer's words."""
        return self._speaking.shown(self._facts[sku_id])

    def packs(self, sku_ids: Collection[UUID]) -> dict[UUID, tuple[PackOffer, ...]]:
        """Offer every packaging unit of the SKUs, smallest first, with its retail prices."""
        found = super().packs(sku_ids)
        return {key: self._with_retail(key, packs) for key, packs in found.items()}

    def units(self, asked: Sequence[OfferKey]) -> dict[OfferKey, PackOffer]:
        """Offer one packaging unit of each after schemes, in the order asked."""
        found = super().units(asked)
        skus = dict.fromkeys(sku_id for sku_id, _ in asked)
        reduced = {key for key in skus if self._speaking.may_reduce(self._facts[key])}
        return {
            unit: self._after_schemes(pack) if unit[0] in reduced else pack
            for unit, pack in found.items()
        }

    def _with_retail(self, sku_id: UUID, packs: tuple[PackOffer, ...]) -> tuple[PackOffer, ...]:
        prices = self._retail.of(self._facts[sku_id])
        if prices is NONE_GRANTED:
            return packs
        return tuple(
            pack._replace(
                recommended_retail_price=prices.recommended_for(pack.pieces),
                maximum_retail_price=prices.maximum_for(pack.pieces),
            )
            for pack in packs
        )

    def _after_schemes(self, pack: PackOffer) -> PackOffer:
        found = pack.offer.found
        if found is None:
            return pack
        after = self._speaking.alone(priced_alone(found, self._request.currency))
        self._failed |= dict.fromkeys(after.problems)
        return pack if after.amount is None else pack._replace(scheme_price=after.amount)


async def shown_to_buyer(work: Work, asked: Asked, facts: Facts, instant: datetime) -> ShownToBuyer:
    """Read what a relationship's buyer is shown of SKUs at an instant, as known now.

    The statements of `buyers_view`.
    """
    return ShownToBuyer(await buyers_view(work, asked, facts, instant))


async def buyers_view(work: Work, asked: Asked, facts: Facts, instant: datetime) -> BuyersView:
    """Read all that counts for what a relationship's buyer is shown of SKUs.

    Schemes cost two statements, bands one, and prices those of `book_of`. The seller learns which
    rules and schemes fail, and nothing of what other sellers grant the buyer.
    """
    relationship = asked.relationship
    schemes = await offered(work, relationship, instant)
    enquiry = enquiry_of(facts, Moment(instant))
    request, book = await book_of(work, asker_of(relationship), enquiry)
    others = not asked.is_seller
    retail = await retail_bands(work, relationship, facts, instant, others=others)
    return BuyersView(request, book, facts, schemes, retail)


def _question(view: BuyersView) -> QuoteRequest:
    schemes = view.schemes
    return QuoteRequest(
        prices=view.request,
        goods=view.facts,
        known_at=view.request.price_instant,
        uses=schemes.uses,
        membership_tier_id=schemes.membership_tier_id,
        is_first_order=schemes.is_first_order,
    )
