"""Hold orders against what they stand on: lines, promises of stock, payments, invoices."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import RowMapping, text

from app.db.checking import SAMPLE, Broken, Invariant, SumsBook, sentences
from app.db.work import Work
from app.orders.rules.buckets import Buckets
from app.orders.rules.roll_up import roll_up
from app.orders.rules.states import DeliveryMode, OrderState

_SHARED = """
    line AS (
        SELECT l.*, l.revision = o.revision AS is_present
        FROM order_line l JOIN orders o ON o.tenant_id = l.tenant_id AND o.id = l.order_id
        WHERE l.tenant_id = :tenant
    ), total AS (
        SELECT order_id AS id, sum(net) AS net, sum(tax) AS tax, sum(deposit) AS deposits,
            sum(gross + deposit) AS total, count(*) AS lines, max(position) AS last,
            sum(allocated - shipped) AS set_aside
        FROM line WHERE is_present GROUP BY 1
    ), promise AS (
        SELECT source_line_id AS id, sum(quantity) AS pieces
        FROM reservation WHERE tenant_id = :tenant GROUP BY 1
    ), waiting AS (
        SELECT order_line_id AS id, sum(quantity - covered) AS pieces
        FROM shortage WHERE tenant_id = :tenant AND closed_at IS NULL GROUP BY 1
    ), paid AS (
        SELECT source_id AS id, sum(amount) AS amount
        FROM payment WHERE tenant_id = :tenant AND reversed_at IS NULL GROUP BY 1
    ), bill AS (
        SELECT source_id AS id, count(*) AS invoices
        FROM invoice WHERE tenant_id = :tenant AND source_kind = 'order' GROUP BY 1
    ), billed AS (
        SELECT source_line_id AS id, sum(quantity) AS pieces
        FROM invoice_line WHERE tenant_id = :tenant GROUP BY 1
    ), step AS (
        SELECT s.subject_id AS id, count(*) AS pending
        FROM approval_step s JOIN orders o
            ON o.tenant_id = s.tenant_id AND o.id = s.subject_id AND o.revision = s.revision
        WHERE s.tenant_id = :tenant AND s.status = 'PENDING' GROUP BY 1
    ), granted AS (
        SELECT order_id AS id, revision FROM counted_order
        WHERE tenant_id = :tenant AND status = 'GRANTED'
    )"""


def _of_lines(amount: str) -> Invariant:
    return Invariant(
        f"order-{amount}",
        f"an order's {amount} is not the sum of its lines",
        f"""SELECT orders.{amount}, coalesce(total.{amount}, 0), orders.id
        FROM orders LEFT JOIN total USING (id) WHERE orders.tenant_id = :tenant""",  # noqa: S608  # our own words
    )


SUMS = SumsBook(
    "orders",
    _SHARED,
    (
        Invariant(
            "ordered-is-accounted-for",
            "ordered is not the sum of where it went",
            """SELECT ordered, cancelled + short_closed + unallocated + backordered + allocated, id
            FROM line""",
        ),
        Invariant(
            "shipped-is-known",
            "shipped is not the sum of what became of it",
            "SELECT shipped, in_transit + signed + refused + lost, id FROM line",
        ),
        Invariant(
            "set-aside-is-reserved",
            "what is set aside of a line and has not left is not reserved",
            """SELECT CASE WHEN is_present THEN allocated - shipped ELSE 0 END,
                coalesce(promise.pieces, 0), coalesce(line.id, promise.id)
            FROM line FULL JOIN promise ON promise.id = line.id""",
        ),
        Invariant(
            "waiting-is-short",
            "what waits of a line is not the sum of its open shortages",
            """SELECT CASE WHEN is_present THEN backordered ELSE 0 END,
                coalesce(waiting.pieces, 0), line.id
            FROM line LEFT JOIN waiting USING (id)""",
        ),
        *map(_of_lines, ("net", "tax", "deposits", "total")),
        Invariant(
            "line-count",
            "an order's lines are not numbered from 1 without a gap",
            """SELECT coalesce(total.last, 0), greatest(total.lines, 1), orders.id
            FROM orders LEFT JOIN total USING (id) WHERE orders.tenant_id = :tenant""",
        ),
        Invariant(
            "paid-is-payments",
            "paid is not the sum of payments",
            """SELECT orders.paid, coalesce(paid.amount, 0), orders.id
            FROM orders LEFT JOIN paid USING (id) WHERE orders.tenant_id = :tenant""",
        ),
        Invariant(
            "invoiced-has-invoice",
            "an order says that it is invoiced and has no invoice, or the other way round",
            """SELECT (orders.invoice_status = 'INVOICED')::int, coalesce(bill.invoices, 0),
                orders.id
            FROM orders LEFT JOIN bill USING (id) WHERE orders.tenant_id = :tenant""",
        ),
        Invariant(
            "billed-is-received",
            "pieces invoiced of a line are not those received",
            """SELECT billed.pieces, line.received, billed.id
            FROM billed LEFT JOIN line USING (id)""",
        ),
        Invariant(
            "only-confirmed-hold-stock",
            "an order that is not confirmed, or is cancelled, has goods set aside",
            """SELECT total.set_aside, 0::numeric, orders.id
            FROM orders JOIN total USING (id)
            WHERE orders.tenant_id = :tenant AND orders.state IN (
                'DRAFT', 'SUBMITTED', 'PENDING_PAYMENT', 'PENDING_REVIEW', 'PENDING_APPROVAL',
                'REJECTED', 'CANCELLED'
            )""",
        ),
        Invariant(
            "waits-for-approval",
            "an order waits for approval that nobody is asked for, or is past it and is asked for",
            """SELECT orders.state = 'PENDING_APPROVAL', coalesce(step.pending, 0) > 0, orders.id
            FROM orders LEFT JOIN step USING (id)
            WHERE orders.tenant_id = :tenant AND orders.state NOT IN (
                'DRAFT', 'SUBMITTED', 'PENDING_PAYMENT', 'PENDING_REVIEW'
            )""",
        ),
        Invariant(
            "counted-once",
            "an order under way is not counted for its schemes in its revision, or one that is not",
            """SELECT CASE WHEN orders.state IN ('DRAFT', 'REJECTED', 'CANCELLED') THEN NULL
                ELSE orders.revision END, granted.revision, orders.id
            FROM orders LEFT JOIN granted USING (id)
            WHERE orders.tenant_id = :tenant
                AND (orders.state <> 'COMPLETED' OR orders.invoice_status = 'INVOICED')""",
        ),
    ),
)
"""Buckets add up; what is set aside is reserved, what waits is short; totals are sums of lines."""

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


@dataclass(frozen=True, slots=True)
class StatesBook:
    """A confirmed order's state is what its lines amount to, by the rule that commands use."""

    name: str = "states"
    invariants: Sequence[Invariant] = (
        Invariant("state-is-roll-up", "a confirmed order's state is not what its lines amount to"),
    )

    async def broken(self, work: Work, sample: int = SAMPLE) -> list[Broken]:
        """Return the states that orders wrongly have; one statement."""
        given = {"tenant": work.tenant_id, "unconfirmed": _UNCONFIRMED}
        rows = (await work.session.execute(_STATES, given)).mappings().all()
        wrong = [(row["orders"], told) for row in rows if (told := _wrong_state(row))]
        if not wrong:
            return []
        shown = tuple(told for _, told in islice(wrong, sample))
        return [Broken(self.invariants[0], sum(orders for orders, _ in wrong), shown)]


STATES = StatesBook()


async def broken_invariants(work: Work) -> list[str]:
    """Return a sentence for each sum that does not hold, and each state that orders wrongly have.

    Two statements.
    """
    sums = sentences(await SUMS.broken(work))
    return [*sums, *(row for broken in await STATES.broken(work) for row in broken.sample)]


def _wrong_state(row: RowMapping) -> str:
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
        return ""
    orders = f"{row['orders']} orders, such as {row['example']}"
    return f"the state is {kept}, the lines amount to {amounts_to}: {orders}"
