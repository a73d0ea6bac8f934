"""Write what a change set says into the price entries, or take it back: sets of rows, no loops.

Each statement touches as many rows as there are to touch; their number is fixed. Nothing is
rewritten: what is no longer so is closed at this instant and written anew.
"""

from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, text

from app.db.work import Work
from app.kernel.ids import id_series

LONGEST_MS = 300_000
"""How long one statement may take: far more rows than a person waits for in other commands."""

_KEY = "price_list_id, sku_id, brand_id, category_id, packaging_level, from_quantity"
_VALUES = f"{_KEY}, amount, percent_of_list"

# Two halves, since an index finds `sku_id = x` and `sku_id IS NULL` but not both in one go.
ENTRIES_OF_KEY = """
    (SELECT p.* FROM price_entry p
     WHERE r.sku_id IS NOT NULL AND p.tenant_id = :tenant_id
       AND p.price_list_id = r.price_list_id AND p.sku_id = r.sku_id
       AND p.packaging_level IS NOT DISTINCT FROM r.packaging_level
       AND p.from_quantity = r.from_quantity
     UNION ALL
     SELECT p.* FROM price_entry p
     WHERE r.sku_id IS NULL AND p.tenant_id = :tenant_id
       AND p.price_list_id = r.price_list_id AND p.sku_id IS NULL
       AND p.brand_id IS NOT DISTINCT FROM r.brand_id
       AND p.category_id IS NOT DISTINCT FROM r.category_id
       AND p.packaging_level IS NOT DISTINCT FROM r.packaging_level
       AND p.from_quantity = r.from_quantity)
"""

_ROWS = """
    SELECT *, greatest(valid_from, CAST(:now AS timestamptz)) AS start FROM price_change_row
    WHERE tenant_id = :tenant_id AND change_set_id = :set_id
"""

# Equal: the entry that wins at the start says the same, for as long as the row does.
SAME = """
    (e.amount IS NOT DISTINCT FROM r.amount
     AND e.percent_of_list IS NOT DISTINCT FROM r.percent_of_list
     AND (e.valid_until IS NULL OR (r.valid_until IS NOT NULL AND r.valid_until <= e.valid_until)))
"""

_REPLACE = text(f"""
    WITH pairs AS (
        SELECT e.id AS entry_id, e.valid_from, r.id AS row_id, r.is_removed, r.start,
               r.valid_until AS row_until,
               NOT r.is_removed AND {SAME} AND 1 = row_number() OVER (
                   PARTITION BY r.id ORDER BY e.valid_from DESC, e.id) AS is_same
        FROM ({_ROWS}) r CROSS JOIN LATERAL {ENTRIES_OF_KEY} e
        WHERE e.known_until IS NULL
          AND (e.valid_until IS NULL OR e.valid_until > r.start)
          AND (e.valid_from <= r.start
               OR (r.is_removed AND (r.valid_until IS NULL OR e.valid_from < r.valid_until)))
    ), judged AS (
        SELECT *, bool_or(is_same) OVER (PARTITION BY row_id) AS is_equal FROM pairs
    ), cut AS (
        SELECT entry_id, range_agg(tstzrange(start, row_until)) AS taken FROM judged
        WHERE NOT is_equal AND (is_removed OR row_until IS NULL OR valid_from = start)
        GROUP BY entry_id
    ), closed AS (
        UPDATE price_entry e SET known_until = :now, closed_by_change_set_id = :set_id
        FROM cut WHERE e.tenant_id = :tenant_id AND e.id = cut.entry_id
        RETURNING e.*, cut.taken
    ), rest AS (
        SELECT closed.*, left_over FROM closed CROSS JOIN LATERAL unnest(
            tstzmultirange(tstzrange(closed.valid_from, closed.valid_until)) - closed.taken
        ) AS left_over
    )
    INSERT INTO price_entry (tenant_id, id, {_VALUES}, valid_from, valid_until, known_from,
                             change_set_id)
    SELECT :tenant_id,
           CAST(:series || lpad(to_hex(row_number() OVER (ORDER BY valid_from, id)), 12, '0')
                AS uuid),
           {_VALUES}, lower(left_over), upper(left_over), :now, change_set_id
    FROM rest
""")  # noqa: S608  # fragments of this module

