"""Row locks of what lets people and companies in."""

from typing import TypeVarTuple
from uuid import UUID

from sqlalchemy import Select, select

from app.db.work import Work
from app.identities.models import IdentityProvider
from app.people.models import Invitation, Registration, RegistrationLink

Rows = TypeVarTuple("Rows")


async def invitation(work: Work, invitation_id: UUID) -> Invitation | None:
    """Lock an invitation, so that of two uses at once one is the second."""
    statement = select(Invitation).where(Invitation.id == invitation_id).with_for_update()
    return (await work.session.scalars(statement.execution_options(populate_existing=True))).first()


async def identity_provider(work: Work, provider_id: UUID) -> IdentityProvider | None:
    """Lock a provider, so that it is changed by one at a time."""
    statement = select(IdentityProvider).where(IdentityProvider.id == provider_id)
    return (await work.session.scalars(_fresh(statement.with_for_update(key_share=True)))).first()


async def registration_link(work: Work, link_id: UUID) -> RegistrationLink | None:
    """Lock a seller's link, so that what it takes in a day is counted by one at a time."""
    statement = select(RegistrationLink).where(RegistrationLink.id == link_id)
    return (await work.session.scalars(_fresh(statement.with_for_update(key_share=True)))).first()


async def registration(work: Work, registration_id: UUID) -> Registration | None:
    """Lock a registration, so that it is decided once."""
    statement = select(Registration).where(Registration.id == registration_id)
    return (await work.session.scalars(_fresh(statement.with_for_update(key_share=True)))).first()


def _fresh(statement: Select[*Rows]) -> Select[*Rows]:
    return statement.execution_options(populate_existing=True)
