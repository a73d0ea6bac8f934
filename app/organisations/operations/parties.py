"""Organisations and relationships by id, for packages above; whoever asks has asked who may see."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import (
    literal,
    select,
)

from app.db.revisions import Memory, Revised, apart
from app.db.work import Work
from app.organisations.models import (
    Organisation,
    TradingRelationship,
)
from app.organisations.operations.looking_after import own_customers
from app.organisations.operations.sight import is_open

MOST_RELATIONSHIPS = 3_000
"""How many relationships are remembered; one takes about 3 KiB."""


relationships: Memory[UUID, TradingRelationship] = Memory(Revised.PARTIES, most=MOST_RELATIONSHIPS)
"""What is found here is for whoever may see it: that is to be asked for every actor."""


async def find_relationship(work: Work, relationship_id: UUID) -> TradingRelationship | None:
    """Return a relationship, open or ended, whoever asks."""
    return await work.session.scalar(
        select(TradingRelationship).where(TradingRelationship.id == relationship_id)
    )


async def known_relationship(work: Work, relationship_id: UUID) -> TradingRelationship | None:
    """Return a relationship for who changes nothing of it; no statement for the own remembered.

    Others' are read every time, so that none is answered faster than an id that does not exist.
    """
    view = await relationships.at(work)
    known = view and view.get(relationship_id)
    if known is not None and _is_party(work, known):
        return known
    found = await find_relationship(work, relationship_id)
    if view is not None and found is not None and _is_party(work, found):
        apart(work, [found])
        view.put(relationship_id, found)
    elif view is not None:
        view.pass_by()
    return found


async def find_relationships(
    work: Work, relationship_ids: Collection[UUID]
) -> dict[UUID, TradingRelationship]:
    """Return relationships by id, open or not; one statement."""
    statement = select(TradingRelationship).where(TradingRelationship.id.in_(relationship_ids))
    return {row.id: row for row in await work.session.scalars(statement)}


async def open_upstream_relationships(work: Work, buyer_id: UUID) -> list[TradingRelationship]:
    """Return the open relationships in which the organisation buys, the oldest first."""
    found = await work.session.scalars(
        select(TradingRelationship)
        .where(TradingRelationship.buyer_id == buyer_id, is_open(work))
        .order_by(TradingRelationship.valid_from, TradingRelationship.id)
    )
    return list(found)


async def is_assigned(work: Work, relationship_id: UUID) -> bool:
    """Tell whether the acting person looks after this customer (R3-41)."""
    looked_after = select(literal(relationship_id).in_(own_customers(work)))
    return bool(await work.session.scalar(looked_after))


async def organisations_named(work: Work, ids: Collection[UUID]) -> dict[UUID, Organisation]:
    """Return organisations by id, whoever asks; unknown ids are absent."""
    found = await work.session.scalars(select(Organisation).where(Organisation.id.in_(set(ids))))
    return {organisation.id: organisation for organisation in found}


def _is_party(work: Work, relationship: TradingRelationship) -> bool:
    return work.actor.organisation_id in {relationship.seller_id, relationship.buyer_id}
