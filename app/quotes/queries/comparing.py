"""Compare what two customers pay, what one pays at two instants, or what two lists say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from app.catalog.operations import SkuFacts, sku_facts
from app.db.work import Work
from app.kernel.errors import Invalid
from app.kernel.paging import Page, PageRequest
from app.kernel.quantity import PackagingLevel
from app.organisations.models import TradingRelationship
from app.pricing.operations.audience import Asker, asker_of
from app.pricing.operations.scope import asked_relationship, own_list
from app.pricing.rules import RuleProblem
from app.quotes.operations.finding import (
    EVERYTHING,
    CatalogueFilter,
    Named,
    all_by_name,
    by_name,
    cut,
)
from app.quotes.operations.offering import Moment, OfferKey, Shown, shown_in_lists, shown_to
from app.quotes.queries.grid import Cell, cell_of
from app.rbac.guard import requires
from app.rbac.permissions import Permission

_CENTS = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Sides:
    """What is compared: exactly one pair is named; without `ats` both are priced now."""

    relationship_ids: tuple[UUID, UUID] | None = None
    instants: tuple[UUID, datetime, datetime] | None = None
    price_list_ids: tuple[UUID, UUID] | None = None


@dataclass(frozen=True, slots=True)
class Comparing:
    """Which goods to compare, in one packaging unit: each SKU's smallest without one."""

    goods: CatalogueFilter = EVERYTHING
    unit: PackagingLevel | None = None
    only_different: bool = False


@dataclass(frozen=True, slots=True)
class ComparedPrice:
    """Both prices of a SKU; the difference is the second less the first, in percent of the first.

    Neither is told where one side has no price, or only one of the two holds tax.
    """

    sku: Named
    unit: PackagingLevel
    pieces: Decimal
    first: Cell
    second: Cell
    difference: Decimal | None
    percent: Decimal | None

    @property
    def is_different(self) -> bool:
        """Tell whether a buyer would notice."""
        one, other = self.first, self.second
        return (one.unit_price, one.is_tax_inclusive) != (other.unit_price, other.is_tax_inclusive)


@dataclass(frozen=True, slots=True)
class Comparison:
    """A page of compared prices by product name, and the rules that failed on either side."""

    currency: str
    page: Page[ComparedPrice]
    problems: tuple[RuleProblem, ...]


@requires(Permission.PRICE_READ)
async def compare_prices(
    work: Work, sides: Sides, wish: Comparing, page: PageRequest
) -> Comparison:
    """Compare own prices side by side, in a number of statements that no SKU adds to.

    Raises `NotFound` for relationships and lists of others, `Invalid` for two currencies and for
    more than 5,000 SKUs.
    """
    found = await all_by_name(work, wish.goods)
    facts = await sku_facts(work, [row.id for row in found])
    currency, first, second = await _both(work, sides, facts)
    units = {row.id: _unit(facts[row.id], wish.unit) for row in found}
    only: tuple[Sequence[UUID], Sequence[UUID]] = ((), ())
    if sides.price_list_ids is not None:
        only = (sides.price_list_ids[:1], sides.price_list_ids[1:])
    cells = [
        {key: cell_of(pack, own) for key, pack in side.units(list(units.items())).items()}
        for side, own in zip((first, second), only, strict=True)
    ]
    rows = [_compared(row, units[row.id], facts[row.id], *cells) for row in found]
    chosen = [row for row in rows if row.is_different or not wish.only_different]
    failed = tuple(dict.fromkeys((*first.problems, *second.problems)))
    return Comparison(currency, cut(chosen, page, lambda row: by_name(row.sku)), failed)


async def _both(
    work: Work, sides: Sides, facts: Mapping[UUID, SkuFacts]
) -> tuple[str, Shown, Shown]:
    now = Moment(work.now)
    if sides.price_list_ids is not None:
        return await _lists(work, sides.price_list_ids, facts)
    if sides.instants is not None:
        relationship_id, *instants = sides.instants
        asker = asker_of(await _customer(work, relationship_id))
        shown = [await shown_to(work, asker, facts, Moment(each)) for each in instants]
        return asker.currency, shown[0], shown[1]
    if sides.relationship_ids is None:
        raise Invalid("relationshipIds", "name two customers, two instants or two price lists")
    one, other = [asker_of(await _customer(work, each)) for each in sides.relationship_ids]
    if one.currency != other.currency:
        raise Invalid("relationshipIds", "the two customers pay in different currencies")
    first = await shown_to(work, one, facts, now)
    return one.currency, first, await shown_to(work, other, facts, now)


async def _customer(work: Work, relationship_id: UUID) -> TradingRelationship:
    return (await asked_relationship(work, relationship_id, seller_only=True)).relationship


async def _lists(
    work: Work, list_ids: tuple[UUID, UUID], facts: Mapping[UUID, SkuFacts]
) -> tuple[str, Shown, Shown]:
    one, other = [await own_list(work, each) for each in list_ids]
    if one.currency != other.currency:
        raise Invalid("priceListIds", "the two lists are in different currencies")
    own = work.actor.own_organisation
    asker = Asker(seller_id=own, buyer_id=own, currency=one.currency)
    first, second = await shown_in_lists(work, asker, list_ids, facts, Moment(work.now))
    return one.currency, first, second


def _unit(sku: SkuFacts, wanted: PackagingLevel | None) -> PackagingLevel:
    return wanted if wanted and wanted in sku.packaging else next(iter(sku.packaging))


def _compared(
    sku: Named,
    unit: PackagingLevel,
    facts: SkuFacts,
    first: Mapping[OfferKey, Cell],
    second: Mapping[OfferKey, Cell],
) -> ComparedPrice:
    one, other = first[sku.id, unit], second[sku.id, unit]
    difference = percent = None
    comparable = one.is_tax_inclusive == other.is_tax_inclusive
    if comparable and one.unit_price is not None and other.unit_price is not None:
        difference = other.unit_price - one.unit_price
        if one.unit_price:
            percent = (difference * 100 / one.unit_price).quantize(_CENTS, ROUND_HALF_UP)
    return ComparedPrice(sku, unit, facts.packaging[unit], one, other, difference, percent)
