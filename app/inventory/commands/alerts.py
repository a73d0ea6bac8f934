"""Thresholds of stock, and what people do about alerts (R0-20, R1-52, R1-53)."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects.postgresql import insert

from app.audit.operations import record
from app.catalog.models import Category, Product, Sku
from app.catalog.operations import readable_products
from app.db.work import Work
from app.inventory import locks
from app.inventory.errors import AlertMended
from app.inventory.models import StockAlert, StockThreshold, Warehouse
from app.inventory.operations.alerting import renew_alerts
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import new_id
from app.rbac.guard import requires
from app.rbac.permissions import Permission

MOST_PIECES = Decimal(10**9)
MOST_DAYS = 3_650
LONGEST_NOTE = 500
_KEY = ("tenant_id", "organisation_id", "warehouse_id", "sku_id", "category_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """When to alert, in pieces, of a SKU, of a category with all below it, or of everything.

    `target` is what goods are replenished to, `low` unless told.
    """

    warehouse_id: UUID | None = None
    sku_id: UUID | None = None
    category_id: UUID | None = None
    low: Decimal | None = None
    target: Decimal | None = None
    high: Decimal | None = None
    watches_expiry: bool = True
    expiry_days: int | None = None


@requires(Permission.STOCK_WRITE)
async def set_stock_threshold(work: Work, given: Threshold) -> UUID:
    """Say when the own organisation is to be alerted; one of the same place and goods is replaced.

    Raises `Invalid`, and `NotFound` for foreign ids.
    """
    _check(given)
    await _check_known(work, given)
    own = work.actor.own_organisation
    keys = {
        "warehouse_id": given.warehouse_id,
        "sku_id": given.sku_id,
        "category_id": given.category_id,
    }
    values = {
        "low": given.low,
        "target": given.target,
        "high": given.high,
        "watches_expiry": given.watches_expiry,
        "expiry_days": given.expiry_days,
        "set_at": work.now,
    }
    owner = {"tenant_id": work.tenant_id, "id": new_id(), "organisation_id": own}
    made = insert(StockThreshold).values(owner | keys | values)
    kept = made.on_conflict_do_update(index_elements=_KEY, set_=values)
    key = (await work.session.scalars(kept.returning(StockThreshold.id))).one()
    numbers = {
        name: f"{pieces:f}" for name, pieces in values.items() if isinstance(pieces, Decimal)
    }
    after = {**{name: str(id) for name, id in keys.items() if id}, **numbers}
    record(work, "SET_STOCK_THRESHOLD", "stock_threshold", key, after=after)
    return key


@requires(Permission.STOCK_WRITE)
async def remove_stock_threshold(work: Work, threshold_id: UUID) -> UUID:
    """Alert by a threshold no more; raises `NotFound` for foreign ones."""
    removed = (
        delete(StockThreshold)
        .where(
            StockThreshold.id == threshold_id,
            StockThreshold.organisation_id == work.actor.own_organisation,
        )
        .returning(StockThreshold.id)
    )
    if (await work.session.scalars(removed)).first() is None:
        raise NotFound("StockThreshold")
    record(work, "REMOVE_STOCK_THRESHOLD", "stock_threshold", threshold_id)
    return threshold_id


@requires(Permission.STOCK_WRITE)
async def acknowledge_stock_alert(work: Work, alert_id: UUID, note: str | None = None) -> UUID:
    """Say that one sees to an alert; raises `AlertMended`, and `NotFound` for foreign ones."""
    if note is not None and len(note) > LONGEST_NOTE:
        raise Invalid("note", f"must have at most {LONGEST_NOTE} characters")
    alert: StockAlert | None = await locks.own_alert(work, alert_id)
    if alert is None:
        raise NotFound("StockAlert")
    if alert.mended_at is not None:
        raise AlertMended
    alert.acknowledged_at = work.now
    alert.acknowledged_by_membership_id = work.actor.membership_id
    alert.acknowledged_by_name = work.actor.name
    alert.note = (note or "").strip() or None
    record(work, "ACKNOWLEDGE_STOCK_ALERT", "stock_alert", alert_id, reason=alert.note)
    return alert_id


@requires(Permission.STOCK_WRITE)
async def check_stock(work: Work, organisation_id: UUID) -> UUID:
    """Open the alerts that an organisation's stock calls for, and mend the others; for the system.

    Raises `NotFound` for people.
    """
    if not work.actor.is_system:
        raise NotFound("Organisation")
    await locks.thresholds(work, organisation_id)
    await renew_alerts(work, organisation_id)
    return organisation_id


def _check(given: Threshold) -> None:
    if given.sku_id and given.category_id:
        raise Invalid("categoryId", "cannot be given with a SKU")
    for field, pieces in (("low", given.low), ("target", given.target), ("high", given.high)):
        if pieces is not None and (
            not 0 <= pieces <= MOST_PIECES or pieces != pieces.to_integral_value()
        ):
            raise Invalid(field, f"must be whole pieces, at most {MOST_PIECES}")
    if given.target is not None and (given.low is None or given.target < given.low):
        raise Invalid("target", "must not be less than low")
    if given.high is not None and given.high < (given.target or given.low or 0):
        raise Invalid("high", "must not be less than low and target")
    if given.expiry_days is not None and not 0 <= given.expiry_days <= MOST_DAYS:
        raise Invalid("expiryDays", f"must be 0 to {MOST_DAYS}")
    if given.low is None and given.high is None and not given.watches_expiry:
        raise Invalid("low", "or high is missing: the threshold looks at nothing")


async def _check_known(work: Work, given: Threshold) -> None:
    warehouse = exists().where(
        Warehouse.tenant_id == work.tenant_id,
        Warehouse.id == given.warehouse_id,
        Warehouse.organisation_id == work.actor.own_organisation,
    )
    sku = (
        exists()
        .where(Sku.tenant_id == work.tenant_id, Sku.id == given.sku_id)
        .where(Product.tenant_id == Sku.tenant_id, Product.id == Sku.product_id)
        .where(readable_products(work))
    )
    category = exists().where(
        Category.tenant_id == work.tenant_id, Category.id == given.category_id
    )
    found = (await work.session.execute(select(warehouse, sku, category))).one()
    wanted = (
        ("Warehouse", "warehouseId", given.warehouse_id),
        ("Sku", "skuId", given.sku_id),
        ("Category", "categoryId", given.category_id),
    )
    for (kind, field, key), is_known in zip(wanted, found, strict=True):
        if key and not is_known:
            raise NotFound(kind).at(field)
