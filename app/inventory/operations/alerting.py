"""Compare stock with its thresholds: alerts that are due, opened, followed and mended (R1-52)."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update

from app.db.bulk import update_rows
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.inventory.models import StockAlert
from app.inventory.rules.alerts import NEAR_EXPIRY_BANDS, AlertAction, AlertKind
from app.kernel.ids import new_id
from app.rbac.operations import people_of
from app.rbac.permissions import Permission

MOST_NAMED = 5
_BAND = " ".join(
    f"WHEN coalesce(s.shelf_life_days, l.expires_on - l.produced_on, 180) >= {least} THEN {days}"
    for least, days in NEAR_EXPIRY_BANDS
)
_DIFFERENCES = f"""
    WITH watched AS (
        SELECT t.* FROM stock_threshold t
        WHERE t.tenant_id = :tenant
            AND (CAST(:organisation AS uuid) IS NULL OR t.organisation_id = :organisation)
    ), house AS (
        SELECT w.id, w.organisation_id, CAST(timezone(w.time_zone, :now) AS date) AS today
        FROM warehouse w
        WHERE w.tenant_id = :tenant AND w.organisation_id IN (SELECT organisation_id FROM watched)
    ), candidate AS (
        SELECT h.id AS warehouse_id, b.sku_id
        FROM house h JOIN stock_balance b ON b.tenant_id = :tenant AND b.warehouse_id = h.id
        UNION
        SELECT t.warehouse_id, t.sku_id FROM watched t
        WHERE t.sku_id IS NOT NULL AND t.warehouse_id IS NOT NULL
    ), place AS (
        SELECT h.organisation_id, h.id AS warehouse_id, h.today, s.id AS sku_id,
            s.shelf_life_days, t.low, t.target, t.high, t.watches_expiry, t.expiry_days,
            coalesce(b.on_hand, 0) AS on_hand, coalesce(b.on_hand - b.reserved - b.held, 0) AS free
        FROM candidate c
        JOIN house h ON h.id = c.warehouse_id
        JOIN sku s ON s.tenant_id = :tenant AND s.id = c.sku_id
        JOIN product p ON p.tenant_id = :tenant AND p.id = s.product_id
        LEFT JOIN stock_balance b
            ON b.tenant_id = :tenant AND b.warehouse_id = h.id AND b.sku_id = s.id
        JOIN LATERAL (
            SELECT w.* FROM watched w LEFT JOIN category_ancestry a
                ON a.tenant_id = :tenant AND a.descendant_id = p.category_id
                    AND a.ancestor_id = w.category_id
            WHERE w.organisation_id = h.organisation_id
                AND (w.warehouse_id IS NULL OR w.warehouse_id = h.id)
                AND (w.sku_id IS NULL OR w.sku_id = s.id)
                AND (w.category_id IS NULL OR a.ancestor_id IS NOT NULL)
            ORDER BY w.sku_id IS NULL, w.category_id IS NULL, a.distance, w.warehouse_id IS NULL
            LIMIT 1
        ) t ON true
    ), low AS (
        SELECT *, coalesce(target, low) - free AS missing FROM place WHERE free < low
    ), expected AS (
        SELECT organisation_id, warehouse_id, sku_id, CAST(NULL AS uuid) AS lot_id, 'LOW' AS kind,
            CASE WHEN EXISTS (
                SELECT FROM place o
                WHERE o.organisation_id = low.organisation_id AND o.sku_id = low.sku_id
                    AND o.warehouse_id <> low.warehouse_id
                    AND o.free - coalesce(o.target, o.low, 0) >= low.missing
            ) THEN 'TRANSFER' ELSE 'REPLENISH' END AS action,
            greatest(free, 0) AS pieces, missing AS quantity
        FROM low
        UNION ALL
        SELECT organisation_id, warehouse_id, sku_id, NULL, 'HIGH', 'PROMOTE', on_hand,
            on_hand - high
        FROM place WHERE on_hand > high
        UNION ALL
        SELECT e.organisation_id, e.warehouse_id, e.sku_id, e.lot_id, e.kind,
            CASE e.kind WHEN 'EXPIRED' THEN 'DISPOSE' ELSE 'PROMOTE' END, e.on_hand, e.on_hand
        FROM (
            SELECT s.organisation_id, s.warehouse_id, s.sku_id, l.id AS lot_id, b.on_hand,
                CASE WHEN l.expires_on < s.today THEN 'EXPIRED'
                    WHEN l.expires_on - s.today <= coalesce(s.expiry_days, CASE {_BAND} END)
                    THEN 'NEAR_EXPIRY' END AS kind
            FROM place s
            JOIN lot_balance b ON b.tenant_id = :tenant AND b.warehouse_id = s.warehouse_id
                AND b.sku_id = s.sku_id AND b.on_hand > 0
            JOIN stock_lot l ON l.tenant_id = :tenant AND l.id = b.lot_id
                AND l.expires_on IS NOT NULL
            WHERE s.watches_expiry
        ) e WHERE e.kind IS NOT NULL
    ), open AS (
        SELECT * FROM stock_alert a
        WHERE a.tenant_id = :tenant AND a.mended_at IS NULL
            AND (CAST(:organisation AS uuid) IS NULL OR a.organisation_id = :organisation)
    ), difference AS (
        SELECT open.id, coalesce(open.organisation_id, e.organisation_id) AS organisation_id,
            e.warehouse_id, e.sku_id, e.lot_id, e.kind, e.action, e.pieces, e.quantity
        FROM expected e FULL JOIN open ON open.organisation_id = e.organisation_id
            AND open.warehouse_id = e.warehouse_id AND open.sku_id = e.sku_id
            AND coalesce(open.lot_id, e.sku_id) = coalesce(e.lot_id, e.sku_id)
            AND open.kind = e.kind
        WHERE open.id IS NULL OR e.kind IS NULL
            OR (open.action, open.pieces, open.quantity) <> (e.action, e.pieces, e.quantity)
    )"""  # noqa: S608  # our own words
_DUE = text(f"{_DIFFERENCES} SELECT DISTINCT organisation_id FROM difference ORDER BY 1")  # noqa: S608  # our own words
_OF_ONE = text(f"""{_DIFFERENCES}
    SELECT d.*, s.name FROM difference d
    LEFT JOIN sku s ON s.tenant_id = :tenant AND s.id = d.sku_id
    ORDER BY d.kind, s.name, d.warehouse_id, d.lot_id""")  # noqa: S608  # our own words


async def stock_to_check(work: Work) -> Sequence[UUID]:
    """Return the organisations whose alerts are not what their stock calls for; one statement."""
    given = {"tenant": work.tenant_id, "organisation": None, "now": work.now}
    return (await work.session.scalars(_DUE, given)).all()


async def low_stock(
    work: Work, organisation_id: UUID, alert_ids: Collection[UUID]
) -> Sequence[StockAlert]:
    """Return an organisation's alerts of low stock that a supplier could mend, or those of some."""
    statement = select(StockAlert).where(
        StockAlert.organisation_id == organisation_id,
        StockAlert.kind == AlertKind.LOW,
        StockAlert.mended_at.is_(None),
    )
    if alert_ids:
        statement = statement.where(StockAlert.id.in_(set(alert_ids)))
    else:
        statement = statement.where(StockAlert.action == AlertAction.REPLENISH)
    return (await work.session.scalars(statement.order_by(StockAlert.id))).all()


