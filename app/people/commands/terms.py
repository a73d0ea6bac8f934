"""Give somebody one further role, from an instant until another, or take one (R3-32)."""

from dataclasses import dataclass
from uuid import UUID

from app.audit.operations import record
from app.db.work import Work
from app.kernel.errors import Invalid, NotFound
from app.people.operations import check_exchange, membership_in_reach
from app.rbac import assignments
from app.rbac import operations as rbac
from app.rbac.errors import GrantBeyondOwn, RoleRetired
from app.rbac.guard import requires
from app.rbac.models import Membership
from app.rbac.permissions import Permission
from app.rbac.rules import Term
from app.tenants.operations import raise_policy_version


@dataclass(frozen=True, slots=True)
class Gift:
    """A role for somebody, for a term, and why."""

    membership_id: UUID
    role_id: UUID
    term: Term
    reason: str | None = None


@requires(Permission.MEMBER_WRITE)
async def give_role(work: Work, gift: Gift) -> Membership:
    """Let somebody hold one further role for a term, or another term of one that they hold.

    Raises `GrantBeyondOwn`, `LastAdministrator`, `RoleRetired`, and `Invalid` for a term that is
    over or ends before it begins.
    """
    _check_term(work, gift.term)
    await raise_policy_version(work)
    membership = await membership_in_reach(work, Permission.MEMBER_WRITE, gift.membership_id)
    held = await assignments.held_by(work, gift.membership_id)
    is_held = gift.role_id in held
    try:
        await check_exchange(
            work,
            membership.organisation_id,
            removed=[gift.role_id] if is_held else [],
            added=[gift.role_id],
        )
    except (GrantBeyondOwn, NotFound, RoleRetired) as refused:
        raise refused.at("roleId") from None
    here = Membership.organisation_id == membership.organisation_id
    async with rbac.keeping_an_administrator(work, here):
        await assignments.put_role(work, membership.id, gift.role_id, gift.term)
    after = {"role": str(gift.role_id), **gift.term.shown()}
    before = {"role": str(gift.role_id), **held[gift.role_id].shown()} if is_held else None
    record(
        work,
        "GIVE_ROLE",
        "membership",
        membership.id,
        before=before,
        after=after,
        reason=gift.reason,
    )
    assignments.note_exchange(
        work, membership.id, given=[gift.role_id], term=gift.term, reason=gift.reason
    )
    return membership


@requires(Permission.MEMBER_WRITE)
async def take_role(
    work: Work, membership_id: UUID, role_id: UUID, reason: str | None
) -> Membership:
    """Let somebody hold a role no more, or not begin to; raises `NotFound` if they do not.

    Raises `GrantBeyondOwn` for a role that denies what the caller does not hold, and
    `LastAdministrator`.
    """
    await raise_policy_version(work)
    membership = await membership_in_reach(work, Permission.MEMBER_WRITE, membership_id)
    held = await assignments.held_by(work, membership_id)
    if role_id not in held:
        raise NotFound("Role").at("roleId")
    try:
        await check_exchange(work, membership.organisation_id, removed=[role_id], added=[])
    except GrantBeyondOwn as refused:
        raise refused.at("roleId") from None
    here = Membership.organisation_id == membership.organisation_id
    async with rbac.keeping_an_administrator(work, here):
        await assignments.take_role(work, membership_id, role_id)
    before = {"role": str(role_id), **held[role_id].shown()}
    record(work, "TAKE_ROLE", "membership", membership_id, before=before, reason=reason)
    assignments.note_exchange(work, membership_id, taken=[role_id], reason=reason)
    return membership


def _check_term(work: Work, term: Term) -> None:
    if term.ends is not None and term.ends <= (term.begins or work.now):
        raise Invalid("validUntil", "must be later than it begins, and than now")
    if term.ends is not None and term.ends <= work.now:
        raise Invalid("validUntil", "must not have passed")
