"""What roles would allow, before anybody is given them (R3-32, R3-33)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.db.work import Work
from app.kernel.ids import new_id
from app.people.operations import check_exchange, membership_in_reach, roles_in_reach
from app.rbac import operations as rbac
from app.rbac.assignments import held_by
from app.rbac.guard import requires
from app.rbac.models import Membership
from app.rbac.permissions import Permission
from app.rbac.rules import Allowed, Change, Difference, Right, allowed, changes, check_rights
from app.rbac.rules import differences as differing


@dataclass(frozen=True, slots=True)
class AssignmentPreview:
    """How a person's rights would change, were these roles all that they hold.

    `held` are the permissions before and after.
    """

    membership: Membership
    changes: list[Change]
    held: tuple[frozenset[str], frozenset[str]]


@requires(Permission.ROLE_READ)
async def preview_rights(
    work: Work, role_ids: Sequence[UUID], drafted: Sequence[Right]
) -> list[Allowed]:
    """Return what roles would allow together with rights that are not written yet.

    Denials count, those drafted too. Raises `NotFound` and `ScopeNotAllowed`; two statements.
    """
    check_rights(drafted)
    known = await roles_in_reach(work, Permission.ROLE_READ, role_ids)
    rights = await rbac.rights_of(work, [role.id for role in known])
    rights[new_id()] = list(drafted)
    named = [right for of_role in rights.values() for right in of_role]
    return allowed(named, rbac.compiled(rights))


@requires(Permission.ROLE_READ)
async def compare_roles(work: Work, one: UUID, other: UUID) -> list[Difference]:
    """Return what two roles in reach say otherwise; raises `NotFound`; two statements."""
    found = {role.id for role in await roles_in_reach(work, Permission.ROLE_READ, [one, other])}
    rights = await rbac.rights_of(work, found)
    return differing(rights[one], rights[other])


@requires(Permission.MEMBER_WRITE)
async def preview_assignment(
    work: Work, membership_id: UUID, role_ids: Sequence[UUID]
) -> AssignmentPreview:
    """Return what assigning roles would change, or refuse as assigning them would."""
    membership = await membership_in_reach(work, Permission.MEMBER_WRITE, membership_id)
    held = await held_by(work, membership_id)
    wanted = list(dict.fromkeys(role_ids))
    await check_exchange(
        work,
        membership.organisation_id,
        removed=[role for role in held if role not in wanted],
        added=[role for role in wanted if role not in held],
    )
    rights = await rbac.rights_of(work, {*held, *wanted})
    counting = [role for role, term in held.items() if term.counts_at(work.now)]
    planned = held.keys() - set(counting)
    before = rbac.compiled({role: rights[role] for role in counting})
    after = rbac.compiled({role: rights[role] for role in wanted if role not in planned})
    if Permission.MEMBER_WRITE in before and Permission.MEMBER_WRITE not in after:
        await rbac.check_administrator_stays(work, membership)
    return AssignmentPreview(
        membership, changes(before, after), (frozenset(before), frozenset(after))
    )
