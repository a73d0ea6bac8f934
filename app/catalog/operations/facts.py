"""What is known of SKUs, remembered for as long as nobody writes to the catalogue."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, and_, any_, bindparam, exists, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from app.catalog.models import (
    CategoryAncestry,
    ListingStatus,
    Product,
    QuantityRule,
    ReturnableContainer,
    Sku,
    SkuPackaging,
    TaxCategory,
)
from app.catalog.rules import Container, SkuFacts
from app.db.reading import TENANT, rows
from app.db.revisions import Memory, Revised
from app.db.work import Work
from app.kernel.quantity import PackagingLevel

MOST_FACTS = 5_000
"""How many SKUs are remembered; one takes about 2.5 KiB."""

_facts: Memory[UUID, SkuFacts] = Memory(Revised.CATALOGUE, most=MOST_FACTS)

_sku, _product, _tax = Sku.__table__.c, Product.__table__.c, TaxCategory.__table__.c
_above = CategoryAncestry.__table__.c
_pack, _container = SkuPackaging.__table__.c, ReturnableContainer.__table__.c
_IDS = bindparam("ids", type_=ARRAY(Uuid()))

_PATH = (
    select(func.array_agg(aggregate_order_by(_above.ancestor_id, _above.distance)))
    .where(_above.tenant_id == TENANT, _above.descendant_id == _product.category_id)
    .correlate(Product.__table__)
    .scalar_subquery()
)
_rule = QuantityRule.__table__.c
_RULED = exists().where(_rule.tenant_id == TENANT, _rule.sku_id == _sku.id)
_SKUS = (
    select(
        _sku.id,
        _sku.product_id,
        _sku.code,
        _sku.name,
        _sku.tax_category_id,
        _sku.shelf_life_days,
        _product.brand_id,
        _product.status,
        _product.owner_id,
        _product.listed_at,
        _PATH,
        _tax.rate_percent,
        _RULED,
    )
    .join_from(
        Sku.__table__,
        Product.__table__,
        and_(_product.tenant_id == _sku.tenant_id, _product.id == _sku.product_id),
    )
    .join(
        TaxCategory.__table__,
        and_(_tax.tenant_id == _sku.tenant_id, _tax.id == _sku.tax_category_id),
    )
    .where(_sku.tenant_id == TENANT, _sku.id == any_(_IDS))
)
_PACKS = (
    select(
        _pack.sku_id,
        _pack.level,
        _pack.factor,
        _pack.container_id,
        _container.name,
        _container.deposit,
        _container.currency,
    )
    .outerjoin_from(
        SkuPackaging.__table__,
        ReturnableContainer.__table__,
        and_(_container.tenant_id == _pack.tenant_id, _container.id == _pack.container_id),
    )
    .where(_pack.tenant_id == TENANT, _pack.sku_id == any_(_IDS))
    .order_by(_pack.factor, _pack.level)
)


async def sku_facts(work: Work, sku_ids: Collection[UUID]) -> dict[UUID, SkuFacts]:
    """Return what is known of SKUs by id, whoever asks; unknown ids are absent.

    Two statements, and none for those that are remembered. A draft is not: who may not know of it
    would tell its id from a wrong one by the statements that it saves.
    """
    return await _facts.each(work, sku_ids, partial(_read, work), lambda sku: sku.draft_of is None)


async def known_facts(work: Work, sku_ids: Collection[UUID]) -> dict[UUID, SkuFacts]:
    """Return what `sku_facts` does, but nothing of drafts of others: ids that people typed."""
    facts = await sku_facts(work, sku_ids)
    if work.actor.is_system:
        return facts
    mine = work.actor.organisation_id
    return {key: sku for key, sku in facts.items() if sku.draft_of in (None, mine)}


@dataclass(frozen=True, slots=True)
class _Packs:
    factors: dict[PackagingLevel, Decimal] = field(default_factory=dict[PackagingLevel, Decimal])
    containers: dict[PackagingLevel, Container] = field(
        default_factory=dict[PackagingLevel, Container]
    )


_NO_PACKS = _Packs()


async def _read(work: Work, sku_ids: Sequence[UUID]) -> dict[UUID, SkuFacts]:
    asked = sorted(sku_ids)
    packs: dict[UUID, _Packs] = {}
    for sku_id, unit, *pack in await rows(work, _PACKS, ids=asked):
        _add(packs.setdefault(sku_id, _Packs()), PackagingLevel(unit), *pack)
    return {
        row.id: SkuFacts(
            sku_id=row.id,
            product_id=row.product_id,
            code=row.code,
            name=row.name,
            brand_id=row.brand_id,
            category_path=tuple(path or ()),
            tax_category_id=row.tax_category_id,
            tax_rate_percent=rate,
            is_listed=row.status == ListingStatus.LISTED,
            shelf_life_days=row.shelf_life_days,
            packaging=MappingProxyType(packs.get(row.id, _NO_PACKS).factors),
            containers=MappingProxyType(packs.get(row.id, _NO_PACKS).containers),
            draft_of=row.owner_id if row.listed_at is None else None,
            has_quantity_rules=is_ruled,
        )
        for row in await rows(work, _SKUS, ids=asked)
        for path, rate, is_ruled in [row[-3:]]
    }


def _add(  # noqa: PLR0913, PLR0917  # the columns of a pack
    packs: _Packs,
    level: PackagingLevel,
    factor: Decimal,
    container_id: UUID | None,
    name: str,
    deposit: Decimal,
    currency: str,
) -> None:
    packs.factors[level] = factor
    if container_id is not None:
        packs.containers[level] = Container(container_id, name, deposit, currency)
