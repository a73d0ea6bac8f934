"""What became of roles and of people's roles: who gave what to whom, when and why (R3-32)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, cast, false, func, or_, select

from app.audit.models import AuditEntry
from app.db.keyset import newest_first
from app.db.work import Work
from app.kernel.actor import Scope
from app.kernel.errors import NotFound
from app.kernel.paging import Page, PageRequest, page_of
from app.organisations.operations import came_above_after
from app.people.operations import in_reach, role_in_reach
from app.rbac.guard import requires
from app.rbac.models import Membership, Role
from app.rbac.permissions import Permission
from app.rbac.rules import Difference, Effect, Right, Term, differences

_OF_PEOPLE = ("ADD_MEMBER", "ASSIGN_ROLES", "GIVE_ROLE", "TAKE_ROLE", "END_MEMBERSHIP")


@dataclass(frozen=True, slots=True)
class Passage:
    """One change in the history of a role or of a person's roles.

    `actor_name` is none where the reader does not see who works there. `given` and `taken` are
    roles, for a term if there is one; `changed` is what a role says otherwise since.
    """

    id: UUID
    at: datetime
    action: str
    actor_name: str | None
    reason: str | None
    membership_id: UUID | None
    given: list[Role]
    taken: list[Role]
    term: Term
    changed: list[Difference]


@requires(Permission.ROLE_READ)
async def role_history(work: Work, role_id: UUID, request: PageRequest) -> Page[Passage]:
    """Return how a role was changed and who got it or lost it, newest first.

    Of people, those within reach of MEMBER_READ, and of a branch what happened since it stands
    below; raises `NotFound`.
    """
    role = await role_in_reach(work, Permission.ROLE_READ, role_id)
    is_of_role = AuditEntry.action.not_in(("GIVE_ROLE", "TAKE_ROLE"))
    statement = _entries(work, "role", role_id).where(or_(is_of_role, _whom().in_(_seen(work))))
    return await _passages(work, statement, request, role)


@requires(Permission.MEMBER_READ)
async def membership_history(
    work: Work, membership_id: UUID, request: PageRequest
) -> Page[Passage]:
    """Return which roles a person was given and lost, newest first; `NotFound` out of reach.

    Of somebody in a branch, what happened since it stands below.
    """
    reach = in_reach(work, Permission.MEMBER_READ, Membership.organisation_id)
    known = select(Membership.organisation_id).where(Membership.id == membership_id, reach)
    if await work.session.scalar(known) is None:
        raise NotFound("Membership")
    statement = _entries(work, "membership", membership_id).where(
        AuditEntry.action.in_(_OF_PEOPLE), AuditEntry.subject_id.in_(_seen(work))
    )
    return await _passages(work, statement, request, None)


def _entries(work: Work, kind: str, subject_id: UUID) -> Select[AuditEntry, bool]:
    knows = false()
    if work.actor.may(Permission.MEMBER_READ):
        knows = in_reach(work, Permission.MEMBER_READ, AuditEntry.actor_organisation_id)
    return select(AuditEntry, knows.label("knows_actor")).where(
        AuditEntry.subject_kind == kind, AuditEntry.subject_id == subject_id
    )


def _whom() -> ColumnElement[UUID]:
    told = (each["membership"].astext for each in (AuditEntry.after, AuditEntry.before))
    return cast(func.coalesce(*told), Uuid())


def _seen(work: Work) -> Select[UUID]:
    """Select people in reach, of a branch only for what happened since it stands below."""
    members = select(Membership.id).where(Membership.tenant_id == work.tenant_id)
    if not work.actor.may(Permission.MEMBER_READ):
        return members.where(false())
    members = members.where(in_reach(work, Permission.MEMBER_READ, Membership.organisation_id))
    if work.actor.scope_of(Permission.MEMBER_READ) is not Scope.BRANCH:
        return members
    return members.where(~came_above_after(work, Membership.organisation_id, AuditEntry.at))


async def _passages(
    work: Work, statement: Select[AuditEntry, bool], request: PageRequest, role: Role | None
) -> Page[Passage]:
    ordered = newest_first(statement, request, AuditEntry.id)
    rows = (await work.session.execute(ordered)).all()
    named = {
        UUID(each)
        for entry, _ in rows
        for side in (entry.before, entry.after)
        for each in _roles_in(side)
    }
    known = {} if role is None else {role.id: role}
    if named:
        found = await work.session.scalars(select(Role).where(Role.id.in_(named)))
        known |= {each.id: each for each in found}
    passages = [_passage(entry, known, role, knows=knows) for entry, knows in rows]
    return page_of(passages, request, lambda each: (str(each.id),))


def _roles_in(side: Mapping[str, Any]) -> list[str]:
    return [*side.get("roles", []), *([side["role"]] if "role" in side else [])]


def _passage(
    entry: AuditEntry,
    known: Mapping[UUID, Role],
    role: Role | None,
    *,
    knows: bool,
) -> Passage:
    before, after = entry.before, entry.after
    given, taken = _exchanged(entry, known, role)
    whom = entry.subject_id if role is None else after.get("membership", before.get("membership"))
    return Passage(
        entry.id,
        entry.at,
        entry.action,
        entry.actor_name if knows else None,
        entry.reason,
        UUID(str(whom)) if whom else None,
        given,
        taken,
        Term(_instant(after, "valid_from"), _instant(after, "valid_until")),
        differences(_rights(before), _rights(after)),
    )


def _exchanged(
    entry: AuditEntry, known: Mapping[UUID, Role], role: Role | None
) -> tuple[list[Role], list[Role]]:
    if role is not None:
        is_given, is_taken = entry.action == "GIVE_ROLE", entry.action == "TAKE_ROLE"
        return [role] * is_given, [role] * is_taken
    was, now = _roles_in(entry.before), _roles_in(entry.after)
    if entry.action == "GIVE_ROLE":  # Another term of what was held is given too.
        was = []
    return _named(known, now, was), _named(known, was, now)


def _named(known: Mapping[UUID, Role], wanted: Sequence[str], without: Sequence[str]) -> list[Role]:
    return [known[UUID(each)] for each in wanted if each not in without]


def _instant(side: Mapping[str, Any], name: str) -> datetime | None:
    return datetime.fromisoformat(side[name]) if name in side else None


def _rights(side: Mapping[str, Any]) -> Iterable[Right]:
    return [
        Right(Permission(permission), Scope(scope), Effect(effect))
        for permission, scope, effect in side.get("grants", [])
    ]
