"""The pricing console's grid: products down, levels or lists across, each cell from the engine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from app.catalog.operations import SkuFacts, sku_facts
from app.db.work import Work
from app.kernel.errors import Invalid, NotFound
from app.kernel.money import typed_currency
from app.kernel.paging import Page, PageRequest
from app.kernel.quantity import PackagingLevel
from app.organisations.models import CustomerLevel
from app.pricing.models import PriceList
from app.pricing.operations.audience import Asker
from app.pricing.operations.scope import own_lists
from app.pricing.rules import RuleProblem
from app.quotes.operations.finding import EVERYTHING, CatalogueFilter, Named, by_name, page_by_name
from app.quotes.operations.offering import (
    Moment,
    OfferKey,
    PackOffer,
    Shown,
    shown_in_lists,
    shown_to_each,
)
from app.quotes.operations.permitted import check_own_change_sets
from app.rbac.guard import requires
from app.rbac.permissions import Permission
from app.tenants.operations import tenant_of

MOST_COLUMNS = 20


@dataclass(frozen=True, slots=True)
class GridWish:
    """Which prices to lay out: columns are levels or lists of the own organisation.

    Without a `unit` each SKU's smallest; without a `currency` the network's.
    """

    level_ids: Sequence[UUID] = ()
    price_list_ids: Sequence[UUID] = ()
    goods: CatalogueFilter = EVERYTHING
    unit: PackagingLevel | None = None
    currency: str | None = None
    at: datetime | None = None
    known_at: datetime | None = None
    change_set_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """One price, or the reason why there is none."""

    unit_price: Decimal | None
    is_tax_inclusive: bool
    breaks: int
    list_id: UUID | None
    list_name: str | None
    no_price_reason: str | None


@dataclass(frozen=True, slots=True)
class GridRow:
    """A SKU in one packaging unit, and a cell for each column in the order asked."""

    sku: Named
    unit: PackagingLevel
    pieces: Decimal
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A page of rows, and the rules that failed in any column."""

    currency: str
    page: Page[GridRow]
    problems: tuple[RuleProblem, ...]


@requires(Permission.PRICE_READ)
async def price_grid(work: Work, wish: GridWish, page: PageRequest) -> Grid:
    """Lay out own prices as a buyer of each level, or of each list alone, would pay them.

    Costs the same statements for any number of rows and columns. Raises `NotFound` for levels,
    lists and change sets of others, `Invalid` for no columns or too many.
    """
    _check(wish)
    found = await page_by_name(work, wish.goods, page)
    facts = await sku_facts(work, [row.id for row in found.rows])
    currency = wish.currency or (await tenant_of(work)).currency
    shown = await _columns(work, wish, facts, currency)
    units = {row.id: _unit(facts[row.id], wish.unit) for row in found.rows}
    columns = [_column(each, units, wish.price_list_ids[n : n + 1]) for n, each in enumerate(shown)]
    rows = [_row(row, units[row.id], facts[row.id], columns) for row in found.rows]
    failed = dict.fromkeys(problem for each in shown for problem in each.problems)
    return Grid(currency, Page(rows, found.has_next, lambda row: by_name(row.sku)), tuple(failed))


async def _columns(
    work: Work, wish: GridWish, facts: Mapping[UUID, SkuFacts], currency: str
) -> list[Shown]:
    own = work.actor.own_organisation
    asker = Asker(seller_id=own, buyer_id=own, currency=currency)
    await check_own_change_sets(work, wish.change_set_ids)
    moment = Moment(wish.at or work.now, wish.known_at, wish.change_set_ids)
    if wish.level_ids:
        paths = await _level_paths(work, wish.level_ids)
        return await shown_to_each(work, asker, paths, facts, moment)
    await _check_lists(work, wish.price_list_ids, currency)
    return await shown_in_lists(work, asker, wish.price_list_ids, facts, moment)


def _unit(sku: SkuFacts, wanted: PackagingLevel | None) -> PackagingLevel:
    return wanted if wanted and wanted in sku.packaging else next(iter(sku.packaging))


def _column(
    shown: Shown, units: Mapping[UUID, PackagingLevel], only: Sequence[UUID]
) -> dict[OfferKey, Cell]:
    return {key: cell_of(pack, only) for key, pack in shown.units(list(units.items())).items()}


def cell_of(pack: PackOffer, only: Sequence[UUID] = ()) -> Cell:
    """Show a price; one that comes from another list than the only one asked for is none."""
    offer = pack.offer
    if only and offer.unit_price is not None and pack.list_id not in only:
        reason = "the list has no price for it"
        return Cell(
            None,
            is_tax_inclusive=False,
            breaks=0,
            list_id=None,
            list_name=None,
            no_price_reason=reason,
        )
    return Cell(
        unit_price=offer.unit_price,
        is_tax_inclusive=offer.tax_inclusive,
        breaks=len(offer.breaks),
        list_id=pack.list_id,
        list_name=pack.list_name,
        no_price_reason=offer.refusal.reason if offer.refusal else None,
    )


def _row(
    sku: Named,
    unit: PackagingLevel,
    facts: SkuFacts,
    columns: Sequence[Mapping[OfferKey, Cell]],
) -> GridRow:
    return GridRow(sku, unit, facts.packaging[unit], tuple(each[sku.id, unit] for each in columns))


async def _level_paths(work: Work, level_ids: Sequence[UUID]) -> list[tuple[UUID, ...]]:
    statement = select(CustomerLevel.id, CustomerLevel.parent_id).where(
        CustomerLevel.seller_id == work.actor.own_organisation
    )
    parents = {row.id: row.parent_id for row in await work.session.execute(statement)}
    if not parents.keys() >= set(level_ids):
        raise NotFound("CustomerLevel").at("levelIds")
    return [_path(parents, level) for level in level_ids]


def _path(parents: Mapping[UUID, UUID | None], level: UUID) -> tuple[UUID, ...]:
    path: dict[UUID, None] = {}
    at: UUID | None = level
    while at is not None and at not in path:
        path[at] = None
        at = parents.get(at)
    return tuple(path)


async def _check_lists(work: Work, list_ids: Sequence[UUID], currency: str) -> None:
    """Raise `NotFound` for lists that are not the own organisation's, `Invalid` for a mixture."""
    statement = select(PriceList.id, PriceList.currency).where(
        PriceList.id.in_(list_ids), own_lists(work)
    )
    known = {row.id: row.currency for row in await work.session.execute(statement)}
    if not known.keys() >= set(list_ids):
        raise NotFound("PriceList").at("priceListIds")
    if set(known.values()) != {currency}:
        raise Invalid("priceListIds", f"must all be in {currency}, or name the currency")


def _check(wish: GridWish) -> None:
    if wish.currency is not None:
        typed_currency(wish.currency)
    if bool(wish.level_ids) == bool(wish.price_list_ids):
        raise Invalid("levelIds", "name either levels or price lists")
    columns = [*wish.level_ids, *wish.price_list_ids]
    if len(columns) > MOST_COLUMNS or len(set(columns)) != len(columns):
        raise Invalid("levelIds", f"name up to {MOST_COLUMNS} different columns")
