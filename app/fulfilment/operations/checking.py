"""Hold shipments against order lines and pick tasks: for tests, the replay, and a nightly look."""

from sqlalchemy import text

from app.db.work import Work

_BROKEN = text("""
    WITH sent AS (
        SELECT l.*, s.order_id, s.status NOT IN ('PLANNED', 'CANCELLED') AS has_left
        FROM shipment_line l JOIN shipment s ON s.tenant_id = l.tenant_id AND s.id = l.shipment_id
        WHERE l.tenant_id = :tenant AND s.status <> 'CANCELLED'
    ), by_line AS (
        SELECT order_line_id AS id,
            coalesce(sum(quantity - returned) FILTER (WHERE has_left), 0) AS shipped,
            coalesce(sum(quantity - signed - refused) FILTER (WHERE has_left), 0)
                AS in_transit,
            sum(signed) AS signed, sum(refused - returned) AS refused, sum(received) AS received
        FROM sent GROUP BY 1
    ), by_task AS (
        SELECT pick_task_id AS id, sum(quantity) AS planned,
            coalesce(sum(quantity) FILTER (WHERE has_left), 0) AS shipped
        FROM sent GROUP BY 1
    ), planned AS (
        SELECT order_id AS id, count(*) AS shipments
        FROM shipment WHERE tenant_id = :tenant AND status = 'PLANNED' GROUP BY 1
    ), compared AS (
        SELECT pieces.name || ' of an order line is not what shipments say' AS rule,
            pieces.kept, coalesce(pieces.counted, 0) AS counted, line.id AS place
        FROM order_line line LEFT JOIN by_line ON by_line.id = line.id
        CROSS JOIN LATERAL (VALUES
            ('shipped', line.shipped, by_line.shipped),
            ('in transit', line.in_transit, by_line.in_transit),
            ('signed', line.signed, by_line.signed),
            ('refused', line.refused, by_line.refused),
            ('received', line.received, by_line.received)
        ) AS pieces (name, kept, counted)
        WHERE line.tenant_id = :tenant
        UNION ALL
        SELECT pieces.name || ' of a pick task is not what shipments say',
            pieces.kept, coalesce(pieces.counted, 0), task.id
        FROM pick_task task LEFT JOIN by_task ON by_task.id = task.id
        CROSS JOIN LATERAL (VALUES
            ('planned', task.planned, by_task.planned),
            ('shipped', task.shipped, by_task.shipped)
        ) AS pieces (name, kept, counted)
        WHERE task.tenant_id = :tenant
        UNION ALL
        SELECT 'planned shipments of an order are not counted right',
            orders.planned_shipments, coalesce(planned.shipments, 0), orders.id
        FROM orders LEFT JOIN planned USING (id) WHERE orders.tenant_id = :tenant
    )
    SELECT concat(rule, ': ', kept, ' against ', counted, ' at ', place)
    FROM compared WHERE kept <> counted
    ORDER BY 1
""")


async def broken_invariants(work: Work) -> list[str]:
    """Return a sentence for each count that shipments do not bear out; one statement.

    What lines shipped, signed, refused and received, what tasks planned, what orders still plan.
    """
    return list((await work.session.execute(_BROKEN, {"tenant": work.tenant_id})).scalars())
