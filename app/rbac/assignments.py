"""Which membership holds which role, and for what term; unguarded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    and_,
    case,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from app.audit.operations import record
from app.db.tables import table_of
from app.db.work import Work
from app.rbac.models import MembershipRole, Role
from app.rbac.rules import ALWAYS, Term


@dataclass(frozen=True, slots=True)
class Assignment:
    """A role that a membership holds for a term."""

    role: Role
    term: Term


async def held_by(work: Work, membership_id: UUID) -> dict[UUID, Term]:
    """Return the roles that a membership holds or will hold, with their terms, by name."""
    found = (await assignments_of(work, [membership_id]))[membership_id]
    return {each.role.id: each.term for each in found if not each.term.is_over_at(work.now)}


def note_exchange(  # noqa: PLR0913  # an assignment has these particulars, by name
    work: Work,
    membership_id: UUID,
    *,
    given: Iterable[UUID] = (),
    taken: Iterable[UUID] = (),
    term: Term = ALWAYS,
    reason: str | None = None,
) -> None:
    """Write into the trail of each role who got it or lost it: there a role's history is read."""
    about = {"membership": str(membership_id)}
    for role_id in given:
        record(work, "GIVE_ROLE", "role", role_id, after=about | term.shown(), reason=reason)
    for role_id in taken:
        record(work, "TAKE_ROLE", "role", role_id, before=about, reason=reason)


def counts_at(held: Any, instant: Any) -> ColumnElement[bool]:
    """Hold assignments, or their columns, to those that count at an instant (half-open)."""
    return and_(
        or_(held.valid_from.is_(None), held.valid_from <= instant),
        or_(held.valid_until.is_(None), held.valid_until > instant),
    )


async def put_role(work: Work, membership_id: UUID, role_id: UUID, term: Term) -> None:
    """Let a membership hold a role for a term, whatever its term was before; one statement."""
    values = {"valid_from": term.begins, "valid_until": term.ends}
    row = {"tenant_id": work.tenant_id, "membership_id": membership_id, "role_id": role_id}
    await work.session.execute(
        insert(MembershipRole)
        .values(row | values)
        .on_conflict_do_update(
            index_elements=("tenant_id", "membership_id", "role_id"), set_=values
        )
    )


async def take_role(work: Work, membership_id: UUID, role_id: UUID) -> None:
    """Let a membership hold a role no more; one statement."""
    await work.session.execute(
        delete(MembershipRole)
        .where(MembershipRole.membership_id == membership_id, MembershipRole.role_id == role_id)
        .execution_options(synchronize_session=False)
    )


async def exchange_role(
    work: Work, memberships: Sequence[UUID], role_id: UUID, replacement_id: UUID
) -> None:
    """Let memberships that hold a role hold another instead, for its term; three statements.

    Who holds both holds the other one afterwards, for as long as either counts.
    """
    table, beside = table_of(MembershipRole), table_of(MembershipRole).alias("beside")
    theirs, one_alike = table.c.membership_id.in_(memberships), _of_one(table, beside)
    same = table.c.role_id == replacement_id, beside.c.role_id == role_id
    begins = case(
        (
            and_(table.c.valid_from.is_not(None), beside.c.valid_from.is_not(None)),
            func.least(table.c.valid_from, beside.c.valid_from),
        ),
    )
    ends = case(
        (
            and_(table.c.valid_until.is_not(None), beside.c.valid_until.is_not(None)),
            func.greatest(table.c.valid_until, beside.c.valid_until),
        ),
    )
    mine = table.c.tenant_id == work.tenant_id, theirs
    await work.session.execute(
        update(table).where(*mine, one_alike, *same).values(valid_from=begins, valid_until=ends)
    )
    has_both = exists().where(one_alike, beside.c.role_id == replacement_id)
    old = table.c.role_id == role_id
    await work.session.execute(delete(table).where(*mine, old, has_both))
    await work.session.execute(update(table).where(*mine, old).values(role_id=replacement_id))


def _of_one(table: FromClause, beside: FromClause) -> ColumnElement[bool]:
    return and_(
        beside.c.tenant_id == table.c.tenant_id,
        beside.c.membership_id == table.c.membership_id,
    )


async def assignments_of(work: Work, memberships: Sequence[UUID]) -> dict[UUID, list[Assignment]]:
    """Return what many memberships hold, will hold and held last, each by name; one statement."""
    rows = await work.session.execute(
        select(MembershipRole, Role)
        .join(Role, Role.id == MembershipRole.role_id)
        .where(MembershipRole.membership_id.in_(memberships))
        .order_by(Role.name, Role.id)
    )
    found: dict[UUID, list[Assignment]] = {membership: [] for membership in memberships}
    for held, role in rows:
        found[held.membership_id].append(Assignment(role, Term(held.valid_from, held.valid_until)))
    return found
