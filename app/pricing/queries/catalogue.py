"""The buyer's catalogue: what can be ordered, at the buyer's own price (R0-25)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, true

from app.catalog.models import CategoryAncestry, ListingStatus, Product, Sku
from app.catalog.operations import SkuFacts, sku_facts
from app.db.keyset import keyset
from app.db.work import Work
from app.kernel.paging import Page, PageRequest, page_of
from app.kernel.quantity import PackagingLevel
from app.organisations.models import TradingRelationship
from app.pricing.operations import own_prices
from app.pricing.operations.scope import ASKING, open_relationship
from app.pricing.rules import Offer
from app.rbac.guard import requires


@dataclass(frozen=True, slots=True)
class CatalogueFilter:
    """What to look for; `search` is a part of the name or the beginning of a SKU's code."""

    search: str = ""
    category_id: UUID | None = None
    brand_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class PackOffer:
    """What one packaging unit of so many pieces costs alone."""

    packaging_level: PackagingLevel
    pieces: Decimal
    currency: str
    offer: Offer


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """A SKU with an offer for each of its packaging units, smallest first."""

    sku_id: UUID
    product_name: str
    offers: tuple[PackOffer, ...]


@requires(*ASKING)
async def catalogue(
    work: Work, relationship_id: UUID, wanted: CatalogueFilter, page: PageRequest
) -> Page[CatalogueRow]:
    """Return listed SKUs by product name, priced like `quote`: a page costs what a line costs.

    Raises `NotFound` for a relationship that is not the actor's and `RelationshipClosed` for one
    that is not valid now.
    """
    terms = (await open_relationship(work, relationship_id)).relationship
    found = await _listed(work, wanted, page)
    facts = await sku_facts(work, [sku_id for sku_id, _ in found.rows])
    offers = await _offers(work, terms, facts)
    rows = [CatalogueRow(key, name, offers.get(key, ())) for key, name in found.rows]
    return Page(rows, found.has_next, lambda row: (row.product_name, str(row.sku_id)))


async def _listed(work: Work, wanted: CatalogueFilter, page: PageRequest) -> Page[Any]:
    statement = (
        select(Sku.id, Product.name)
        .join(Product, Product.id == Sku.product_id)
        .where(Product.status == ListingStatus.LISTED, *_matching(wanted))
    )
    rows = (await work.session.execute(keyset(statement, page, Product.name, Sku.id))).all()
    return page_of(rows, page, lambda row: (row.name, str(row.id)))


def _matching(wanted: CatalogueFilter) -> list[ColumnElement[bool]]:
    below = select(CategoryAncestry.descendant_id).where(
        CategoryAncestry.ancestor_id == wanted.category_id
    )
    named = Product.name.icontains(wanted.search, autoescape=True)
    coded = Sku.code.istartswith(wanted.search, autoescape=True)
    return [
        or_(named, coded) if wanted.search else true(),
        Product.category_id.in_(below) if wanted.category_id else true(),
        Product.brand_id == wanted.brand_id if wanted.brand_id else true(),
    ]


async def _offers(
    work: Work, terms: TradingRelationship, facts: dict[UUID, SkuFacts]
) -> dict[UUID, tuple[PackOffer, ...]]:
    prices = await own_prices(work, terms, facts, work.now)
    return {
        key: tuple(
            PackOffer(level, factor, terms.currency, prices[key, level])
            for level, factor in sku.packaging.items()
        )
        for key, sku in facts.items()
    }
