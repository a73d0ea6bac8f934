"""What an organisation could still promise: the pieces that a reservation would find."""

from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Date,
    DateTime,
    Integer,
    Select,
    Uuid,
    and_,
    bindparam,
    cast,
    column,
    func,
    or_,
    select,
)

from app.db.arrays import ids_bind, ids_text, numbers_bind, numbers_text
from app.db.reading import TENANT, rows
from app.db.work import Work
from app.inventory.models import LotBalance, StockLot, Warehouse
from app.inventory.operations.reserving import is_unexpired
from app.inventory.operations.statuses import sellable
from app.inventory.rules import ForSale
from app.tenants.models import Tenant

_balance, _lot = LotBalance.__table__.c, StockLot.__table__.c
_house, _tenant = Warehouse.__table__.c, Tenant.__table__.c
_NONE = Decimal(0)
_MOST_TEXTS = 1_000
_COLUMNS = (
    column("organisation_id", Uuid()),
    column("sku_id", Uuid()),
    column("keeps_days", Integer()),
)


async def free_stock_of(work: Work, wanted: Sequence[ForSale]) -> list[Decimal]:
    """Return the pieces that `reserve` could set aside now for each, over all own warehouses.

    Those of lots that are unexpired and keep long enough. One statement for any number of
    organisations and SKUs.
    """
    if not wanted:
        return []
    sellers, sku_ids, days = zip(*wanted, strict=True)
    found = await rows(
        work,
        _FREE,
        organisations=_ids(sellers),
        skus=_ids(sku_ids),
        days=numbers_text(days),
        now=work.now,
    )
    free = [_NONE] * len(wanted)
    for place, pieces in found:
        free[place - 1] = pieces
    return free


@lru_cache(_MOST_TEXTS)
def _ids(ids: tuple[UUID, ...]) -> str:
    """Write the ids of a page: the same pages are asked for again and again."""
    return ids_text(ids)


def _free() -> Select[*tuple[Any, ...]]:
    """Read what is asked from arrays: the statement's text does not depend on their number."""
    arrays = ids_bind("organisations"), ids_bind("skus"), numbers_bind("days")
    given = func.unnest(*arrays).table_valued(*_COLUMNS, with_ordinality="place")
    given = given.render_derived(name="given")
    now = bindparam("now", type_=DateTime(timezone=True))
    today = cast(func.timezone(_tenant.time_zone, now), Date)
    return (
        select(given.c.place, func.sum(sellable(_balance) - _balance.allocated))
        .select_from(given)
        .join(
            Warehouse.__table__,
            and_(_house.tenant_id == TENANT, _house.organisation_id == given.c.organisation_id),
        )
        .join(
            LotBalance.__table__,
            and_(
                _balance.tenant_id == _house.tenant_id,
                _balance.warehouse_id == _house.id,
                _balance.sku_id == given.c.sku_id,
            ),
        )
        .join(Tenant.__table__, _tenant.id == _house.tenant_id)
        .join(
            StockLot.__table__,
            and_(_lot.tenant_id == _house.tenant_id, _lot.id == _balance.lot_id),
        )
        .where(
            sellable(_balance) > _balance.allocated,
            is_unexpired(now),
            or_(_lot.expires_on.is_(None), _lot.expires_on >= today + given.c.keeps_days),
        )
        .group_by(given.c.place)
    )


_FREE = _free()
