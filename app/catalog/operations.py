"""What packages above may ask of the catalogue, unguarded."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import cast
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_, select, true
from sqlalchemy.dialects.postgresql import aggregate_order_by

from app.catalog.models import (
    Brand,
    Category,
    CategoryAncestry,
    ListingStatus,
    Product,
    ReturnableContainer,
    Sku,
    SkuPackaging,
    TaxCategory,
)
from app.catalog.rules import Container, SkuFacts, pieces
from app.db.work import Work
from app.kernel.errors import NotFound
from app.kernel.quantity import PackagingLevel
from app.rbac.permissions import Permission

__all__ = [
    "SkuFacts",
    "browsable_products",
    "check_known",
    "packaging_of",
    "pieces",
    "readable_products",
    "sku_facts",
]


async def sku_facts(work: Work, sku_ids: Collection[UUID]) -> dict[UUID, SkuFacts]:
    """Return what is known of SKUs by id, whoever asks; unknown ids are absent. Two statements."""
    if not sku_ids:
        return {}
    packs = await _packs_of(work, sku_ids)
    path = (
        select(
            func.array_agg(
                aggregate_order_by(CategoryAncestry.ancestor_id, CategoryAncestry.distance)
            )
        )
        .where(
            CategoryAncestry.tenant_id == work.tenant_id,
            CategoryAncestry.descendant_id == Product.category_id,
        )
        .correlate(Product)
        .scalar_subquery()
    )
    rows = await work.session.execute(
        select(Sku, Product.brand_id, Product.status, path, TaxCategory.rate_percent)
        .join(Product, Product.id == Sku.product_id)
        .join(TaxCategory, TaxCategory.id == Sku.tax_category_id)
        .where(Sku.id.in_(set(sku_ids)))
    )
    return {
        sku.id: SkuFacts(
            sku_id=sku.id,
            product_id=sku.product_id,
            code=sku.code,
            name=sku.name,
            brand_id=brand_id,
            category_path=tuple(category_path or ()),
            tax_category_id=sku.tax_category_id,
            tax_rate_percent=rate,
            is_listed=status == ListingStatus.LISTED,
            shelf_life_days=sku.shelf_life_days,
            packaging=MappingProxyType(packs.get(sku.id, _NO_PACKS).factors),
            containers=MappingProxyType(packs.get(sku.id, _NO_PACKS).containers),
        )
        for sku, brand_id, status, category_path, rate in rows
    }


@dataclass(frozen=True, slots=True)
class _Packs:
    factors: dict[PackagingLevel, Decimal] = field(default_factory=dict[PackagingLevel, Decimal])
    containers: dict[PackagingLevel, Container] = field(
        default_factory=dict[PackagingLevel, Container]
    )


_NO_PACKS = _Packs()


async def _packs_of(work: Work, sku_ids: Collection[UUID]) -> dict[UUID, _Packs]:
    rows = await work.session.execute(
        select(SkuPackaging, ReturnableContainer)
        .outerjoin(ReturnableContainer, ReturnableContainer.id == SkuPackaging.container_id)
        .where(SkuPackaging.sku_id.in_(set(sku_ids)))
        .order_by(SkuPackaging.factor, SkuPackaging.level)
    )
    found: dict[UUID, _Packs] = {}
    for unit, box in cast("Iterable[tuple[SkuPackaging, ReturnableContainer | None]]", rows):
        packs, level = found.setdefault(unit.sku_id, _Packs()), PackagingLevel(unit.level)
        packs.factors[level] = unit.factor
        if box is not None:
            packs.containers[level] = Container(box.id, box.name, box.deposit, box.currency)
    return found


async def packaging_of(work: Work, sku_ids: Collection[UUID]) -> dict[UUID, list[SkuPackaging]]:
    """Return the packaging units of each SKU, smallest first; one statement."""
    rows = await work.session.scalars(
        select(SkuPackaging)
        .where(SkuPackaging.sku_id.in_(set(sku_ids)))
        .order_by(SkuPackaging.factor, SkuPackaging.level)
    )
    found: dict[UUID, list[SkuPackaging]] = {}
    for row in rows:
        found.setdefault(row.sku_id, []).append(row)
    return found


async def check_known(
    work: Work,
    table: type[Brand | Category | ReturnableContainer | TaxCategory],
    key: UUID | None,
    field: str,
) -> None:
    """Raise `NotFound` for a brand or category that the tenant does not have; none is right."""
    if key is None:
        return
    known = exists().where(table.tenant_id == work.tenant_id, table.id == key)
    if not await work.session.scalar(select(known)):
        raise NotFound(table.__name__).at(field)


def browsable_products(work: Work) -> ColumnElement[bool]:
    """Hold `Product` rows to those the actor may find: listed, or its own to look after (R3-7)."""
    return or_(Product.status == ListingStatus.LISTED, _is_kept_by(work))


def readable_products(work: Work) -> ColumnElement[bool]:
    """Hold `Product` rows to those the actor may be shown by id: also whatever was ever listed.

    Old orders name products that were delisted since (R3-8).
    """
    return or_(Product.listed_at.is_not(None), _is_kept_by(work))


def _is_kept_by(work: Work) -> ColumnElement[bool]:
    if work.actor.is_system:
        return true()
    if not work.actor.may(Permission.PRODUCT_WRITE):
        return Product.owner_id.in_(())
    return Product.owner_id == work.actor.own_organisation
