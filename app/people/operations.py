"""Where people work and how far their rights over people reach; shared by commands and queries."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from app.audit.operations import record
from app.db.crossing import enter_tenant
from app.db.work import Work
from app.identities import operations as identities
from app.identities import second_factor
from app.identities.models import IdentityProvider, SecondFactorRule
from app.identities.operations import Tokens
from app.identities.tokens import AccessClaims, TokenKeys
from app.kernel.actor import Scope
from app.kernel.errors import NotFound, Unauthenticated
from app.organisations.models import Organisation, OrganisationAncestry, prepared_at
from app.organisations.operations import visible_below
from app.rbac import operations as rbac
from app.rbac.built_in import SYSTEM_ADMIN
from app.rbac.errors import BuiltInRoleFixed, GrantBeyondOwn, RoleRetired
from app.rbac.models import Membership, MembershipRole, Role
from app.rbac.permissions import Permission
from app.rbac.rules import check_held, swapped

_MANY_FAILED = "many attempts have failed; further ones from unknown places wait"


@dataclass(frozen=True, slots=True)
class Workplace:
    """An open membership of a person, in an organisation of an active tenant."""

    membership_id: UUID
    tenant_id: UUID
    tenant_name: str
    organisation_id: UUID
    organisation_name: str
    requires_second_factor: bool = False
    requires_provider: bool = False
    is_prepared: bool = False


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Tokens, where the person may work, and which of these the tokens act in, if any."""

    tokens: Tokens
    workplaces: list[Workplace]
    acting_in: Workplace | None


def own_session(work: Work, *, may_be_confined: bool = False) -> tuple[UUID, UUID]:
    """Return the identity and the sign-in of who acts; raises `Unauthenticated` for no person.

    For what concerns a person everywhere, a sign-in that is good in one network only is none.
    """
    if work.actor.identity_id is None or work.actor.session_id is None:
        raise Unauthenticated("only a person signs in and out")
    if work.actor.confined_to is not None and not may_be_confined:
        raise Unauthenticated("the sign-in of a company is good for its network only")
    return work.actor.identity_id, work.actor.session_id


async def workplaces(work: Work, identity_id: UUID, within: UUID | None = None) -> list[Workplace]:
    """Return where an identity works, by tenant and organisation; for platform work only.

    Each tenant costs its own statements, since none may span tenants; a person has few. `within` is
    the one network that the sign-in is good in.
    """
    found: list[Workplace] = []
    for tenant_id, tenant_name in await identities.active_tenants_of(work, identity_id):
        if within not in {None, tenant_id}:
            continue
        async with enter_tenant(work, tenant_id) as inside:
            is_asked = (
                exists()
                .where(
                    MembershipRole.tenant_id == tenant_id,
                    MembershipRole.membership_id == Membership.id,
                    SecondFactorRule.tenant_id == tenant_id,
                    SecondFactorRule.role_id == MembershipRole.role_id,
                )
                .correlate(Membership)
            )
            rows = await inside.session.execute(
                select(
                    Membership.id,
                    Organisation.id,
                    Organisation.name,
                    is_asked,
                    _needs_provider(tenant_id),
                    prepared_at(inside.now),
                )
                .join(Organisation, Organisation.id == Membership.organisation_id)
                .where(Membership.identity_id == identity_id, Membership.ended_at.is_(None))
                .order_by(Organisation.name, Membership.id)
            )
            found += [Workplace(row[0], tenant_id, tenant_name, *row[1:]) for row in rows]
    return found


async def only_workplace(
    work: Work,
    identity_id: UUID,
    known: list[Workplace],
    *,
    is_proven: bool,
    by_provider: bool = False,
) -> Workplace | None:
    """Return where a sign-in acts at once: one's only workplace, and none for platform staff.

    None either where the network asks for a second factor, or for its provider, and the sign-in was
    made without, and where the organisation is prepared only.
    """
    is_staff = await identities.is_system_admin(work, identity_id)
    if len(known) != 1 or known[0].is_prepared or (is_staff and not by_provider):
        return None
    if known[0].requires_provider and not by_provider:
        return None
    return known[0] if is_proven or not known[0].requires_second_factor else None


