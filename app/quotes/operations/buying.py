"""What a real buyer is shown of goods: own prices, what schemes make of them, retail prices."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from app.db.revisions import View
from app.db.work import Work
from app.pricing.operations.audience import Enquiry, asker_of
from app.pricing.operations.books import book_of, request_for
from app.pricing.operations.lines import Facts
from app.pricing.operations.listed import listed_for
from app.pricing.operations.remembered import rows_steady
from app.pricing.operations.retail import NONE_GRANTED, RetailBands, retail_bands
from app.pricing.operations.scope import Asked
from app.pricing.rules import PriceBook, PriceRequest, RuleProblem, priced_alone
from app.promotions.operations import Offered, offered
from app.promotions.rules.outcome import SchemeOffer
from app.quotes.operations.labels import (
    Audience,
    LabelKey,
    PriceLabel,
    Remembered,
    audiences,
    label_of,
    labels,
    listed_key,
)
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
        self._speaking = Speaking(
            _question(view.request, view.facts, view.schemes), view.schemes.book
        )
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

    def labels(self, sku_ids: Collection[UUID]) -> dict[UUID, PriceLabel]:
        """Finish what the buyer is shown of SKUs."""
        packs = self.packs(sku_ids)
        return {key: label_of(packs[key], self.schemes_of(key)) for key in sku_ids}

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
    schemes = await offered(work, asked.relationship, instant)
    return await _view(work, asked, facts, instant, schemes)


async def _view(
    work: Work, asked: Asked, facts: Facts, instant: datetime, schemes: Offered
) -> BuyersView:
    relationship = asked.relationship
    enquiry = enquiry_of(facts, Moment(instant))
    request, book = await book_of(work, asker_of(relationship), enquiry)
    others = not asked.is_seller
    retail = await retail_bands(work, relationship, facts, instant, others=others)
    return BuyersView(request, book, facts, schemes, retail)


async def labels_for(work: Work, asked: Asked, facts: Facts) -> Mapping[UUID, PriceLabel]:
    """Return what a relationship's buyer is shown of SKUs now.

    The statements of `buyers_view`; labels that are remembered for the buyer's audience cost none
    but what schemes have left. A seller's purchase price decides, what the buyer did before counts,
    or the seller is told what fails: such labels are made for this answer alone.
    """
    schemes = await offered(work, asked.relationship, work.now)
    sharing = await _sharing(work, asked, facts, schemes)
    if sharing is None:
        shown = ShownToBuyer(await _view(work, asked, facts, work.now, schemes))
        return shown.labels(facts)
    known = sharing.known()
    missing = {key: facts[key] for key in facts if key not in known}
    if missing:
        shown = ShownToBuyer(await _view(work, asked, missing, work.now, schemes))
        known |= await sharing.made(work, shown.labels(missing))
    return known


@dataclass(frozen=True, slots=True)
class _Sharing:
    """What labels of one audience are kept under."""

    view: View[LabelKey, Remembered]
    audience: Audience
    list_ids: list[UUID]
    facts: Facts
    retail: RetailBands
    speaking: Speaking
    instant: datetime

    def known(self) -> dict[UUID, PriceLabel]:
        """Return the labels that are remembered."""
        found: dict[UUID, PriceLabel] = {}
        for key in self.facts:
            known = self.view.get(self._key(key))
            if known is not None and known.steady.holds_at(self.instant):
                found[key] = known.label
        return found

    async def made(self, work: Work, fresh: Mapping[UUID, PriceLabel]) -> dict[UUID, PriceLabel]:
        """Remember labels, but those for which the buyer's own doings count."""
        facts = {key: self.facts[key] for key in fresh}
        steady = await rows_steady(work, self.list_ids, facts, self.instant)
        found = dict(fresh)
        for key, stretch in steady.items():
            if not self.speaking.counts(facts[key]):
                found[key] = replace(fresh[key], is_shared=True)
                self.view.put(self._key(key), Remembered(found[key], stretch))
        return found

    def _key(self, sku_id: UUID) -> LabelKey:
        prices = self.retail.of(self.facts[sku_id])
        return self.audience, sku_id.int, None if prices is NONE_GRANTED else prices


async def _sharing(work: Work, asked: Asked, facts: Facts, schemes: Offered) -> _Sharing | None:
    relationship, instant = asked.relationship, work.now
    known, view = await audiences.at(work), await labels.at(work)
    if known is None or view is None or asked.is_seller or relationship.allows_fallback_price:
        return None
    asker, enquiry = asker_of(relationship), Enquiry(facts, (), instant)
    listed = await listed_for(work, asker, enquiry)
    request = request_for(asker, listed.audience, enquiry)
    speaking = Speaking(_question(request, facts, schemes), schemes.book)
    key = listed_key(request, listed.lists), speaking.key
    return _Sharing(
        view,
        known.get(key) or known.put(key, Audience(key)),
        [terms.list_id for terms in listed.lists],
        facts,
        await retail_bands(work, relationship, facts, instant, others=True),
        speaking,
        instant,
    )


def _question(request: PriceRequest, facts: Facts, schemes: Offered) -> QuoteRequest:
    return QuoteRequest(
        prices=request,
        goods=facts,
        known_at=request.price_instant,
        uses=schemes.uses,
        membership_tier_id=schemes.membership_tier_id,
        is_first_order=schemes.is_first_order,
    )
