"""What the own organisation's stock calls for, and the thresholds that say when."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from app.db.keyset import newest_first
from app.db.work import Work
from app.inventory.models import StockAlert, StockThreshold
from app.inventory.rules.alerts import AlertAction, AlertKind, AlertState
from app.kernel.paging import Page, PageRequest, page_of
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFilter:
    """Which alerts to show; what is none is not looked at."""

    state: AlertState | None = None
    kind: AlertKind | None = None
    action: AlertAction | None = None
    warehouse_id: UUID | None = None
    sku_id: UUID | None = None


@requires(Permission.STOCK_READ)
async def stock_alerts(work: Work, page: PageRequest, wanted: AlertFilter) -> Page[StockAlert]:
    """Return the own organisation's alerts, the newest first."""
    given = (
        (StockAlert.kind, wanted.kind),
        (StockAlert.action, wanted.action),
        (StockAlert.warehouse_id, wanted.warehouse_id),
        (StockAlert.sku_id, wanted.sku_id),
    )
    chosen = [column == value for column, value in given if value is not None]
    statement = select(StockAlert).where(_own(work), *_in_state(wanted.state), *chosen)
    rows = await work.session.scalars(newest_first(statement, page, StockAlert.id))
    return page_of(rows.all(), page, lambda row: (str(row.id),))


@requires(Permission.STOCK_READ)
async def stock_alert_counts(work: Work) -> Mapping[tuple[AlertKind, AlertAction], int]:
    """Return how many of the own organisation's alerts are not mended, by kind and action."""
    statement = (
        select(StockAlert.kind, StockAlert.action, func.count())
        .where(_own(work), StockAlert.mended_at.is_(None))
        .group_by(StockAlert.kind, StockAlert.action)
        .order_by(StockAlert.kind, StockAlert.action)
    )
    found = await work.session.execute(statement)
    return {(AlertKind(kind), AlertAction(action)): number for kind, action, number in found}


@requires()
async def alerts_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, StockAlert]:
    """Return own alerts by id; none without a right on stock."""
    if not work.actor.may(Permission.STOCK_READ):
        return {}
    statement = select(StockAlert).where(StockAlert.id.in_(set(ids)), _own(work))
    return {row.id: row for row in await work.session.scalars(statement)}


@requires(Permission.STOCK_READ)
async def stock_thresholds(work: Work, page: PageRequest) -> Page[StockThreshold]:
    """Return the own organisation's thresholds, the newest first."""
    own = StockThreshold.organisation_id == work.actor.own_organisation
    statement = select(StockThreshold).where(own)
    rows = await work.session.scalars(newest_first(statement, page, StockThreshold.id))
    return page_of(rows.all(), page, lambda row: (str(row.id),))


@requires()
async def thresholds_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, StockThreshold]:
    """Return own thresholds by id; none without a right on stock."""
    if not work.actor.may(Permission.STOCK_READ):
        return {}
    own = StockThreshold.organisation_id == work.actor.own_organisation
    statement = select(StockThreshold).where(StockThreshold.id.in_(set(ids)), own)
    return {row.id: row for row in await work.session.scalars(statement)}


def _own(work: Work) -> ColumnElement[bool]:
    return StockAlert.organisation_id == work.actor.own_organisation


def _in_state(state: AlertState | None) -> list[ColumnElement[bool]]:
    if state is None:
        return []
    if state is AlertState.MENDED:
        return [StockAlert.mended_at.is_not(None)]
    seen = StockAlert.acknowledged_at
    is_seen = seen.is_(None) if state is AlertState.OPEN else seen.is_not(None)
    return [StockAlert.mended_at.is_(None), is_seen]
