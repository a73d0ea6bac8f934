"""Hold the books of stock against each other: for tests, and for a nightly look."""

from sqlalchemy import text

from app.db.work import Work

_BROKEN = text("""
    WITH moved AS (
        SELECT warehouse_id, sku_id, lot_id, sum(quantity) AS pieces
        FROM stock_move WHERE tenant_id = :tenant GROUP BY 1, 2, 3
    ), balance AS (
        SELECT * FROM stock_balance WHERE tenant_id = :tenant
    ), lot AS (
        SELECT * FROM lot_balance WHERE tenant_id = :tenant
    ), promise AS (
        SELECT * FROM reservation WHERE tenant_id = :tenant
    ), part AS (
        SELECT a.*, r.warehouse_id
        FROM allocation a LEFT JOIN promise r ON r.id = a.reservation_id
        WHERE a.tenant_id = :tenant
    ), compared AS (
        SELECT 'on hand of a SKU is not the sum of its moves' AS rule,
            coalesce(b.on_hand, 0) AS kept, coalesce(m.pieces, 0) AS counted,
            concat_ws('/', warehouse_id, sku_id) AS place
        FROM balance b FULL JOIN (
            SELECT warehouse_id, sku_id, sum(pieces) AS pieces FROM moved GROUP BY 1, 2
        ) m USING (warehouse_id, sku_id)
        UNION ALL
        SELECT 'on hand of a lot is not the sum of its moves',
            coalesce(l.on_hand, 0), coalesce(m.pieces, 0), concat_ws('/', warehouse_id, lot_id)
        FROM lot l FULL JOIN moved m USING (warehouse_id, sku_id, lot_id)
        UNION ALL
        SELECT 'reserved is not the sum of open reservations',
            coalesce(b.reserved, 0), coalesce(r.pieces, 0), concat_ws('/', warehouse_id, sku_id)
        FROM balance b FULL JOIN (
            SELECT warehouse_id, sku_id, sum(quantity) AS pieces FROM promise GROUP BY 1, 2
        ) r USING (warehouse_id, sku_id)
        UNION ALL
        SELECT 'allocated of a lot is not the sum of its allocations',
            coalesce(l.allocated, 0), coalesce(a.pieces, 0), concat_ws('/', warehouse_id, lot_id)
        FROM lot l FULL JOIN (
            SELECT warehouse_id, lot_id, sum(quantity) AS pieces FROM part GROUP BY 1, 2
        ) a USING (warehouse_id, lot_id)
        UNION ALL
        SELECT 'a reservation is not the sum of its allocations',
            coalesce(r.quantity, 0), coalesce(a.pieces, 0), coalesce(r.id, a.reservation_id)::text
        FROM promise r FULL JOIN (
            SELECT reservation_id, sum(quantity) AS pieces FROM part GROUP BY 1
        ) a ON a.reservation_id = r.id
    )
    SELECT concat(rule, ': ', kept, ' against ', counted, ' at ', place)
    FROM compared WHERE kept <> counted OR kept < 0
    ORDER BY 1
""")


async def broken_invariants(work: Work) -> list[str]:
    """Return a sentence for each balance that its moves or promises do not bear out; one statement.

    On hand is the sum of moves, reserved of reservations, allocated of allocations (F7).
    """
    return list((await work.session.execute(_BROKEN, {"tenant": work.tenant_id})).scalars())