async def may_enter(work: Work, place: Workplace, session_id: UUID) -> bool:
    """Whether a sign-in is good enough for a workplace; a statement only where that asks."""
    if not place.requires_second_factor:
        return True
    return await second_factor.is_proven(work, session_id)


def _needs_provider(tenant_id: UUID) -> ColumnElement[bool]:
    """Whether a membership is let in by a provider only; who runs the network never is."""
    runs_it = (
        exists()
        .where(
            MembershipRole.tenant_id == tenant_id,
            MembershipRole.membership_id == Membership.id,
            Role.tenant_id == tenant_id,
            Role.id == MembershipRole.role_id,
            Role.code == SYSTEM_ADMIN.code,
        )
        .correlate(Membership)
    )
    vouched = (
        exists()
        .where(
            IdentityProvider.tenant_id == tenant_id,
            IdentityProvider.retired_at.is_(None),
            ~IdentityProvider.allows_passwords,
            IdentityProvider.domains.has_key(func.split_part(Membership.email, "@", 2)),
        )
        .correlate(Membership)
    )
    return vouched & ~runs_it


async def record_for_person(  # noqa: PLR0913  # a trail's entry has these particulars
    work: Work,
    identity_id: UUID,
    name: str,
    action: str,
    *,
    after: dict[str, Any] | None = None,
    reason: str | None = None,
) -> None:
    """Note in every network where a person works what became of their way in; platform work only.

    The person is who did it. Each network hears of it once for each membership.
    """
    for tenant_id, _ in await identities.active_tenants_of(work, identity_id):
        async with enter_tenant(work, tenant_id) as inside:
            rows = await inside.session.execute(
                select(Membership.id, Membership.organisation_id).where(
                    Membership.identity_id == identity_id, Membership.ended_at.is_(None)
                )
            )
            for membership_id, organisation_id in rows.all():
                person = replace(
                    inside.actor,
                    name=name,
                    membership_id=membership_id,
                    organisation_id=organisation_id,
                )
                theirs = replace(inside, actor=person)
                record(theirs, action, "membership", membership_id, after=after, reason=reason)


async def note_alarm(work: Work, email: str) -> bool:
    """Note where a person works that many attempts to sign in have failed; no if nobody has it."""
    known = await identities.person_of(work, email)
    if known is None:
        return False
    await record_for_person(work, known[0], known[1], "SLOW_SIGN_IN", reason=_MANY_FAILED)
    return True


async def sign_into(
    work: Work,
    keys: TokenKeys,
    person: AccessClaims,
    known: list[Workplace],
    chosen: Workplace | None,
) -> SignedIn:
    """Issue tokens that act in the chosen workplace, or in none, whatever `person` acted in."""
    claims = replace(
        person,
        tenant_id=chosen.tenant_id if chosen else None,
        membership_id=chosen.membership_id if chosen else None,
    )
    return SignedIn(await identities.issue_tokens(work, keys, claims), known, chosen)


def in_reach(
    work: Work, permission: Permission, organisation: InstrumentedAttribute[Any]
) -> ColumnElement[bool]:
    """Say which organisations' people and roles a permission reaches: the one place for it (F2).

    BRANCH is the own organisation and what it sees below, TENANT all.
    """
    scope = work.actor.scope_of(permission)
    if scope is Scope.TENANT:
        return true()
    own = organisation == work.actor.own_organisation
    return or_(own, organisation.in_(visible_below(work))) if scope is Scope.BRANCH else own


async def organisation_in_reach(
    work: Work, permission: Permission, organisation_id: UUID
) -> Organisation:
    """Return an organisation that the permission reaches; raises `NotFound` for any other."""
    statement = select(Organisation).where(
        Organisation.id == organisation_id, in_reach(work, permission, Organisation.id)
    )
    organisation = (await work.session.scalars(statement)).first()
    if organisation is None:
        raise NotFound("Organisation")
    return organisation


