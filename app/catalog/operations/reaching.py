"""Which products an actor may find and read, and what else others ask of catalogue words."""

from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select, true

from app.catalog import locks
from app.catalog.errors import CategoryRetired
from app.catalog.models import (
    Brand,
    Category,
    ListingStatus,
    Product,
    ReturnableContainer,
    TaxCategory,
)
from app.db.work import Work
from app.kernel.errors import NotFound
from app.rbac.permissions import Permission


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


async def check_open_category(work: Work, key: UUID | None, field: str) -> None:
    """Hold a category where it stands, for something that goes into it; none is right.

    Raises `NotFound` for one that the tenant does not have, `CategoryRetired`.
    """
    if key is None:
        return
    category = await locks.category_to_fill(work, key)
    if category is None:
        raise NotFound("Category").at(field)
    if category.retired_at is not None:
        raise CategoryRetired(category.name).at(field)


def browsable_products(work: Work) -> ColumnElement[bool]:
    """Hold `Product` rows to those the actor may find: listed, or its own to look after (R3-7)."""
    return or_(Product.status == ListingStatus.LISTED, _is_kept_by(work))


def readable_products(work: Work) -> ColumnElement[bool]:
    """Hold `Product` rows to those the actor may be shown by id: also whatever was ever listed.

    Old orders name products that were delisted since (R3-8).
    """
    return or_(Product.listed_at.is_not(None), _is_kept_by(work))


def is_readable(work: Work, product: Product) -> bool:
    """Tell of a product that was read before what `readable_products` asks the database for."""
    if product.listed_at is not None or work.actor.is_system:
        return True
    is_writer = work.actor.may(Permission.PRODUCT_WRITE)
    return is_writer and product.owner_id == work.actor.own_organisation


def concerned_by(product: Product) -> dict[str, str]:
    """Return whom an event about a product concerns: its owner, until it has been listed once.

    After that everybody in the network may read it, and the event names nobody.
    """
    return {} if product.listed_at is not None else {"organisation_id": str(product.owner_id)}


def _is_kept_by(work: Work) -> ColumnElement[bool]:
    if work.actor.is_system:
        return true()
    if not work.actor.may(Permission.PRODUCT_WRITE):
        return Product.owner_id.in_(())
    return Product.owner_id == work.actor.own_organisation
