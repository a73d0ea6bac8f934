"""Hold the audit trail against what it tells of."""

from app.db.checking import Invariant, SumsBook

# The path of states is compared as a balance of ways in and out: it holds whatever the clocks of
# several machines say about the order of the steps.
_SHARED = """
    entry AS (
        SELECT id, subject_kind, subject_id, action, before ->> 'state' AS from_state,
            after ->> 'state' AS to_state
        FROM audit_entry WHERE tenant_id = :tenant
    ), change AS (
        SELECT subject_id, action, from_state, to_state FROM entry
        WHERE subject_kind = 'order' AND from_state IS NOT NULL AND to_state IS NOT NULL
    ), way AS (
        SELECT subject_id, to_state AS state, 1 AS number FROM change
        UNION ALL
        SELECT subject_id, from_state, -1 FROM change
        UNION ALL
        SELECT id, 'DRAFT', 1 FROM orders WHERE tenant_id = :tenant
    ), arrived AS (
        SELECT subject_id, state, sum(number) AS number FROM way GROUP BY 1, 2
    ), told AS (
        SELECT subject_id, data ->> 'command' AS action, count(*) AS number
        FROM outbox_event WHERE tenant_id = :tenant AND kind = 'order_changed' GROUP BY 1, 2
    ), noted AS (
        SELECT subject_id, action, count(*) AS number FROM change GROUP BY 1, 2
    ), sealed AS (
        SELECT entry_id FROM audit_sealed_entry WHERE tenant_id = :tenant
    ), unsealed AS (
        SELECT entry_id FROM audit_unsealed_entry WHERE tenant_id = :tenant
    ), seal AS (
        SELECT number, entries FROM audit_seal WHERE tenant_id = :tenant
    )"""


def _once(name: str, table: str, action: str, what: str) -> Invariant:
    return Invariant(
        name,
        f"{what} is not noted exactly once in the audit trail",
        f"""SELECT 1::bigint, count(entry.id), document.id
        FROM {table} document LEFT JOIN entry
            ON entry.subject_id = document.id AND entry.action = '{action}'
        WHERE document.tenant_id = :tenant GROUP BY document.id""",  # noqa: S608  # our own words
    )


TRAIL = SumsBook(
    "trail",
    _SHARED,
    (
        Invariant(
            "states-are-noted",
            "the states noted of an order do not lead from draft to where it is",
            """SELECT arrived.number, (orders.state IS NOT DISTINCT FROM arrived.state)::int,
                concat_ws('/', arrived.subject_id, arrived.state)
            FROM arrived LEFT JOIN orders
                ON orders.tenant_id = :tenant AND orders.id = arrived.subject_id""",
        ),
        Invariant(
            "changes-are-told",
            "a change of an order is not noted as often as it was told",
            """SELECT coalesce(noted.number, 0), coalesce(told.number, 0),
                concat_ws('/', subject_id, action)
            FROM noted FULL JOIN told USING (subject_id, action)""",
        ),
        _once("orders-are-noted", "orders", "CREATE", "the beginning of an order"),
        _once("payments-are-noted", "payment", "RECORD_PAYMENT", "a payment"),
        _once("invoices-are-noted", "invoice", "ISSUE_INVOICE", "an invoice"),
        _once("credit-notes-are-noted", "credit_note", "ISSUE_CREDIT_NOTE", "a credit note"),
        Invariant(
            "shipments-are-noted",
            "shipments of an order are not noted exactly once in the audit trail",
            """SELECT coalesce(booked.number, 0), coalesce(there.number, 0), subject_id
            FROM (SELECT subject_id, number FROM noted WHERE action = 'BOOK_CARRIER') booked
            FULL JOIN (
                SELECT order_id AS subject_id, count(*) AS number
                FROM shipment WHERE tenant_id = :tenant GROUP BY 1
            ) there USING (subject_id)""",
        ),
        Invariant(
            "sealed-or-waiting",
            "an entry is neither sealed nor waits for its seal, or both",
            """SELECT 1, (sealed.entry_id IS NOT NULL)::int + (unsealed.entry_id IS NOT NULL)::int,
                entry.id
            FROM entry LEFT JOIN sealed ON sealed.entry_id = entry.id
            LEFT JOIN unsealed ON unsealed.entry_id = entry.id""",
        ),
        Invariant(
            "sealed-are-there",
            "an entry that was sealed is gone",
            """SELECT 1, (entry.id IS NOT NULL)::int, sealed.entry_id
            FROM sealed LEFT JOIN entry ON entry.id = sealed.entry_id""",
        ),
        Invariant(
            "seals-have-no-gap",
            "the numbers of a network's seals have a gap",
            "SELECT max(number), count(*), 'the chain' FROM seal HAVING count(*) > 0",
        ),
    ),
)
"""One entry for each change of state and each document, and each of them sealed or waiting."""
