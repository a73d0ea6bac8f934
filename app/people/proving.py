"""That members have proved their e-mail addresses: noted by link, by invitation, by a reset."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy import ColumnElement, update

from app.audit.operations import record
from app.db.crossing import enter_tenant
from app.db.work import Work
from app.identities import operations as identities
from app.rbac.models import Membership


async def prove_membership(work: Work, membership_id: UUID) -> bool:
    """Note that an open membership's address is its owner's; no where it was proved before."""
    return await _prove(work, Membership.id == membership_id)


async def prove_everywhere(work: Work, identity_id: UUID, email: str) -> None:
    """Note so wherever a person works under an address to which a link went; platform work only."""
    for tenant_id, _ in await identities.active_tenants_of(work, identity_id):
        async with enter_tenant(work, tenant_id) as inside:
            await _prove(
                inside, (Membership.identity_id == identity_id) & (Membership.email == email)
            )


async def _prove(work: Work, which: ColumnElement[bool]) -> bool:
    """Note it once; the trail names the member as who did it."""
    proven = await work.session.execute(
        update(Membership)
        .where(which, Membership.ended_at.is_(None), Membership.email_proven_at.is_(None))
        .values(email_proven_at=work.now)
        .returning(Membership.id, Membership.organisation_id, Membership.name)
        .execution_options(synchronize_session=False)
    )
    found = proven.all()
    for membership_id, organisation_id, name in found:
        person = replace(
            work.actor, name=name, membership_id=membership_id, organisation_id=organisation_id
        )
        record(replace(work, actor=person), "PROVE_EMAIL", "membership", membership_id)
    return bool(found)
