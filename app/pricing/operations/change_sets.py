"""Price change sets: whose they are, what their rows say, and when they were carried out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, func, select, text

from app.db.work import Work
from app.kernel.errors import NotFound
from app.organisations.models import Organisation
from app.pricing.models import PriceChangeSet
from app.pricing.operations.applying import ENTRIES_OF_KEY, same_key
from app.pricing.rules.change import ChangeSetStatus
from app.pricing.rules.changes import ChangeSetState, Lifetime, state_of

_GIVEN = """
    given AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS g(
            id uuid, number integer, price_list_id uuid, sku_id uuid, brand_id uuid,
            category_id uuid, packaging_level text, from_quantity numeric, amount numeric,
            percent_of_list numeric, is_removed boolean, valid_from timestamptz,
            valid_until timestamptz)
    )
"""

_CONFLICTS = text(f"""
    WITH {_GIVEN}
    SELECT g.number, min(r.position) AS position
    FROM given g JOIN price_change_row r ON {same_key("r", "g")}
    WHERE r.tenant_id = :tenant_id AND r.change_set_id = :set_id AND r.valid_from <> g.valid_from
      AND (r.valid_until IS NULL OR g.valid_from < r.valid_until)
      AND (g.valid_until IS NULL OR r.valid_from < g.valid_until)
      AND NOT EXISTS (
          SELECT FROM given o WHERE {same_key("o", "r")} AND o.valid_from = r.valid_from)
    GROUP BY g.number
""")  # noqa: S608  # fragments of this module

_PUT = text(f"""
    WITH {_GIVEN}, standing AS (
        SELECT r.id AS row_id, g.* FROM given g JOIN price_change_row r
          ON {same_key("r", "g")} AND r.valid_from = g.valid_from
        WHERE r.tenant_id = :tenant_id AND r.change_set_id = :set_id
    ), changed AS (
        UPDATE price_change_row r
        SET amount = s.amount, percent_of_list = s.percent_of_list, is_removed = s.is_removed,
            valid_until = s.valid_until
        FROM standing s WHERE r.tenant_id = :tenant_id AND r.id = s.row_id
    )
    INSERT INTO price_change_row (
        tenant_id, id, change_set_id, position, price_list_id, sku_id, brand_id, category_id,
        packaging_level, from_quantity, amount, percent_of_list, is_removed, valid_from,
        valid_until)
    SELECT :tenant_id, id, :set_id,
           (SELECT coalesce(max(position), 0) FROM price_change_row
            WHERE tenant_id = :tenant_id AND change_set_id = :set_id)
               + row_number() OVER (ORDER BY number),
           price_list_id, sku_id, brand_id, category_id, packaging_level, from_quantity, amount,
           percent_of_list, is_removed, valid_from, valid_until
    FROM given WHERE number NOT IN (SELECT number FROM standing)
""")  # noqa: S608  # fragments of this module

_OVERLAP = text("""
    SELECT position, earlier FROM (
        SELECT position, valid_from,
               lag(position) OVER same AS earlier,
               lag(valid_until) OVER same AS earlier_until
        FROM price_change_row WHERE tenant_id = :tenant_id AND change_set_id = :set_id
        WINDOW same AS (
            PARTITION BY price_list_id, sku_id, brand_id, category_id, packaging_level,
                         from_quantity
            ORDER BY valid_from, position)
    ) versions
    WHERE earlier IS NOT NULL AND (earlier_until IS NULL OR earlier_until > valid_from)
    ORDER BY position LIMIT 1
""")

_TOTALS = text("""
    SELECT count(*) AS rows,
           min(position) FILTER (WHERE valid_until <= :now) AS over
    FROM price_change_row WHERE tenant_id = :tenant_id AND change_set_id = :set_id
