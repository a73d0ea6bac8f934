"""What always holds of tickets (app.books)."""

from app.db.checking import Invariant, SumsBook

CARE = SumsBook(
    "care",
    """
    opened AS (
        SELECT * FROM ticket WHERE tenant_id = :tenant
    ), noted AS (
        SELECT DISTINCT ON (subject_id) subject_id, after ->> 'state' AS state
        FROM audit_entry
        WHERE tenant_id = :tenant AND subject_kind = 'ticket'
        ORDER BY subject_id, id DESC
    ), answer AS (
        SELECT ticket_id, min(written_at) AS at FROM ticket_message
        WHERE tenant_id = :tenant AND side = 'SELLER' AND NOT is_internal
        GROUP BY ticket_id
    )""",
    (
        Invariant(
            "tickets-are-of-relationships",
            "a ticket is not of the two sides of its relationship",
            """SELECT concat_ws('/', opened.seller_id, opened.buyer_id),
                concat_ws('/', terms.seller_id, terms.buyer_id), opened.id
            FROM opened LEFT JOIN trading_relationship terms
                ON terms.tenant_id = opened.tenant_id AND terms.id = relationship_id""",
        ),
        Invariant(
            "tickets-are-noted",
            "a ticket's state is not the last one in the audit trail",
            """SELECT opened.state, noted.state, opened.id
            FROM opened LEFT JOIN noted ON noted.subject_id = opened.id""",
        ),
        Invariant(
            "answers-are-messages",
            "when a ticket was first answered is not when the seller first wrote on it",
            """SELECT opened.answered_at, answer.at, opened.id
            FROM opened LEFT JOIN answer ON answer.ticket_id = opened.id""",
        ),
    ),
)
"""Whose tickets are, that their states are in the trail, and when they were answered."""
