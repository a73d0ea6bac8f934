"""The price list of one customer, page by page or whole as a file."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from app.assortments.operations import sold_to
from app.catalog.operations import SkuFacts, sku_facts
from app.db.work import Work
from app.kernel.errors import Invalid
from app.kernel.paging import Page, PageRequest
from app.organisations.operations import organisations_named
from app.pricing.operations.scope import ASKING, Asked, asked_relationship
from app.quotes.files import PriceSheet, SheetRow
from app.quotes.operations.buying import shown_to_buyer
from app.quotes.operations.finding import (
    EVERYTHING,
    CatalogueFilter,
    Named,
    all_by_name,
    by_name,
    page_by_name,
)
from app.quotes.operations.offering import PackOffer
from app.quotes.queries.catalogue import CatalogueRow, rows_of
from app.rbac.guard import requires
from app.tenants.operations import tenant_of


@dataclass(frozen=True, slots=True)
class SheetHead:
    """Whose prices a file holds, at which instant."""

    seller: str
    buyer: str
    at: datetime


@requires(*ASKING)
async def customer_price_list(
    work: Work, relationship_id: UUID, at: datetime | None, page: PageRequest
) -> Page[CatalogueRow]:
    """Return what a customer pays for each listed SKU by product name, every unit and break.

    For the customer and its seller. Raises `NotFound` for a relationship that is not the actor's,
    `Invalid` where a customer asks for the future, which the seller may still change.
    """
    asked = await _asked(work, relationship_id, at)
    found = await page_by_name(work, await _goods_of(work, asked), page)
    facts = await sku_facts(work, [row.id for row in found.rows])
    shown = await shown_to_buyer(work, asked, facts, at or work.now)
    rows = rows_of(shown, asked, [(row.id, by_name(row)) for row in found.rows])
    return Page(rows, found.has_next, lambda row: row.sort_key)


@requires(*ASKING)
async def customer_price_list_head(
    work: Work, relationship_id: UUID, at: datetime | None
) -> SheetHead:
    """Say whose prices a file would hold; refuses what `customer_price_list` refuses."""
    asked = await _asked(work, relationship_id, at)
    seller, buyer = await _names(work, asked)
    return SheetHead(seller, buyer, at or work.now)


@requires(*ASKING)
async def customer_price_sheet(work: Work, relationship_id: UUID, at: datetime) -> PriceSheet:
    """Return the whole list for a file; refuses what `customer_price_list` refuses."""
    asked = await _asked(work, relationship_id, at)
    seller, buyer = await _names(work, asked)
    found = await all_by_name(work, await _goods_of(work, asked))
    facts = await sku_facts(work, [row.id for row in found])
    shown = await shown_to_buyer(work, asked, facts, at)
    packs = shown.packs([row.id for row in found])
    zone = ZoneInfo((await tenant_of(work)).time_zone)
    return PriceSheet(
        seller=seller,
        buyer=buyer,
        day=at.astimezone(zone).date(),
        currency=asked.relationship.currency,
        rows=[
            line
            for row in found
            for pack in packs[row.id]
            for line in _lines(row, facts[row.id], pack)
        ],
    )


async def _asked(work: Work, relationship_id: UUID, at: datetime | None) -> Asked:
    asked = await asked_relationship(work, relationship_id)
    if at is not None and at > work.now and not asked.is_seller:
        raise Invalid("at", "must not lie in the future")
    return asked


async def _goods_of(work: Work, asked: Asked) -> CatalogueFilter:
    return replace(EVERYTHING, within=await sold_to(work, asked.relationship))


async def _names(work: Work, asked: Asked) -> tuple[str, str]:
    ids = (asked.relationship.seller_id, asked.relationship.buyer_id)
    known = await organisations_named(work, ids)
    return known[ids[0]].name, known[ids[1]].name


def _lines(found: Named, sku: SkuFacts, pack: PackOffer) -> Iterator[SheetRow]:
    offer = pack.offer
    empty = SheetRow(
        code=sku.code,
        product=found.name,
        sku=sku.name,
        unit=pack.packaging_level.value,
        pieces=pack.pieces,
        from_pieces=pack.pieces,
        price=None,
        tax="",
        recommended_retail_price=pack.recommended_retail_price,
        maximum_retail_price=pack.maximum_retail_price,
    )
    if offer.refusal is not None:
        yield replace(empty, remark=offer.refusal.reason)
    alone = [rung for rung in offer.breaks if rung.from_quantity <= pack.pieces][-1:]
    for rung in offer.breaks:
        tax = "holds tax" if rung.tax_inclusive else "without tax"
        start, after = rung.from_quantity, pack.scheme_price if rung in alone else None
        yield replace(empty, from_pieces=start, price=rung.unit_price, tax=tax, scheme_price=after)
