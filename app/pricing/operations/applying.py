"""Write what a change set says into the price entries, or take it back: sets of rows, no loops.

Each statement touches as many rows as there are to touch; their number is fixed. Nothing is
rewritten: what is no longer so is closed at this instant and written anew.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, TextClause, text

from app.db.knowledge import known_from, known_from_at_last
from app.db.work import Work
from app.kernel.ids import id_series

LONGEST_MS = 300_000
"""How long one statement may take: far more rows than a person waits for in other commands."""

MEMORY = "256MB"
"""What one step of a statement may hold: hundreds of thousands of rows are not sorted on disk."""

LARGE = 2_000
"""From so many rows on the lists are read whole, below it key by key."""

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

_NONE = "'00000000-0000-0000-0000-000000000000'"


def same_key(one: str, other: str) -> str:
    """Equality that a hash join can use, although some columns may be null."""
    ids = " AND ".join(
        f"coalesce({one}.{name}, {_NONE}) = coalesce({other}.{name}, {_NONE})"
        for name in ("sku_id", "brand_id", "category_id")
    )
    return (
        f"{one}.price_list_id = {other}.price_list_id AND {ids} "
        f"AND coalesce({one}.packaging_level, '') = coalesce({other}.packaging_level, '') "
        f"AND {one}.from_quantity = {other}.from_quantity"
    )


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

_BY_KEY = f"CROSS JOIN LATERAL {ENTRIES_OF_KEY} e WHERE true"

# The same rows in bulk: equality that a hash join can use, although some columns may be null.
_BY_LIST = f"""
    JOIN price_entry e ON {same_key("e", "r")}
    WHERE e.tenant_id = :tenant_id AND e.price_list_id = ANY(ARRAY(
        SELECT DISTINCT price_list_id FROM price_change_row
        WHERE tenant_id = :tenant_id AND change_set_id = :set_id))
"""  # noqa: S608  # fragments of this module

# Of those that begin at once, cut or brought back, the one that began later has the smaller id:
# it wins, as it did before.
_INSERT = f"""
    INSERT INTO price_entry (tenant_id, id, {_VALUES}, valid_from, valid_until, known_from,
                             change_set_id)
    SELECT :tenant_id,
           CAST(:series || lpad(to_hex(
               row_number() OVER (ORDER BY place, valid_from DESC, id)), 12, '0') AS uuid),
           {_VALUES}, starts, ends, :now, change_set_id
