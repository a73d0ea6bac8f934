"""Which keys organisations have, what they may do, and when they were used."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.db.keyset import newest_first
from app.db.work import Work
from app.identities.models import ApiKey
from app.kernel.paging import Page, PageRequest, page_of
from app.organisations.models import AssignedRep
from app.organisations.operations import assigned_at
from app.people.operations import in_reach, organisation_in_reach
from app.rbac import operations as rbac
from app.rbac.guard import requires
from app.rbac.permissions import Permission
from app.rbac.rules import Right


@requires(Permission.API_KEY_WRITE)
async def api_keys(work: Work, organisation_id: UUID, request: PageRequest) -> Page[ApiKey]:
    """Return an organisation's keys, revoked and expired ones too, newest first."""
    await organisation_in_reach(work, Permission.API_KEY_WRITE, organisation_id)
    statement = select(ApiKey).where(ApiKey.organisation_id == organisation_id)
    rows = (await work.session.scalars(newest_first(statement, request, ApiKey.id))).all()
    return page_of(rows, request, lambda row: (str(row.id),))


@requires(Permission.API_KEY_WRITE)
async def api_keys_by_id(work: Work, ids: Sequence[UUID]) -> list[ApiKey | None]:
    """Return keys in the order asked for; none for those out of reach."""
    statement = select(ApiKey).where(
        ApiKey.id.in_(ids), in_reach(work, Permission.API_KEY_WRITE, ApiKey.organisation_id)
    )
    known = {row.id: row for row in await work.session.scalars(statement)}
    return [known.get(item) for item in ids]


@requires(Permission.API_KEY_WRITE)
async def rights_of_keys(work: Work, ids: Sequence[UUID]) -> list[list[Right]]:
    """Return what keys in reach may do, in the order asked for; two statements."""
    keys = await api_keys_by_id(work, ids)
    rights = await rbac.rights_of(work, [key.role_id for key in keys if key is not None])
    return [rights.get(key.role_id, []) if key else [] for key in keys]


@requires(Permission.API_KEY_WRITE)
async def relationships_of_keys(work: Work, ids: Sequence[UUID]) -> list[list[UUID]]:
    """Return the relationships that keys in reach are for, in the order asked for."""
    seen = [key.id for key in await api_keys_by_id(work, ids) if key is not None]
    rows = await work.session.execute(
        select(AssignedRep.membership_id, AssignedRep.relationship_id)
        .where(AssignedRep.membership_id.in_(seen), assigned_at(AssignedRep, work.now))
        .order_by(AssignedRep.relationship_id)
    )
    found: dict[UUID, list[UUID]] = {}
    for key_id, relationship_id in rows:
        found.setdefault(key_id, []).append(relationship_id)
    return [found.get(item, []) for item in ids]
