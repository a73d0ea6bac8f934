"""Hold shipments against order lines, pick tasks and stock."""

from app.db.checking import Invariant, SumsBook, sentences
from app.db.work import Work

_SHARED = """
    sent AS (
        SELECT l.*, s.order_id, s.status NOT IN ('PLANNED', 'CANCELLED') AS has_left
        FROM shipment_line l JOIN shipment s ON s.tenant_id = l.tenant_id AND s.id = l.shipment_id
        WHERE l.tenant_id = :tenant AND s.status <> 'CANCELLED'
    ), by_line AS (
        SELECT order_line_id AS id,
            coalesce(sum(quantity - returned) FILTER (WHERE has_left), 0) AS shipped,
            coalesce(sum(quantity - signed - refused - lost) FILTER (WHERE has_left), 0)
                AS in_transit,
            sum(lost) AS lost,
            sum(signed) AS signed, sum(refused - returned) AS refused, sum(received) AS received
        FROM sent GROUP BY 1
    ), by_task AS (
        SELECT pick_task_id AS id, sum(quantity) AS planned,
            coalesce(sum(quantity) FILTER (WHERE has_left), 0) AS shipped
        FROM sent GROUP BY 1
    ), by_order AS (
        SELECT order_id AS id, count(*) AS shipments
        FROM shipment WHERE tenant_id = :tenant AND status = 'PLANNED' GROUP BY 1
    ), moved AS (
        SELECT source_id AS order_id, warehouse_id, lot_id,
            -coalesce(sum(quantity) FILTER (WHERE cause = 'SHIPMENT'), 0) AS gone,
            coalesce(sum(quantity) FILTER (WHERE cause = 'RETURN_TO_WAREHOUSE'), 0) AS back
        FROM stock_move
        WHERE tenant_id = :tenant AND cause IN ('SHIPMENT', 'RETURN_TO_WAREHOUSE')
        GROUP BY 1, 2, 3
    ), travelled AS (
        SELECT order_id, warehouse_id, lot_id, sum(quantity) AS gone, sum(returned) AS back
        FROM sent WHERE has_left GROUP BY 1, 2, 3
    ), proof AS (
        SELECT id AS shipment_id, signed_at, given.purpose, given.file_id
        FROM shipment CROSS JOIN LATERAL (VALUES
            ('SIGNATURE', handed_over_signature_id), ('SIGNATURE', signature_id),
            ('DELIVERY_PROOF', photo_id)
        ) AS given(purpose, file_id)
        WHERE tenant_id = :tenant AND given.file_id IS NOT NULL
    ), stop AS (
        SELECT t.shipment_id, p.id AS plan_id, p.organisation_id, p.warehouse_id, p.cancelled_at
        FROM delivery_plan p
        LEFT JOIN delivery_stop t ON t.tenant_id = p.tenant_id AND t.plan_id = p.id
        WHERE p.tenant_id = :tenant
    )"""


def _of_line(bucket: str) -> Invariant:
    words = bucket.replace("_", " ")
    return Invariant(
        f"line-{bucket.replace('_', '-')}",
        f"{words} of an order line is not what shipments say",
        f"""SELECT line.{bucket}, coalesce(by_line.{bucket}, 0), line.id
        FROM order_line line LEFT JOIN by_line ON by_line.id = line.id
        WHERE line.tenant_id = :tenant""",  # noqa: S608  # our own words
    )


def _of_task(amount: str) -> Invariant:
    return Invariant(
        f"task-{amount}",
        f"{amount} of a pick task is not what shipments say",
        f"""SELECT task.{amount}, coalesce(by_task.{amount}, 0), task.id
        FROM pick_task task LEFT JOIN by_task ON by_task.id = task.id
        WHERE task.tenant_id = :tenant""",  # noqa: S608  # our own words
    )


def _of_moves(way: str, breach: str) -> Invariant:
    return Invariant(
        f"stock-{way}",
        breach,
        f"""SELECT coalesce(moved.{way}, 0), coalesce(travelled.{way}, 0),
            concat_ws('/', order_id, warehouse_id, lot_id)
        FROM moved FULL JOIN travelled USING (order_id, warehouse_id, lot_id)""",  # noqa: S608  # our own words
    )


SHIPMENTS = SumsBook(
    "shipments",
    _SHARED,
    (
        *map(_of_line, ("shipped", "in_transit", "signed", "refused", "lost", "received")),
        *map(_of_task, ("planned", "shipped")),
        _of_moves("gone", "what left the stock for an order is not what its shipments carry"),
        _of_moves("back", "what came back into the stock is not what shipments returned"),
        Invariant(
            "planned-shipments",
            "planned shipments of an order are not counted right",
            """SELECT orders.planned_shipments, coalesce(by_order.shipments, 0), orders.id
            FROM orders LEFT JOIN by_order USING (id) WHERE orders.tenant_id = :tenant""",
        ),
        Invariant(
            "proofs-are-files",
            "what proves a hand-over or a delivery is no file that was put to use for that",
            """SELECT 1, (file.used_at IS NOT NULL AND file.purpose = proof.purpose)::int,
                proof.shipment_id
            FROM proof LEFT JOIN stored_file file
                ON file.tenant_id = :tenant AND file.id = proof.file_id""",
        ),
        Invariant(
            "signed-before-proven",
            "a delivery was rated or proven that nobody has signed for",
            """SELECT 1, (signed_at IS NOT NULL)::int, id FROM shipment
            WHERE tenant_id = :tenant
                AND coalesce(rated_at, code_confirmed_at) IS NOT NULL""",
        ),
        Invariant(
            "shipments-stand-in-one-plan",
            "a shipment stands in more than one plan that is not cancelled",
            """SELECT 1, count(plan_id), shipment_id FROM stop
            WHERE cancelled_at IS NULL AND shipment_id IS NOT NULL GROUP BY shipment_id""",
        ),
        Invariant(
            "plans-are-of-one-organisation",
            "the warehouse or a shipment of a plan is another organisation's",
            """SELECT 1, (house.organisation_id = stop.organisation_id
                AND coalesce(sale.seller_id, stop.organisation_id) = stop.organisation_id)::int,
                concat_ws('/', stop.plan_id, stop.shipment_id)
            FROM stop
            JOIN warehouse house ON house.tenant_id = :tenant AND house.id = stop.warehouse_id
            LEFT JOIN shipment ON shipment.tenant_id = :tenant AND shipment.id = stop.shipment_id
            LEFT JOIN orders sale ON sale.tenant_id = :tenant AND sale.id = shipment.order_id""",
        ),
        Invariant(
            "plans-depart-or-are-cancelled",
            "a plan has departed and was cancelled, or was cancelled without a reason",
            """SELECT (cancelled_at IS NOT NULL)::int,
                (cancel_reason IS NOT NULL AND departed_at IS NULL)::int, id
            FROM delivery_plan
            WHERE tenant_id = :tenant AND coalesce(cancelled_at, departed_at) IS NOT NULL""",
        ),
    ),
)
"""What lines shipped, signed, refused and received, what tasks planned, what stock let go."""


async def broken_invariants(work: Work) -> list[str]:
    """Return a sentence for each count that shipments do not bear out."""
    return sentences(await SHIPMENTS.broken(work))