""")

_LATER = text(f"""
    SELECT s.id, s.name FROM price_change_set s
    WHERE s.tenant_id = :tenant_id AND s.seller_id = :seller_id AND s.status = 'APPROVED'
      AND s.decided_at > :applied_at
      AND EXISTS (
          SELECT FROM price_change_row l JOIN price_change_row r ON {same_key("l", "r")}
          WHERE l.tenant_id = :tenant_id AND l.change_set_id = s.id
            AND r.tenant_id = :tenant_id AND r.change_set_id = :set_id)
    ORDER BY s.decided_at DESC LIMIT 1
""")  # noqa: S608  # fragments of this module

# Of each approved set: whether its first price has begun, whether it ever did something, and
# whether anything of it is in force or still to come.
_LIFETIMES = text(f"""
    SELECT s.id,
           EXISTS (SELECT FROM price_change_row r WHERE r.tenant_id = s.tenant_id
                   AND r.change_set_id = s.id AND r.valid_from <= :now) AS has_begun,
           made.any_entry OR removed.any_row AS has_effect,
           EXISTS (SELECT FROM price_entry e WHERE e.tenant_id = s.tenant_id
                   AND e.change_set_id = s.id AND e.known_until IS NULL
                   AND (e.valid_until IS NULL OR e.valid_until > :now))
           OR EXISTS (SELECT FROM price_change_row r WHERE r.tenant_id = s.tenant_id
                      AND r.change_set_id = s.id AND r.is_removed
                      AND (r.valid_until IS NULL OR r.valid_until > :now)) AS is_alive
    FROM price_change_set s
    CROSS JOIN LATERAL (SELECT EXISTS (
        SELECT FROM price_change_row r CROSS JOIN LATERAL {ENTRIES_OF_KEY} e
        WHERE r.tenant_id = s.tenant_id AND r.change_set_id = s.id AND NOT r.is_removed
          AND e.change_set_id = s.id) AS any_entry) made
    CROSS JOIN LATERAL (SELECT EXISTS (
        SELECT FROM price_change_row r WHERE r.tenant_id = s.tenant_id
        AND r.change_set_id = s.id AND r.is_removed) AS any_row) removed
    WHERE s.tenant_id = :tenant_id AND s.id = ANY(:ids)
""")  # noqa: S608  # a fragment of our own


# A seller's changes happen one after the other, so the instant says which set it was; two sets
# without a list in common may share one.
_AT = text("""
    SELECT g.list_id, g.instant, s.id
    FROM unnest(CAST(:list_ids AS uuid[]), CAST(:instants AS timestamptz[])) AS g(list_id, instant)
    JOIN price_change_set s ON s.tenant_id = :tenant_id AND s.seller_id = :seller_id
      AND s.status IN ('APPROVED', 'ROLLED_BACK')
      AND (s.decided_at = g.instant OR s.rolled_back_at = g.instant)
    WHERE EXISTS (SELECT FROM price_change_row r WHERE r.tenant_id = :tenant_id
                  AND r.change_set_id = s.id AND r.price_list_id = g.list_id)
""")

Closing = tuple[UUID, datetime]
"""A list and the instant at which a change set was applied to it, or taken back."""


@dataclass(frozen=True, slots=True)
class SellerTerms:
    """Whether a second person has to approve, and the instant at which prices may change now."""

    needs_approval: bool
    instant: datetime


@dataclass(frozen=True, slots=True)
class Totals:
    """How many rows a set has, and the first whose days are over."""

    rows: int
    over: int | None


@dataclass(frozen=True, slots=True)
class SeenChangeSet:
    """A change set and where it stands, seen with time."""

    row: PriceChangeSet
    state: ChangeSetState


def own_change_sets(work: Work) -> ColumnElement[bool]:
    """Hold change sets to those of the organisation that the actor stands in."""
    return PriceChangeSet.seller_id == work.actor.own_organisation


async def own_change_set(work: Work, set_id: UUID) -> PriceChangeSet:
    """Find one of the own organisation's change sets; raises `NotFound`."""
    statement = select(PriceChangeSet).where(PriceChangeSet.id == set_id, own_change_sets(work))
    found = await work.session.scalar(statement)
    if found is None:
        raise NotFound("PriceChangeSet")
    return found


