"""Who looks after customers and territories from an instant on: written for all of them at once."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from app.db.work import Work
from app.kernel.errors import NotFound
from app.organisations.models import AssignedRep, Territory, TerritoryRep, TradingRelationship
from app.organisations.operations.looking_after import assigned_at
from app.rbac.models import Membership

Rep = type[AssignedRep | TerritoryRep]


async def check_colleagues(
    work: Work, membership_ids: Collection[UUID], field: str, *, may_have_left: bool = False
) -> None:
    """Raise `NotFound` at the field unless all are people of the own organisation."""
    wanted = set(membership_ids)
    statement = select(Membership.id).where(
        Membership.id.in_(wanted),
        Membership.organisation_id == work.actor.own_organisation,
        Membership.key_prefix.is_(None),
    )
    if not may_have_left:
        statement = statement.where(Membership.ended_at.is_(None))
    if set(await work.session.scalars(statement)) != wanted:
        raise NotFound("Membership").at(field)


async def end_from(
    work: Work,
    table: Rep,
    which: ColumnElement[bool],
    instant: datetime,
    followed_by_id: UUID | None = None,
) -> list[tuple[UUID, UUID | None]]:
    """End what counts at an instant or would later, from that instant on; two statements.

    Returns what had counted at the instant: the customer or territory, and for a customer the
    territory by which it was looked after.
    """
    key, by = _keys(table)
    gone: Any = await work.session.execute(
        delete(table)
        .where(which, table.assigned_at >= instant)
        .returning(key, by, table.assigned_at)
        .execution_options(synchronize_session=False)
    )
    never = [(row[0], row[1]) for row in gone if row[2] == instant]
    ending: Any = update(table).where(which, assigned_at(table, instant))
    ended: Any = await work.session.execute(
        ending.values(until=instant, followed_by_id=followed_by_id)
        .returning(key, by)
        .execution_options(synchronize_session=False)
    )
    return [*never, *((row[0], row[1]) for row in ended)]


async def begin_from(
    work: Work,
    table: Rep,
    keys: Mapping[UUID, UUID | None],
    membership_ids: Collection[UUID],
    instant: datetime,
) -> int:
    """Let people look after customers, or territories, from an instant on, for ever.

    `keys` are these, each with the territory by which it is looked after. What counts at the
    instant goes on; returns how many pairs did not. Three statements.
    """
    if not keys or not membership_ids:
        return 0
    key, _ = _keys(table)
    those = key.in_(list(keys)) & table.membership_id.in_(membership_ids)
    await work.session.execute(
        delete(table)
        .where(those, table.assigned_at > instant)
        .execution_options(synchronize_session=False)
    )
    going_on: Any = update(table).where(those, assigned_at(table, instant))
    kept: Any = await work.session.execute(
        going_on.values(until=None, followed_by_id=None)
        .returning(key, table.membership_id)
        .execution_options(synchronize_session=False)
    )
    known = {(row[0], row[1]) for row in kept}
    rows: list[dict[str, Any]] = [
        {str(key.key): each, "membership_id": member, "assigned_at": instant}
        | ({"territory_id": by} if table is AssignedRep else {})
        for each, by in sorted(keys.items())
        for member in sorted(membership_ids)
        if (each, member) not in known
    ]
    if rows:
        await work.insert(table, rows)
    return len(rows)


async def take_back(
    work: Work, table: Rep, which: ColumnElement[bool], since: datetime
) -> set[UUID]:
    """Undo planned ends by a handing over from an instant on; returns of what.

    Who would have followed from then on does not. Three statements.
    """
    key, _ = _keys(table)
    is_planned = and_(
        which,
        table.followed_by_id.is_not(None),
        table.until > work.now,
        table.until >= since,
    )
    undone: Any = await work.session.execute(
        select(key, table.followed_by_id, table.until).where(is_planned)
    )
    planned: list[Any] = [tuple(row) for row in undone]
    if not planned:
        return set()
    await work.session.execute(
        delete(table)
        .where(tuple_(key, table.membership_id, table.assigned_at).in_(planned))
        .execution_options(synchronize_session=False)
    )
    await work.session.execute(
        update(table)
        .where(is_planned)
        .values(until=None, followed_by_id=None)
        .execution_options(synchronize_session=False)
    )
    return {row[0] for row in planned}


async def follow_territory(work: Work, relationship_id: UUID, territory_id: UUID | None) -> None:
    """Let the reps of its territory, present and planned, look after a customer, and no others.

    Whom somebody named for this customer stays.
    """
    came = and_(
        AssignedRep.relationship_id == relationship_id, AssignedRep.territory_id.is_not(None)
    )
    await end_from(work, AssignedRep, came, work.now)
    if territory_id is None:
        return
    named = exists().where(
        AssignedRep.tenant_id == work.tenant_id,
        AssignedRep.relationship_id == relationship_id,
        AssignedRep.membership_id == TerritoryRep.membership_id,
        or_(AssignedRep.until.is_(None), AssignedRep.until > work.now),
    )
    reps = await work.session.scalars(
        select(TerritoryRep).where(
            TerritoryRep.territory_id == territory_id,
            or_(TerritoryRep.until.is_(None), TerritoryRep.until > work.now),
            ~named,
        )
    )
    rows = [
        {
            "tenant_id": work.tenant_id,
            "relationship_id": relationship_id,
            "membership_id": rep.membership_id,
            "assigned_at": max(rep.assigned_at, work.now),
            "until": rep.until,
            "territory_id": territory_id,
            "followed_by_id": rep.followed_by_id,
        }
        for rep in reps
    ]
    if rows:
        await work.session.execute(insert(AssignedRep).values(rows))


def of_own(work: Work, table: Rep) -> ColumnElement[bool]:
    """Hold assignments to customers or territories of the own organisation."""
    key, _ = _keys(table)
    owner = TradingRelationship if table is AssignedRep else Territory
    return key.in_(
        select(owner.id).where(
            owner.tenant_id == work.tenant_id, owner.seller_id == work.actor.own_organisation
        )
    )


def _keys(table: Rep) -> tuple[Any, Any]:
    if table is AssignedRep:
        return AssignedRep.relationship_id, AssignedRep.territory_id
    return TerritoryRep.territory_id, TerritoryRep.territory_id