# Ordered by what no index holds: so all is looked up before the first row is written, and what
# this statement writes is not searched by it.
_ADD = text(f"""
    INSERT INTO price_entry (tenant_id, id, {_VALUES}, valid_from, valid_until, known_from,
                             change_set_id)
    SELECT :tenant_id,
           CAST(:series || lpad(to_hex(
               row_number() OVER (ORDER BY r.start, r.position)), 12, '0') AS uuid),
           r.price_list_id, r.sku_id, r.brand_id, r.category_id, r.packaging_level,
           r.from_quantity, r.amount, r.percent_of_list, r.start, r.valid_until, :now, :set_id
    FROM ({_ROWS}) r
    LEFT JOIN LATERAL (
        SELECT * FROM {ENTRIES_OF_KEY} e
        WHERE e.known_until IS NULL AND e.valid_from <= r.start
          AND (e.valid_until IS NULL OR e.valid_until > r.start)
        ORDER BY e.valid_from DESC, e.id LIMIT 1
    ) e ON true
    WHERE NOT r.is_removed AND (e.id IS NULL OR NOT {SAME})
""")  # noqa: S608  # fragments of this module

# As it was just before the set (`was`), and as it is (`now_is`), of every key that the set names.
# Until the set begins nobody has paid its prices: then what it made is simply closed. Once it has
# begun, each key's history is cut at this instant: before it as it is, after it as it was.
_TAKE_BACK = text(f"""
    WITH keys AS (
        SELECT {_KEY}, min(greatest(valid_from, CAST(:applied_at AS timestamptz))) < :now AS begun
        FROM price_change_row WHERE tenant_id = :tenant_id AND change_set_id = :set_id
        GROUP BY {_KEY}
    ), versions AS (
        SELECT e.*, r.begun,
               e.known_from < :applied_at
                   AND (e.known_until IS NULL OR e.known_until >= :applied_at) AS was,
               e.known_until IS NULL AS now_is
        FROM keys r CROSS JOIN LATERAL {ENTRIES_OF_KEY} e
        WHERE (e.valid_until IS NULL OR e.valid_until > :now)
          AND (e.known_until IS NULL OR e.known_until >= :applied_at)
    ), closed AS (
        UPDATE price_entry e SET known_until = :now, closed_by_change_set_id = :set_id
        FROM versions v
        WHERE e.tenant_id = :tenant_id AND e.id = v.id AND v.now_is
          AND (NOT v.was OR (v.begun AND v.valid_from < :now))
        RETURNING e.id
    ), anew AS (
        SELECT v.*, v.valid_from AS starts, CAST(:now AS timestamptz) AS ends
        FROM versions v JOIN closed USING (id)
        WHERE v.begun AND v.valid_from < :now
        UNION ALL
        SELECT v.*, CASE WHEN v.begun THEN greatest(v.valid_from, :now) ELSE v.valid_from END,
               v.valid_until
        FROM versions v
        WHERE v.was AND (NOT v.now_is OR v.id IN (SELECT id FROM closed))
    )
    INSERT INTO price_entry (tenant_id, id, {_VALUES}, valid_from, valid_until, known_from,
                             change_set_id)
    SELECT :tenant_id,
           CAST(:series || lpad(to_hex(row_number() OVER (ORDER BY valid_from DESC, id)), 12, '0')
                AS uuid),
           {_VALUES}, starts, ends, :now, change_set_id
    FROM anew
""")  # noqa: S608  # fragments of this module


async def apply(work: Work, set_id: UUID, instant: datetime) -> int:
    """Write a set's rows into the entries of its lists, which the caller has locked.

    For good: what stands ends where the new begins, and what begins later stays. Up to a last day:
    it is laid over, and what stands comes back. Removed: nothing of the key is left in those days.
    What is equal already stays as it is. Three statements; returns how many entries were written.
    """
    await _allow_time(work)
    written = 0
    for statement in (_REPLACE, _ADD):
        result = await work.session.execute(statement, _parameters(work, set_id, instant))
        written += cast("CursorResult[Any]", result).rowcount
    return written


async def take_back(work: Work, set_id: UUID, applied_at: datetime, instant: datetime) -> None:
    """Make prices from an instant on what they were before the set was applied; two statements.

    The caller has locked the lists and made sure that no later set built upon this one.
    """
    await _allow_time(work)
    parameters = _parameters(work, set_id, instant) | {"applied_at": applied_at}
    await work.session.execute(_TAKE_BACK, parameters)


async def _allow_time(work: Work) -> None:
    """Lift the limit that other statements have, until this transaction ends."""
    limit = text("SELECT set_config('statement_timeout', :limit, true)")
    await work.session.execute(limit, {"limit": str(LONGEST_MS)})


def _parameters(work: Work, set_id: UUID, instant: datetime) -> dict[str, Any]:
    return {
        "tenant_id": work.tenant_id,
        "set_id": set_id,
        "now": instant,
        "series": id_series(),
    }
