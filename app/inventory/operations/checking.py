"""Hold the books of stock against each other."""

from app.db.checking import Invariant, SumsBook, sentences
from app.db.work import Work

_SHARED = """
    moved AS (
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
    ), status AS (
        SELECT warehouse_id, lot_id, status, sum(pieces) AS pieces FROM (
            SELECT warehouse_id, lot_id, to_status AS status, quantity AS pieces
            FROM stock_status_change WHERE tenant_id = :tenant
            UNION ALL
            SELECT warehouse_id, lot_id, from_status, -quantity
            FROM stock_status_change WHERE tenant_id = :tenant
        ) AS changed WHERE status <> 'AVAILABLE' GROUP BY 1, 2, 3
    ), held AS (
        SELECT warehouse_id, lot_id, 'BLOCKED' AS status, blocked AS pieces FROM lot
        UNION ALL SELECT warehouse_id, lot_id, 'DAMAGED', damaged FROM lot
        UNION ALL SELECT warehouse_id, lot_id, 'QUARANTINE', quarantine FROM lot
    ), rationed AS (
        SELECT u.*, q.pieces AS quota
        FROM quota_use u JOIN stock_quota q ON q.tenant_id = u.tenant_id AND q.id = u.quota_id
        WHERE u.tenant_id = :tenant
    ), counted AS (
        SELECT quota_id, relationship_id, starts_on, sum(pieces) AS pieces
        FROM quota_entry WHERE tenant_id = :tenant GROUP BY 1, 2, 3
    ), transfer AS (
        SELECT t.id, t.from_warehouse_id, t.to_warehouse_id, t.received_at,
            l.lot_id, l.sent, l.received
        FROM stock_transfer t
        LEFT JOIN stock_transfer_line l ON l.tenant_id = t.tenant_id AND l.transfer_id = t.id
        WHERE t.tenant_id = :tenant
    ), carried AS (
        SELECT source_id, warehouse_id, lot_id, sum(quantity) AS pieces
        FROM stock_move WHERE tenant_id = :tenant AND cause = 'TRANSFER' GROUP BY 1, 2, 3
    )"""

