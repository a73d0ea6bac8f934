"""What packages above may ask of organisations, unguarded."""

from uuid import UUID

from sqlalchemy import literal, select
from sqlalchemy.dialects.postgresql import insert

from app.db.work import Work
from app.organisations.models import Organisation, OrganisationAncestry


async def plant(work: Work, organisation: Organisation) -> Organisation:
    """Put a new organisation under its parent and note all its ancestors; two statements."""
    await work.save(organisation)
    above = select(
        OrganisationAncestry.tenant_id,
        OrganisationAncestry.ancestor_id,
        literal(organisation.id).label("descendant_id"),
        (OrganisationAncestry.distance + 1).label("distance"),
    ).where(
        OrganisationAncestry.tenant_id == work.tenant_id,
        OrganisationAncestry.descendant_id == organisation.parent_id,
    )
    itself = select(
        literal(work.tenant_id), literal(organisation.id), literal(organisation.id), literal(0)
    )
    await work.session.execute(
        insert(OrganisationAncestry).from_select(
            ["tenant_id", "ancestor_id", "descendant_id", "distance"], above.union_all(itself)
        )
    )
    return organisation


def branch_of(organisation_id: UUID):  # noqa: ANN201  # a select, typed by SQLAlchemy
    """Select the ids of an organisation and all below it, for use inside another statement."""
    return select(OrganisationAncestry.descendant_id).where(
        OrganisationAncestry.ancestor_id == organisation_id
    )
