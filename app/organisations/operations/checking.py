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