async def seen(work: Work, rows: Sequence[PriceChangeSet]) -> list[SeenChangeSet]:
    """See change sets with time; one statement, none where nothing is approved."""
    approved = [row.id for row in rows if row.status == ChangeSetStatus.APPROVED]
    lifetimes = await _lifetimes(work, approved) if approved else {}
    nothing = Lifetime(has_begun=False, has_effect=False, is_alive=False)
    return [
        SeenChangeSet(row, state_of(ChangeSetStatus(row.status), lifetimes.get(row.id, nothing)))
        for row in rows
    ]


async def sets_at(work: Work, closings: Collection[Closing]) -> dict[Closing, UUID]:
    """Find which own set was applied to a list, or taken back, at an instant; one statement."""
    wanted = sorted(set(closings))
    parameters = {
        "tenant_id": work.tenant_id,
        "seller_id": work.actor.own_organisation,
        "list_ids": [list_id for list_id, _ in wanted],
        "instants": [instant for _, instant in wanted],
    }
    rows = await work.session.execute(_AT, parameters)
    return {(row.list_id, row.instant): row.id for row in rows}


async def seller_terms(work: Work) -> SellerTerms:
    """Read the own organisation's rule, and find an instant later than its last change of prices.

    Who waited for a lock may have begun before the one waited for: knowledge never runs backward.
    """
    last = (
        select(func.max(func.greatest(PriceChangeSet.decided_at, PriceChangeSet.rolled_back_at)))
        .where(PriceChangeSet.tenant_id == work.tenant_id, own_change_sets(work))
        .scalar_subquery()
    )
    statement = select(Organisation.needs_price_approval, last).where(
        Organisation.id == work.actor.own_organisation
    )
    needs_approval, latest = (await work.session.execute(statement)).one()
    instant = work.now if latest is None else max(work.now, latest + timedelta(microseconds=1))
    return SellerTerms(needs_approval, instant)


async def put_rows(work: Work, set_id: UUID, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows into a set, over those of the same key and start; one statement."""
    if rows:
        await work.session.execute(_PUT, _given(work, set_id, rows))


async def overlapped(work: Work, set_id: UUID, rows: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    """Find which given rows overlap a row of the set: by `number`, the position of that row."""
    if not rows:
        return {}
    found = await work.session.execute(_CONFLICTS, _given(work, set_id, rows))
    return {row.number: row.position for row in found}


async def first_overlap(work: Work, set_id: UUID) -> tuple[int, int] | None:
    """Find two rows of a set that set the same price for the same days, by position."""
    found = (await work.session.execute(_OVERLAP, _of(work, set_id))).first()
    return (found.position, found.earlier) if found else None


async def totals(work: Work, set_id: UUID) -> Totals:
    """Count a set's rows; one statement."""
    found = (await work.session.execute(_TOTALS, _of(work, set_id) | {"now": work.now})).one()
    return Totals(found.rows, found.over)


async def built_upon(work: Work, row: PriceChangeSet) -> tuple[UUID, str] | None:
    """Find the latest set, approved after this one and standing, that sets some of its prices."""
    parameters = _of(work, row.id) | {"seller_id": row.seller_id, "applied_at": row.decided_at}
    found = (await work.session.execute(_LATER, parameters)).first()
    return (found.id, found.name) if found else None


async def _lifetimes(work: Work, ids: Collection[UUID]) -> dict[UUID, Lifetime]:
    parameters = {"tenant_id": work.tenant_id, "ids": list(ids), "now": work.now}
    return {
        row.id: Lifetime(row.has_begun, row.has_effect, row.is_alive)
        for row in await work.session.execute(_LIFETIMES, parameters)
    }


def _of(work: Work, set_id: UUID) -> dict[str, Any]:
    return {"tenant_id": work.tenant_id, "set_id": set_id}


def _given(work: Work, set_id: UUID, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    written = orjson.dumps([dict(row) for row in rows], default=str).decode()
    return _of(work, set_id) | {"rows": written}