async def membership_in_reach(
    work: Work, permission: Permission, membership_id: UUID
) -> Membership:
    """Return an open membership that the permission reaches; raises `NotFound` for any other."""
    statement = select(Membership).where(
        Membership.id == membership_id,
        Membership.ended_at.is_(None),
        Membership.key_prefix.is_(None),
        in_reach(work, permission, Membership.organisation_id),
    )
    membership = (await work.session.scalars(statement)).first()
    if membership is None:
        raise NotFound("Membership")
    return membership


def visible_roles(work: Work, permission: Permission) -> ColumnElement[bool]:
    """Say which roles a permission reaches: built-in ones, and those of organisations in reach."""
    built_in = Role.organisation_id.is_(None)
    if not work.actor.may(permission):
        return built_in
    # A role of an organisation's that has a code is an API key's own, and nobody else's.
    own = Role.code.is_(None) & in_reach(work, permission, Role.organisation_id)
    return built_in | own


async def role_in_reach(work: Work, permission: Permission, role_id: UUID) -> Role:
    """Return a role that the permission reaches, built-in or not; raises `NotFound`."""
    statement = select(Role).where(Role.id == role_id, visible_roles(work, permission))
    role = (await work.session.scalars(statement)).first()
    if role is None:
        raise NotFound("Role")
    return role


async def roles_in_reach(
    work: Work, permission: Permission, role_ids: Sequence[UUID]
) -> list[Role]:
    """Return roles that the permission reaches, in the order asked for; `NotFound` for others."""
    statement = select(Role).where(Role.id.in_(role_ids), visible_roles(work, permission))
    known = {role.id: role for role in await work.session.scalars(statement)}
    for place, role_id in enumerate(role_ids):
        if role_id not in known:
            raise NotFound("Role").at(f"roleIds.{place}")
    return [known[role_id] for role_id in role_ids]


async def own_role(work: Work, role_id: UUID) -> tuple[Role, UUID]:
    """Return a role that one may change, and whose it is; `NotFound`, `BuiltInRoleFixed`."""
    role = await role_in_reach(work, Permission.ROLE_WRITE, role_id)
    if role.organisation_id is None:
        raise BuiltInRoleFixed(role.name)
    return role, role.organisation_id


async def check_exchange(
    work: Work, organisation_id: UUID, *, removed: Sequence[UUID], added: Sequence[UUID]
) -> None:
    """Refuse roles for somebody of an organisation that the actor may not give or take there.

    Raises `GrantBeyondOwn`, `RoleRetired`, and `NotFound` for a role that cannot be held there.
    """
    await _check_assignable(work, organisation_id, added)
    rights = await rbac.rights_of(work, [*removed, *added])
    gains = swapped(
        [right for role in removed for right in rights[role]],
        [right for role in added for right in rights[role]],
    )
    elsewhere = organisation_id != work.actor.organisation_id
    try:
        check_held(work.actor, gains, elsewhere=elsewhere)
    except GrantBeyondOwn as beyond:
        raise beyond.at("roleIds") from None


async def _check_assignable(work: Work, organisation_id: UUID, added: Sequence[UUID]) -> None:
    above = select(OrganisationAncestry.ancestor_id).where(
        OrganisationAncestry.descendant_id == organisation_id
    )
    statement = select(Role).where(
        Role.id.in_(added),
        visible_roles(work, Permission.MEMBER_WRITE),
        Role.organisation_id.is_(None) | Role.organisation_id.in_(above),
    )
    known = {role.id: role for role in await work.session.scalars(statement)}
    for place, role_id in enumerate(added):
        if role_id not in known:
            raise NotFound("Role").at(f"roleIds.{place}")
        if known[role_id].retired_at is not None:
            raise RoleRetired(known[role_id].name).at(f"roleIds.{place}")
