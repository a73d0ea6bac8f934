"""Onboarding: a new organisation, its first user and what it buys from its parent (R3-6)."""

from uuid import UUID

from sqlalchemy import select

from app.db.idempotency import once
from app.db.work import Work
from app.kernel.ids import new_id
from app.organisations.models import Organisation
from app.organisations.operations import NewOrganisation, onboard
from app.organisations.rules import as_noted
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.ORGANISATION_WRITE)
async def create_organisation(work: Work, new: NewOrganisation, key: str) -> Organisation:
    """Create an organisation, open its purchases from its parent, and let its first user in.

    The parent is the own organisation, with the scope BRANCH also a visible one below; with TENANT
    any, or none, which makes a new top. Giving terms needs RELATIONSHIP_WRITE too, without terms
    the buyer is prepaid and has no credit. A first user needs MEMBER_WRITE over the branch, and
    gets nothing that the caller does not hold (F3). `key` makes it happen once (F9).
    What is prepared only is set up as any other; until it is activated nobody acts in it, and
    nobody orders for it or from it.
    """
    body = as_noted(
        {
            "name": new.name,
            "kind": new.kind,
            "parent": new.parent_id,
            "place": (new.city, new.region, new.country),
            "terms": new.terms,
            "first_user": new.first_user,
        }
    )
    if new.is_prepared or new.activates_at is not None:
        body |= as_noted({"prepared": True, "activates_at": new.activates_at})

    async def create(organisation_id: UUID) -> None:
        await onboard(work, organisation_id, new)

    created = await once(work, key, "createOrganisation", body, new_id(), create)
    return (
        await work.session.scalars(select(Organisation).where(Organisation.id == created))
    ).one()