"""


def _apply(entries: str) -> TextClause:
    return text(f"""
    WITH rows AS MATERIALIZED ({_ROWS}), pairs AS (
        SELECT e.id AS entry_id, e.valid_from, r.id AS row_id, r.is_removed, r.start,
               r.valid_until AS row_until,
               NOT r.is_removed AND {SAME} AND 1 = row_number() OVER (
                   PARTITION BY r.id ORDER BY e.valid_from DESC, e.id) AS is_same
        FROM rows r {entries}
          AND e.known_until IS NULL
          AND (e.valid_until IS NULL OR e.valid_until > r.start)
          AND (e.valid_from <= r.start
               OR (r.is_removed AND (r.valid_until IS NULL OR e.valid_from < r.valid_until)))
    ), judged AS MATERIALIZED (
        SELECT *, bool_or(is_same) OVER (PARTITION BY row_id) AS is_equal FROM pairs
    ), cut AS (
        SELECT entry_id, range_agg(tstzrange(start, row_until)) AS taken FROM judged
        WHERE NOT is_equal AND (is_removed OR row_until IS NULL OR valid_from = start)
        GROUP BY entry_id
    ), closed AS (
        UPDATE price_entry e SET known_until = :now
        FROM cut WHERE e.tenant_id = :tenant_id AND e.id = cut.entry_id
        RETURNING e.*, cut.taken
    ), written AS (
        SELECT 0 AS place, id, {_VALUES}, change_set_id, valid_from, lower(rest) AS starts,
               upper(rest) AS ends
        FROM closed CROSS JOIN LATERAL unnest(
            tstzmultirange(tstzrange(valid_from, valid_until)) - taken) AS rest
        UNION ALL
        SELECT position, id, {_VALUES}, change_set_id, valid_from, start, valid_until
        FROM rows
        WHERE NOT is_removed AND id NOT IN (SELECT row_id FROM judged WHERE is_equal)
    ) {_INSERT} FROM written
    """)  # noqa: S608  # fragments of this module


# As it was just before the set (`was`), and as it is (`now_is`), of every key that the set names.
# Until the set begins nobody has paid its prices: then what it made is simply closed. Once it has
# begun, each key's history is cut at this instant: before it as it is, after it as it was.
def _take_back(entries: str) -> TextClause:
    return text(f"""
    WITH keys AS (
        SELECT {_KEY}, min(greatest(valid_from, CAST(:applied_at AS timestamptz))) < :now AS begun
        FROM price_change_row WHERE tenant_id = :tenant_id AND change_set_id = :set_id
        GROUP BY {_KEY}
    ), versions AS MATERIALIZED (
        SELECT e.*, r.begun,
               e.known_from < :applied_at
                   AND (e.known_until IS NULL OR e.known_until >= :applied_at) AS was,
               e.known_until IS NULL AS now_is
        FROM keys r {entries}
          AND (e.valid_until IS NULL OR e.valid_until > :now)
          AND (e.known_until IS NULL OR e.known_until >= :applied_at)
    ), closed AS (
        UPDATE price_entry e SET known_until = :now
        FROM versions v
        WHERE e.tenant_id = :tenant_id AND e.id = v.id AND v.now_is
          AND (NOT v.was OR (v.begun AND v.valid_from < :now))
    ), written AS (
        SELECT 1 AS place, v.*, v.valid_from AS starts, CAST(:now AS timestamptz) AS ends
        FROM versions v
        WHERE v.now_is AND v.begun AND v.valid_from < :now
        UNION ALL
        SELECT 0, v.*, CASE WHEN v.begun THEN greatest(v.valid_from, :now) ELSE v.valid_from END,
               v.valid_until
        FROM versions v
        WHERE v.was AND (NOT v.now_is OR (v.begun AND v.valid_from < :now))
    ) {_INSERT} FROM written
    """)  # noqa: S608  # fragments of this module


_APPLY = {True: _apply(_BY_LIST), False: _apply(_BY_KEY)}
_TAKE_BACK = {True: _take_back(_BY_LIST), False: _take_back(_BY_KEY)}

# A list of hundreds of thousands of rows takes longer than a statement may; readers never wait.
_PREPARE = text("""
    SELECT set_config('statement_timeout', :longest, true), set_config('work_mem', :memory, true),
           (SELECT count(*) FROM (
               SELECT FROM price_change_row
               WHERE tenant_id = :tenant_id AND change_set_id = :set_id LIMIT :large) AS first_rows
           ) = :large AS is_large
""")


@dataclass(frozen=True, slots=True)
class Applied:
    """How many entries were written, and from which instant on they are known."""

    entries: int
    instant: datetime


async def apply(work: Work, set_id: UUID, earliest: datetime) -> Applied:
    """Write a set's rows into the entries of its lists, which the caller has locked.

    For good: what stands ends where the new begins, and what begins later stays. Up to a last day:
    it is laid over, and what stands comes back. Removed: nothing of the key is left in those days.
    What is equal already stays as it is. Three statements. The entries are known from the
    instant that is returned: `earliest`, or later where others are known by then.
    """
    is_large = await _prepare(work, set_id)
    instant = await _known_from(work, earliest, is_large=is_large)
    result = await work.session.execute(_APPLY[is_large], _parameters(work, set_id, instant))
    return Applied(cast("CursorResult[Any]", result).rowcount, instant)


async def take_back(work: Work, set_id: UUID, applied_at: datetime, earliest: datetime) -> datetime:
    """Make prices what they were before the set was applied, from the instant that is returned.

    The caller has locked the lists and made sure that no later set built upon this one. Three
    statements.
    """
    is_large = await _prepare(work, set_id)
    instant = await _known_from(work, earliest, is_large=is_large)
    parameters = _parameters(work, set_id, instant) | {"applied_at": applied_at}
    await work.session.execute(_TAKE_BACK[is_large], parameters)
    return instant


async def _known_from(work: Work, earliest: datetime, *, is_large: bool) -> datetime:
    """Hold other changes off while a small set is written, and not while a large one is.

    The clock is asked again: the later prices begin, the fewer orders do not know of them yet.
    """
    instant = max(earliest, work.later())
    return await (known_from_at_last if is_large else known_from)(work, instant)


async def _prepare(work: Work, set_id: UUID) -> bool:
    """Give this transaction the time and memory it may need; say whether the set is large."""
    given = {"longest": str(LONGEST_MS), "memory": MEMORY, "large": LARGE}
    of_set = {"tenant_id": work.tenant_id, "set_id": set_id}
    return (await work.session.execute(_PREPARE, given | of_set)).one().is_large


def _parameters(work: Work, set_id: UUID, instant: datetime) -> dict[str, Any]:
    return {
        "tenant_id": work.tenant_id,
        "set_id": set_id,
        "now": instant,
        "series": id_series(),
    }
