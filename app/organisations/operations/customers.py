"""Customers of the own organisation, under lock."""

from uuid import UUID

from app.db.work import Work
from app.kernel.errors import NotFound
from app.organisations import locks
from app.organisations.errors import RelationshipClosed
from app.organisations.models import TradingRelationship
from app.organisations.operations.parties import organisations_named


async def locked_by_seller(
    work: Work, relationship_id: UUID, *, must_be_open: bool = False, to_end: bool = False
) -> TradingRelationship:
    """Return a relationship of the own organisation's customers under lock.

    Raises `NotFound`, and `RelationshipClosed` for one that must be open and is not.
    """
    relationship = await locks.sold_by_own(work, relationship_id, to_end=to_end)
    if relationship is None:
        raise NotFound("TradingRelationship").at("relationshipId")
    ends = relationship.valid_until
    if must_be_open and ends is not None and ends <= work.now:
        sellers = await organisations_named(work, {relationship.seller_id})
        raise RelationshipClosed(sellers[relationship.seller_id].name)
    return relationship
