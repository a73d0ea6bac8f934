"""Hold orders against what they stand on: for tests, for the replay, and for a nightly look."""

from sqlalchemy import RowMapping, text

from app.db.work import Work
from app.orders.rules.buckets import Buckets
from app.orders.rules.roll_up import roll_up
from app.orders.rules.states import DeliveryMode, OrderState

_BROKEN = text("""
    WITH line AS (
        SELECT l.*, l.revision = o.revision AS is_present
        FROM order_line l JOIN orders o ON o.tenant_id = l.tenant_id AND o.id = l.order_id
        WHERE l.tenant_id = :tenant
    ), total AS (
        SELECT order_id, sum(net) AS net, sum(tax) AS tax, sum(deposit) AS deposits,
            sum(gross + deposit) AS total
        FROM line WHERE is_present GROUP BY 1
    ), promise AS (
        SELECT source_line_id AS id, sum(quantity) AS pieces
        FROM reservation WHERE tenant_id = :tenant GROUP BY 1
    ), waiting AS (
        SELECT order_line_id AS id, sum(quantity - covered) AS pieces
        FROM shortage WHERE tenant_id = :tenant AND closed_at IS NULL GROUP BY 1
    ), paid AS (
        SELECT source_id AS id, sum(amount) AS amount
        FROM payment WHERE tenant_id = :tenant GROUP BY 1
    ), compared AS (
        SELECT 'ordered is not the sum of where it went' AS rule, ordered AS kept,
            cancelled + short_closed + unallocated + backordered + allocated AS counted,
            id AS place
        FROM line
        UNION ALL
        SELECT 'shipped is not the sum of what became of it', shipped,
            in_transit + signed + refused + lost, id
        FROM line
        UNION ALL
        SELECT 'what is set aside of a line and has not left is not reserved',
            CASE WHEN is_present THEN allocated - shipped ELSE 0 END,
            coalesce(promise.pieces, 0), line.id
        FROM line LEFT JOIN promise USING (id)
        UNION ALL
        SELECT 'what waits of a line is not the sum of its open shortages',
            CASE WHEN is_present THEN backordered ELSE 0 END,
            coalesce(waiting.pieces, 0), line.id
        FROM line LEFT JOIN waiting USING (id)
        UNION ALL
        SELECT 'an order''s ' || amount.name || ' is not the sum of its lines',
            amount.kept, amount.counted, orders.id
        FROM orders LEFT JOIN total ON total.order_id = orders.id
        CROSS JOIN LATERAL (VALUES
            ('net', orders.net, coalesce(total.net, 0)),
            ('tax', orders.tax, coalesce(total.tax, 0)),
            ('deposits', orders.deposits, coalesce(total.deposits, 0)),
            ('total', orders.total, coalesce(total.total, 0))
        ) AS amount (name, kept, counted)
        WHERE orders.tenant_id = :tenant
        UNION ALL
        SELECT 'paid is not the sum of payments', orders.paid, coalesce(paid.amount, 0), orders.id
        FROM orders LEFT JOIN paid USING (id) WHERE orders.tenant_id = :tenant
    )
    SELECT concat(rule, ': ', kept, ' against ', counted, ' at ', place)
    FROM compared WHERE kept <> counted
    ORDER BY 1
""")

# A state follows from which sums are above zero, so few rows stand for any number of orders.
_STATES = text("""
    SELECT state, delivery_mode, is_preparing, to_pick, to_ship, in_transit, refused, unallocated,
        backordered, to_receive, signed, count(*) AS orders, min(number) AS example
    FROM (
        SELECT o.number, o.state, o.delivery_mode, o.is_preparing,
            (sum(l.allocated - l.picked) > 0)::int AS to_pick,
            (sum(l.packed - l.shipped) > 0)::int AS to_ship,
            (sum(l.in_transit) > 0)::int AS in_transit,
            (sum(l.refused) > 0)::int AS refused,
            (sum(l.unallocated) > 0)::int AS unallocated,
            (sum(l.backordered) > 0)::int AS backordered,
            (sum(l.signed - l.received - l.missing) > 0)::int AS to_receive,
            (sum(l.signed) > 0)::int AS signed
        FROM orders o JOIN order_line l
            ON l.tenant_id = o.tenant_id AND l.order_id = o.id AND l.revision = o.revision
        WHERE o.tenant_id = :tenant AND o.state <> ALL(:unconfirmed)
        GROUP BY o.id, o.number, o.state, o.delivery_mode, o.is_preparing
    ) AS summed
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
    ORDER BY example
""")
_UNCONFIRMED = [
    OrderState.DRAFT,
    OrderState.SUBMITTED,
    OrderState.PENDING_PAYMENT,
    OrderState.PENDING_REVIEW,
    OrderState.PENDING_APPROVAL,
    OrderState.REJECTED,
]


async def broken_invariants(work: Work) -> list[str]:
    """Return a sentence for each sum that does not hold, and each state that orders wrongly have.

    Buckets add up; what is set aside is reserved, what waits is short; totals are the sums of the
    lines, paid of payments; a confirmed order's state is what its lines amount to. Two statements.
    """
    sums = await work.session.execute(_BROKEN, {"tenant": work.tenant_id})
    given = {"tenant": work.tenant_id, "unconfirmed": _UNCONFIRMED}
    states = await work.session.execute(_STATES, given)
    return [*sums.scalars(), *(wrong for row in states.mappings() for wrong in _wrong_state(row))]


def _wrong_state(row: RowMapping) -> list[str]:
    amounts_to = roll_up(
        Buckets(
            allocated=row["to_pick"],
            packed=row["to_ship"],
            in_transit=row["in_transit"],
            refused=row["refused"],
            unallocated=row["unallocated"],
            backordered=row["backordered"],
            signed=row["signed"],
            received=row["signed"] - row["to_receive"],
        ),
        is_preparing=row["is_preparing"],
        delivery_mode=DeliveryMode(row["delivery_mode"]),
    )
    kept = OrderState(row["state"])
    is_settled = kept is OrderState.COMPLETED and amounts_to is OrderState.RECEIVED
    if kept is amounts_to or is_settled:
        return []
    orders = f"{row['orders']} orders, such as {row['example']}"
    return [f"the state is {kept}, the lines amount to {amounts_to}: {orders}"]