async def renew_alerts(work: Work, organisation_id: UUID) -> None:
    """Open, follow and mend an organisation's alerts, and tell `stock_alerted` of the new ones.

    Under the lock of its thresholds. At most five statements, whatever the number of alerts.
    """
    given = {"tenant": work.tenant_id, "organisation": organisation_id, "now": work.now}
    found = (await work.session.execute(_OF_ONE, given)).mappings().all()
    new = [row for row in found if row["id"] is None]
    mended = [row["id"] for row in found if row["id"] is not None and row["kind"] is None]
    moved = [row for row in found if row["id"] is not None and row["kind"] is not None]
    if mended:
        await work.session.execute(
            update(StockAlert).where(StockAlert.id.in_(mended)).values(mended_at=work.now)
        )
    names = ("id", "action", "pieces", "quantity")
    await update_rows(work, StockAlert, [{name: row[name] for name in names} for row in moved])
    if new:
        await work.insert(StockAlert, [_alert(work, row) for row in new])
        await _tell(work, organisation_id, new)


def _alert(work: Work, row: Mapping[Any, Any]) -> dict[str, Any]:
    given = {key: row[key] for key in row if key not in {"id", "name"}}
    unset = ("mended_at", "acknowledged_at", "acknowledged_by_membership_id")
    more = dict.fromkeys((*unset, "acknowledged_by_name", "note"))
    return {"id": new_id(), "opened_at": work.now, **given, **more}


async def _tell(work: Work, organisation_id: UUID, new: Sequence[Mapping[Any, Any]]) -> None:
    keepers = await people_of(work, [organisation_id], Permission.STOCK_WRITE)
    named = [f"{row['name']} ({row['kind']}: {row['action']})" for row in new[:MOST_NAMED]]
    data = {
        "organisation_id": str(organisation_id),
        "number": str(len(new)),
        "named": "; ".join(named),
        "recipients": [str(person) for person in keepers],
    }
    work.tell(DomainEvent("stock_alerted", "organisation", organisation_id, data))
