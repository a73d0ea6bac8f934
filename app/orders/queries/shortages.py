"""What the own organisation's stock could not cover of its sales."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    DateTime,
    Integer,
    Select,
    Uuid,
    any_,
    bindparam,
    select,
    tuple_,
)

from app.db.reading import TENANT, rows_like
from app.db.tables import table_of
from app.db.work import Work
from app.kernel.paging import Page, PageRequest, page_of
from app.orders.models import Shortage
from app.orders.queries.cursors import read_place
from app.rbac.guard import requires
from app.rbac.permissions import Permission

_shortage = table_of(Shortage).c
_IDS = bindparam("ids", type_=ARRAY(Uuid()))
_PLACE = tuple_(
    bindparam("after_instant", type_=DateTime(timezone=True)), bindparam("after_id", type_=Uuid())
)


def _own(*conditions: ColumnElement[bool]) -> Select[Any]:
    return (
        select(table_of(Shortage))
        .where(
            _shortage.tenant_id == TENANT,
            _shortage.organisation_id == bindparam("own", type_=Uuid()),
            *conditions,
        )
        .order_by(_shortage.recorded_at, _shortage.id)
    )


_OPEN = _own(_shortage.closed_at.is_(None)).limit(bindparam("size", type_=Integer()))
_OPEN_AFTER = _OPEN.where(tuple_(_shortage.recorded_at, _shortage.id) > _PLACE)
_BY_ID = _own(_shortage.id == any_(_IDS))
_BY_LINE = _own(_shortage.order_line_id == any_(_IDS))
_BY_SUPPLY = _own(_shortage.supply_line_id == any_(_IDS))


@requires(Permission.PROCUREMENT_WRITE, Permission.ORDER_ALLOCATE)
async def shortages(work: Work, request: PageRequest) -> Page[Shortage]:
    """Return the acting organisation's own open shortages, the oldest first."""
    given: dict[str, Any] = {"own": work.actor.own_organisation, "size": request.size + 1}
    statement = _OPEN
    if request.after:
        given["after_instant"], given["after_id"] = read_place(request.after)
        statement = _OPEN_AFTER
    found = await rows_like(Shortage, work, statement, **given)
    return page_of(found, request, lambda row: (row.recorded_at.isoformat(), str(row.id)))


@requires(Permission.PROCUREMENT_WRITE, Permission.ORDER_ALLOCATE)
async def shortages_by_id(work: Work, shortage_ids: Collection[UUID]) -> dict[UUID, Shortage]:
    """Return those of the shortages that are the acting organisation's own, by id."""
    return {row.id: row for row in await _of(work, _BY_ID, shortage_ids)}


@requires(Permission.ORDER_READ)
async def shortages_by_line(work: Work, line_ids: Collection[UUID]) -> dict[UUID, list[Shortage]]:
    """Return the own organisation's shortages of the lines it sells, closed ones too."""
    found: dict[UUID, list[Shortage]] = defaultdict(list)
    for row in await _of(work, _BY_LINE, line_ids):
        found[row.order_line_id].append(row)
    return found


@requires(Permission.ORDER_READ)
async def shortages_by_supply(work: Work, line_ids: Collection[UUID]) -> dict[UUID, list[Shortage]]:
    """Return the own organisation's shortages that lines of its purchases cover, oldest first."""
    found: dict[UUID, list[Shortage]] = defaultdict(list)
    for row in await _of(work, _BY_SUPPLY, line_ids):
        if row.supply_line_id:
            found[row.supply_line_id].append(row)
    return found


async def _of(work: Work, statement: Select[Any], ids: Collection[UUID]) -> list[Shortage]:
    own = work.actor.own_organisation
    return list(await rows_like(Shortage, work, statement, ids=list(ids), own=own))