STOCK = SumsBook(
    "stock",
    _SHARED,
    (
        Invariant(
            "on-hand-is-moves",
            "on hand of a SKU is not the sum of its moves",
            """SELECT coalesce(b.on_hand, 0), coalesce(m.pieces, 0),
                concat_ws('/', warehouse_id, sku_id)
            FROM balance b FULL JOIN (
                SELECT warehouse_id, sku_id, sum(pieces) AS pieces FROM moved GROUP BY 1, 2
            ) m USING (warehouse_id, sku_id)""",
        ),
        Invariant(
            "lot-is-moves",
            "on hand of a lot is not the sum of its moves",
            """SELECT coalesce(l.on_hand, 0), coalesce(m.pieces, 0),
                concat_ws('/', warehouse_id, lot_id)
            FROM lot l FULL JOIN moved m USING (warehouse_id, sku_id, lot_id)""",
        ),
        Invariant(
            "reserved-is-reservations",
            "reserved is not the sum of open reservations",
            """SELECT coalesce(b.reserved, 0), coalesce(r.pieces, 0),
                concat_ws('/', warehouse_id, sku_id)
            FROM balance b FULL JOIN (
                SELECT warehouse_id, sku_id, sum(quantity) AS pieces FROM promise GROUP BY 1, 2
            ) r USING (warehouse_id, sku_id)""",
        ),
        Invariant(
            "allocated-is-allocations",
            "allocated of a lot is not the sum of its allocations",
            """SELECT coalesce(l.allocated, 0), coalesce(a.pieces, 0),
                concat_ws('/', warehouse_id, lot_id)
            FROM lot l FULL JOIN (
                SELECT warehouse_id, lot_id, sum(quantity) AS pieces FROM part GROUP BY 1, 2
            ) a USING (warehouse_id, lot_id)""",
        ),
        Invariant(
            "reservation-is-allocations",
            "a reservation is not the sum of its allocations",
            """SELECT coalesce(r.quantity, 0), coalesce(a.pieces, 0),
                coalesce(r.id, a.reservation_id)
            FROM promise r FULL JOIN (
                SELECT reservation_id, sum(quantity) AS pieces FROM part GROUP BY 1
            ) a ON a.reservation_id = r.id""",
        ),
        Invariant(
            "never-oversold",
            "more of a SKU is reserved than is on hand, or less than nothing",
            """SELECT reserved, least(greatest(reserved, 0), on_hand),
                concat_ws('/', warehouse_id, sku_id)
            FROM balance""",
        ),
        Invariant(
            "status-is-changes",
            "what has a status of a lot is not the sum of its changes",
            """SELECT coalesce(h.pieces, 0), coalesce(s.pieces, 0),
                concat_ws('/', warehouse_id, lot_id, status)
            FROM held h FULL JOIN status s USING (warehouse_id, lot_id, status)""",
        ),
        Invariant(
            "held-is-lots",
            "what is held back of a SKU is not the sum of its lots",
            """SELECT coalesce(b.held, 0), coalesce(l.pieces, 0),
                concat_ws('/', warehouse_id, sku_id)
            FROM balance b FULL JOIN (
                SELECT warehouse_id, sku_id, sum(blocked + damaged + quarantine) AS pieces
                FROM lot GROUP BY 1, 2
            ) l USING (warehouse_id, sku_id)""",
        ),
        Invariant(
            "held-back-is-not-promised",
            "more of a lot is allocated or held back than is on hand",
            """SELECT least(allocated + blocked + damaged + quarantine, on_hand),
                allocated + blocked + damaged + quarantine, concat_ws('/', warehouse_id, lot_id)
            FROM lot""",
        ),
        Invariant(
            "quota-use-is-entries",
            "what was used of a quota is not the sum of what was set aside under it",
            """SELECT coalesce(u.used, 0), coalesce(c.pieces, 0),
                concat_ws('/', quota_id, relationship_id, starts_on)
            FROM rationed u FULL JOIN counted c USING (quota_id, relationship_id, starts_on)""",
        ),
        Invariant(
            "quota-never-exceeded",
            "more was set aside than a quota allows",
            """SELECT used, least(used, quota), concat_ws('/', quota_id, relationship_id, starts_on)
            FROM rationed""",
        ),
        Invariant(
            "transfer-is-moves",
            "what left or came in by a transfer is not what was sent or received",
            """SELECT coalesce(t.pieces, 0), coalesce(c.pieces, 0),
                concat_ws('/', source_id, warehouse_id, lot_id)
            FROM (
                SELECT id AS source_id, from_warehouse_id AS warehouse_id, lot_id, -sent AS pieces
                FROM transfer
                UNION ALL
                SELECT id, to_warehouse_id, lot_id, received FROM transfer WHERE received > 0
            ) t FULL JOIN carried c USING (source_id, warehouse_id, lot_id)""",
        ),
        Invariant(
            "transfer-is-counted",
            "a transfer was received and not counted, or counted and not received",
            """SELECT count(received), CASE WHEN received_at IS NULL THEN 0 ELSE count(*) END, id
            FROM transfer GROUP BY id, received_at""",
        ),
        Invariant(
            "lot-never-oversold",
            "more of a lot is allocated than is on hand, or less than nothing",
            """SELECT allocated, least(greatest(allocated, 0), on_hand),
                concat_ws('/', warehouse_id, lot_id)
            FROM lot""",
        ),
    ),
)
"""On hand is the sum of moves, reserved of reservations, allocated of allocations (F7)."""


async def broken_invariants(work: Work) -> list[str]:
    """Return a sentence for each balance that its moves or promises do not bear out."""
    return sentences(await STOCK.broken(work))
