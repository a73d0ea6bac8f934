"""Keys with which software acts for an organisation: made, shown once, revoked (R0-5).

A key stands for a membership of its own with a role of its own, so that guard, scopes and trail
treat it as they treat people. Relationships that it is for are those that this membership looks
after.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from app.audit.operations import record
from app.db.idempotency import once
from app.db.work import Work
from app.identities import locks
from app.identities.api_keys import MadeKey, make_key
from app.identities.models import ApiKey
from app.kernel.actor import Scope
from app.kernel.errors import Invalid, NotFound, Unauthenticated
from app.kernel.ids import new_id
from app.organisations.errors import OrganisationClosed
from app.organisations.models import (
    AssignedRep,
    OrganisationStatus,
    TradingRelationship,
)
from app.organisations.operations import own_customers, visible_relationships
from app.people.errors import TooManyKeys
from app.people.key_rules import LONGEST_DAYS, LONGEST_NAME, check_key_rights
from app.people.operations import in_reach, organisation_in_reach
from app.rbac import operations as rbac
from app.rbac.guard import requires
from app.rbac.models import Membership, MembershipRole, Role
from app.rbac.permissions import Permission
from app.rbac.rules import Right, check_held

MOST_KEYS = 50


@dataclass(frozen=True, slots=True)
class WantedKey:
    """A key to make: whose software it is for, what it may do, for whom, and until when."""

    organisation_id: UUID
    name: str
    rights: Sequence[Right]
    expires_at: datetime
    relationship_ids: Sequence[UUID] = ()


@requires(Permission.API_KEY_WRITE)
async def create_api_key(
    work: Work, key: str, wanted: WantedKey, secret: str
) -> tuple[UUID, str | None]:
    """Make a key; returns its id, and its text this once: the same call again answers with none.

    Nobody makes a key that may do more than they may. Raises `GrantBeyondOwn`, `NotForKeys`,
    `OrganisationClosed`, `ScopeNotAllowed`, `TooManyKeys`, `NotFound` and `Invalid`.
    """
    made: list[MadeKey] = []

    async def create(key_id: UUID) -> None:
        await _check(work, wanted)
        made.append(make_key(secret, work.tenant_id, key_id))
        await _write(work, key_id, wanted, made[0])

    body = {
        "organisation": wanted.organisation_id,
        "name": wanted.name,
        "rights": [(each.permission, each.scope) for each in wanted.rights],
        "expires_at": wanted.expires_at,
        "relationships": list(wanted.relationship_ids),
    }
    key_id = await once(work, key, "createApiKey", body, new_id(), create)
    return key_id, made[0].text if made else None


@requires(Permission.API_KEY_WRITE)
async def revoke_api_key(work: Work, key_id: UUID) -> None:
    """Make a key good for nothing, in every process from its next request on; twice is as once."""
    reached = in_reach(work, Permission.API_KEY_WRITE, ApiKey.organisation_id)
    found = await locks.api_key(work, key_id, reached)
    if found is None:
        raise NotFound("ApiKey")
    if found.revoked_at is not None:
        return
    found.revoked_at, found.revoked_by_membership_id = work.now, _maker(work)
    membership = await work.session.get_one(Membership, (work.tenant_id, key_id))
    membership.ended_at = work.now
    record(work, "REVOKE_API_KEY", "api_key", key_id, before={"name": found.name})


async def _check(work: Work, wanted: WantedKey) -> None:
    if not 1 <= len(wanted.name.strip()) <= LONGEST_NAME:
        raise Invalid("name", f"must have 1 to {LONGEST_NAME} characters")
    if not timedelta(0) < wanted.expires_at - work.now <= timedelta(days=LONGEST_DAYS):
        raise Invalid("expiresAt", f"must be within {LONGEST_DAYS} days from now")
    if not wanted.rights:
        raise Invalid("grants", "must name at least one permission")
    check_key_rights(wanted.rights, for_relationships=bool(wanted.relationship_ids))
    organisation = await organisation_in_reach(
        work, Permission.API_KEY_WRITE, wanted.organisation_id
    )
    if organisation.status == OrganisationStatus.CLOSED:
        raise OrganisationClosed(organisation.name)
    check_held(work.actor, wanted.rights, elsewhere=organisation.id != work.actor.organisation_id)
    await _check_relationships(work, wanted)
    await _check_room(work, organisation.id)


async def _check_relationships(work: Work, wanted: WantedKey) -> None:
    """Raise `NotFound` for what the organisation does not sell by, or the maker may not see.

    Who holds a right for the customers they look after makes keys for those alone.
    """
    ids = list(dict.fromkeys(wanted.relationship_ids))
    if not ids:
        return
    held = [work.actor.scope_of(each.permission) for each in wanted.rights]
    statement = select(TradingRelationship.id).where(
        TradingRelationship.id.in_(ids),
        TradingRelationship.seller_id == wanted.organisation_id,
        visible_relationships(work),
    )
    if not all(scope.covers(Scope.ORGANISATION) for scope in held):
        statement = statement.where(TradingRelationship.id.in_(own_customers(work)))
    known = set(await work.session.scalars(statement))
    for place, relationship_id in enumerate(wanted.relationship_ids):
        if relationship_id not in known:
            raise NotFound("TradingRelationship").at(f"relationshipIds.{place}")


async def _check_room(work: Work, organisation_id: UUID) -> None:
    statement = select(func.count(ApiKey.id)).where(
        ApiKey.organisation_id == organisation_id,
        ApiKey.revoked_at.is_(None),
        ApiKey.expires_at > work.now,
    )
    if (await work.session.execute(statement)).scalar_one() >= MOST_KEYS:
        raise TooManyKeys(MOST_KEYS)


async def _write(work: Work, key_id: UUID, wanted: WantedKey, made: MadeKey) -> None:
    name = wanted.name.strip()
    role = Role(
        id=new_id(),
        organisation_id=wanted.organisation_id,
        code=f"KEY:{key_id}",
        name=f"API key {key_id}",
        description="",
        created_at=work.now,
    )
    membership = Membership(
        id=key_id,
        identity_id=key_id,
        organisation_id=wanted.organisation_id,
        name=name,
        email="",
        joined_at=work.now,
        key_prefix=made.prefix,
    )
    await work.save(role, membership)
    await rbac.set_rights(work, role.id, wanted.rights)
    await work.insert(MembershipRole, [{"membership_id": key_id, "role_id": role.id}])
    row = ApiKey(
        id=key_id,
        organisation_id=wanted.organisation_id,
        role_id=role.id,
        name=name,
        prefix=made.prefix,
        key_hash=made.hash,
        made_by_membership_id=_maker(work),
        made_at=work.now,
        expires_at=wanted.expires_at,
    )
    await work.save(row)
    looked_after = dict.fromkeys(wanted.relationship_ids)
    if looked_after:
        await work.insert(
            AssignedRep,
            [
                {"relationship_id": each, "membership_id": key_id, "assigned_at": work.now}
                for each in looked_after
            ],
        )
    after = {
        "name": name,
        "prefix": made.prefix,
        "expires_at": wanted.expires_at.isoformat(),
        "grants": [f"{each.permission} {each.scope}" for each in wanted.rights],
        "relationships": [str(each) for each in looked_after],
    }
    record(work, "CREATE_API_KEY", "api_key", key_id, after=after)


def _maker(work: Work) -> UUID:
    if work.actor.membership_id is None:
        raise Unauthenticated("choose an organisation to act in")
    return work.actor.membership_id
