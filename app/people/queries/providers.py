"""Which providers vouch for people of the network."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, select

from app.db.work import Work
from app.identities.models import IdentityProvider, ProviderLink
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.TENANT_SETTINGS)
async def identity_providers(work: Work) -> list[IdentityProvider]:
    """Return the providers that vouch for people now, by name; ten at most."""
    statement = (
        select(IdentityProvider)
        .where(IdentityProvider.retired_at.is_(None))
        .order_by(IdentityProvider.name, IdentityProvider.id)
    )
    return list((await work.session.scalars(statement)).all())


@requires(Permission.TENANT_SETTINGS)
async def providers_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, IdentityProvider]:
    """Return providers by id, retired ones too."""
    rows = await work.session.scalars(
        select(IdentityProvider).where(IdentityProvider.id.in_(set(ids)))
    )
    return {row.id: row for row in rows}


@requires(Permission.TENANT_SETTINGS)
async def linked_people(work: Work, ids: Collection[UUID]) -> dict[UUID, int]:
    """Return how many people are linked to each provider; one statement."""
    rows = await work.session.execute(
        select(ProviderLink.provider_id, func.count())
        .where(ProviderLink.provider_id.in_(set(ids)))
        .group_by(ProviderLink.provider_id)
    )
    return {row[0]: row[1] for row in rows}
