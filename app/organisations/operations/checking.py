"""Hold the ancestry against the parents that it is made of, and moves against the trail."""

from app.db.checking import Invariant, SumsBook
from app.organisations.rules import MOST_LEVELS

# A walk in a loop ends where no tree is deeper.
_SHARED = f"""RECURSIVE
    node AS (
        SELECT id, parent_id FROM organisation WHERE tenant_id = :tenant
    ), walked (ancestor_id, descendant_id, distance) AS (
        SELECT id, id, 0 FROM node
        UNION ALL
        SELECT node.parent_id, walked.descendant_id, walked.distance + 1
        FROM walked JOIN node ON node.id = walked.ancestor_id
        WHERE node.parent_id IS NOT NULL AND walked.distance < {MOST_LEVELS}
    ), pair AS (
        SELECT ancestor_id, descendant_id, distance
        FROM organisation_ancestry WHERE tenant_id = :tenant
    ), noted AS (
        SELECT subject_id, after ->> 'move_id' AS move_id, count(*) AS number
        FROM audit_entry WHERE tenant_id = :tenant AND action = 'MOVE_ORGANISATION' GROUP BY 1, 2
    )"""  # noqa: S608  # our own words

TREE = SumsBook(
    "tree",
    _SHARED,
    (
        Invariant(
            "ancestry-is-parents",
            "who stands above whom, and how far, is not what the parents make of it",
            """SELECT pair.distance, walked.distance, concat_ws('/', ancestor_id, descendant_id)
            FROM pair FULL JOIN walked USING (ancestor_id, descendant_id)""",
        ),
        Invariant(
            "moves-are-noted",
            "a move that was done is not noted exactly once in the audit trail, or another one is",
            """SELECT (move.state = 'DONE')::int, coalesce(noted.number, 0), move.id
            FROM organisation_move move LEFT JOIN noted
                ON noted.subject_id = move.organisation_id AND noted.move_id = move.id::text
            WHERE move.tenant_id = :tenant""",
        ),
    ),
)
"""The ancestry is the transitive closure of parents, and every move is told of."""

_REPS = """
    held AS (
        SELECT 'customer' AS kind, relationship_id AS id, membership_id, assigned_at, until
        FROM assigned_rep WHERE tenant_id = :tenant
        UNION ALL
        SELECT 'territory', territory_id, membership_id, assigned_at, until
        FROM territory_rep WHERE tenant_id = :tenant
    )"""

REPS = SumsBook(
    "reps",
    _REPS,
    (
        Invariant(
            "reps-count-once",
            "somebody looks after a customer or territory twice at one instant",
            """SELECT 0, count(*), one.id
            FROM held one JOIN held other
                ON other.kind = one.kind AND other.id = one.id
                AND other.membership_id = one.membership_id
                AND other.assigned_at > one.assigned_at
                AND (one.until IS NULL OR one.until > other.assigned_at)
            GROUP BY one.id""",
        ),
        Invariant(
            "reps-are-of-the-territory",
            "somebody looks after a customer by a territory that the customer is not in",
            """SELECT 0, count(*), rep.relationship_id
            FROM assigned_rep rep JOIN trading_relationship terms
                ON terms.tenant_id = rep.tenant_id AND terms.id = rep.relationship_id
            WHERE rep.tenant_id = :tenant AND rep.territory_id IS NOT NULL
                AND rep.territory_id IS DISTINCT FROM terms.territory_id
                AND (rep.until IS NULL OR rep.until > now())
            GROUP BY rep.relationship_id""",
        ),
    ),
)
"""Everybody looks after a customer once at a time, and by no territory but the customer's."""

CONSENTS = SumsBook(
    "consents",
    """
    line AS (
        SELECT ancestor_id, descendant_id
        FROM organisation_ancestry WHERE tenant_id = :tenant AND distance > 0
        UNION ALL
        SELECT ancestor_id, descendant_id
        FROM former_ancestry WHERE tenant_id = :tenant AND distance > 0
    ), person AS (
        SELECT id, organisation_id FROM membership WHERE tenant_id = :tenant
    ), consent AS (
        SELECT * FROM branch_consent WHERE tenant_id = :tenant
    )""",
    (
        Invariant(
            "consents-reach-down",
            "a permission was to reach an organisation from one that never stood above it",
            """SELECT 1, 0, consent.id
            FROM consent WHERE NOT EXISTS (
                SELECT FROM line WHERE line.ancestor_id = consent.above_id
                    AND line.descendant_id = consent.below_id)""",
        ),
        Invariant(
            "consents-are-of-below",
            "it was decided about a consent by others than the organisation that it reaches, "
            "or asked for by others than the one above",
            """SELECT 1, 0, consent.id
            FROM consent
            JOIN person asked ON asked.id = consent.offered_by_membership_id
            LEFT JOIN person decided ON decided.id = consent.decided_by_membership_id
            WHERE asked.organisation_id != consent.above_id
                OR decided.organisation_id != consent.below_id""",
        ),
        Invariant(
            "consents-are-signed",
            "a consent is accepted or refused and nobody did so, or withdrawn and nobody did, "
            "or one that is open says otherwise",
            """SELECT 1, 0, consent.id
            FROM consent
            WHERE (state IN ('ACCEPTED', 'REFUSED') AND decided_by_membership_id IS NULL)
                OR (state = 'OFFERED' AND decided_at IS NOT NULL)
                OR (state = 'WITHDRAWN') != (withdrawn_by_membership_id IS NOT NULL)
                OR (decided_at IS NULL) != (decided_by_membership_id IS NULL)
                OR (withdrawn_at IS NULL) != (withdrawn_by_membership_id IS NULL)""",
        ),
    ),
)
"""Nothing reaches down but from above, and by the word of whom it reaches."""
