"""Which SKU a code means to the actor: several owners may use the same one (decision 30)."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, any_, case, exists, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from app.catalog.models import ListingStatus, Product, Sku, SkuPackaging
from app.db.work import Work
from app.kernel.quantity import PackagingLevel
from app.organisations.models import OrganisationAncestry, TradingRelationship
from app.organisations.operations import is_open

_NEXT, _FAR = 1, 1_000


async def skus_coded(work: Work, codes: Collection[str]) -> Mapping[str, list[UUID]]:
    """Return the SKUs that each code means, none of drafts of others; one statement.

    The own ones come before those of whoever stands nearest above or sells to the organisation,
    and these before all others'; what is listed before what was. More than one means that nothing
    tells them apart.
    """
    own = work.actor.own_organisation
    rank = func.rank().over(
        partition_by=Sku.code,
        order_by=(_distance(work, own), Product.status != ListingStatus.LISTED),
    )
    found = (
        select(Sku.code, Sku.id, rank.label("rank"))
        .join(Product, Product.id == Sku.product_id)
        .where(
            Sku.code == any_(literal(sorted(codes), ARRAY(Text()))),
            or_(Product.listed_at.is_not(None), Product.owner_id == own),
        )
    )
    meant: dict[str, list[UUID]] = {}
    for code, sku_id, place in await work.session.execute(found):
        if place == 1:
            meant.setdefault(code, []).append(sku_id)
    return meant


def _distance(work: Work, own: UUID) -> ColumnElement[Any]:
    above = (
        select(OrganisationAncestry.distance)
        .where(
            OrganisationAncestry.tenant_id == work.tenant_id,
            OrganisationAncestry.ancestor_id == Product.owner_id,
            OrganisationAncestry.descendant_id == own,
        )
        .scalar_subquery()
    )
    sells = exists().where(
        TradingRelationship.tenant_id == work.tenant_id,
        TradingRelationship.seller_id == Product.owner_id,
        TradingRelationship.buyer_id == own,
        is_open(work),
    )
    return func.coalesce(above, case((sells, _NEXT), else_=_FAR))


async def packs_marked(
    work: Work, gtins: Collection[str]
) -> Mapping[str, list[tuple[UUID, PackagingLevel]]]:
    """Return the packaging units that each GTIN means, as `skus_coded` does; one statement."""
    own = work.actor.own_organisation
    rank = func.rank().over(
        partition_by=SkuPackaging.gtin,
        order_by=(_distance(work, own), Product.status != ListingStatus.LISTED),
    )
    found = (
        select(SkuPackaging.gtin, SkuPackaging.sku_id, SkuPackaging.level, rank.label("rank"))
        .join(Sku, Sku.id == SkuPackaging.sku_id)
        .join(Product, Product.id == Sku.product_id)
        .where(
            SkuPackaging.gtin == any_(literal(sorted(gtins), ARRAY(Text()))),
            or_(Product.listed_at.is_not(None), Product.owner_id == own),
        )
    )
    meant: dict[str, list[tuple[UUID, PackagingLevel]]] = {}
    for gtin, sku_id, level, place in await work.session.execute(found):
        if place == 1 and gtin is not None:
            meant.setdefault(gtin, []).append((sku_id, PackagingLevel(level)))
    return meant
