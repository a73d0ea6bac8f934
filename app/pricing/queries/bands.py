"""Bands that the own organisation granted, and bands that bind it: nobody sees any other."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from app.db.keyset import newest_first
from app.db.work import Work
from app.kernel.paging import Page, PageRequest, page_of
from app.pricing.models import PriceBand
from app.pricing.operations.bands_over import bound_bands
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.PRICE_READ)
async def price_bands(work: Work, page: PageRequest, sku_id: UUID | None = None) -> Page[PriceBand]:
    """Return the bands that the own organisation granted or set for itself, the newest first."""
    statement = select(PriceBand).where(_own(work))
    if sku_id is not None:
        statement = statement.where(PriceBand.sku_id == sku_id)
    rows = await work.session.scalars(newest_first(statement, page, PriceBand.id))
    return page_of(rows.all(), page, lambda row: (str(row.id),))


@requires(Permission.PRICE_READ)
async def granted_price_bands(work: Work, page: PageRequest) -> Page[PriceBand]:
    """Return the bands in force or to come that bind the own organisation's prices."""
    statement = select(PriceBand).where(_bound(work))
    rows = await work.session.scalars(newest_first(statement, page, PriceBand.id))
    return page_of(rows.all(), page, lambda row: (str(row.id),))


@requires()
async def price_bands_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, PriceBand]:
    """Return own bands and bands that bind one, by id; none to those who may not read prices."""
    if not ids or not work.actor.may(Permission.PRICE_READ):
        return {}
    statement = select(PriceBand).where(PriceBand.id.in_(set(ids)), or_(_own(work), _bound(work)))
    return {row.id: row for row in await work.session.scalars(statement)}


def _own(work: Work) -> ColumnElement[bool]:
    return PriceBand.grantor_id == work.actor.own_organisation


def _bound(work: Work) -> ColumnElement[bool]:
    _, binding = bound_bands(work, work.actor.own_organisation, work.now)
    return binding & or_(PriceBand.valid_until.is_(None), PriceBand.valid_until > work.now)
