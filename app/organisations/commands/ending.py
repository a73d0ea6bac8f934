"""Ends of trading relationships: at once or planned, taken back, and told when they come (R3-6)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from app.audit.operations import record
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.kernel.errors import Invalid
from app.organisations import locks
from app.organisations.errors import NoEndPlanned, RelationshipExists
from app.organisations.models import TradingRelationship
from app.organisations.operations import organisations_named, told_to
from app.organisations.operations.customers import locked_by_seller
from app.organisations.rules import FARTHEST_END, as_noted, checked_instant
from app.rbac.guard import requires
from app.rbac.operations import people_of
from app.rbac.permissions import Permission


@requires(Permission.RELATIONSHIP_WRITE)
async def close_relationship(
    work: Work,
    relationship_id: UUID,
    reason: str | None = None,
    effective_at: datetime | None = None,
    *,
    takes_back: bool = False,
) -> TradingRelationship:
    """End a relationship, now or at an instant to come; open orders run on, new ones are refused.

    It ends once the orders are placed that are being placed now: later than each of them. Until a
    planned end has come it can be set anew, or taken back, and both sides are told of it. Raises
    `RelationshipClosed`, `NoEndPlanned`, and `NotFound` unless the own organisation is the seller.
    """
    if takes_back and effective_at is not None:
        raise Invalid("effectiveAt", "must be absent where an end is taken back")
    instant = checked_instant(effective_at, work.now, FARTHEST_END)
    relationship = await locked_by_seller(work, relationship_id, must_be_open=True, to_end=True)
    if takes_back:
        await _take_back(work, relationship, reason)
        return relationship
    before = relationship.valid_until
    relationship.valid_until = ends = max(instant, work.later())
    relationship.end_is_planned = instant > work.now
    if relationship.end_is_planned:
        _note(work, "PLAN_RELATIONSHIP_END", relationship, before, reason)
        await _tell_both(work, "relationship_ends", relationship, ends)
    else:
        _note(work, "CLOSE_RELATIONSHIP", relationship, before, reason)
        work.tell(DomainEvent("relationship_closed", "trading_relationship", relationship_id, {}))
    return relationship


@requires(Permission.RELATIONSHIP_WRITE)
async def tell_relationship_end(work: Work, relationship_id: UUID) -> UUID:
    """Tell that a planned end has come; nothing where it was moved, taken back or told already."""
    relationship = await locks.relationship(work, relationship_id)
    ends = relationship and relationship.valid_until
    if relationship is None or ends is None or ends > work.now or not relationship.end_is_planned:
        return relationship_id
    relationship.end_is_planned = False
    record(
        work,
        "CLOSE_RELATIONSHIP",
        "trading_relationship",
        relationship_id,
        after=as_noted({"valid_until": ends}),
        on_behalf_of=relationship.seller_id,
    )
    work.tell(DomainEvent("relationship_closed", "trading_relationship", relationship_id, {}))
    return relationship_id


async def _take_back(work: Work, relationship: TradingRelationship, reason: str | None) -> None:
    ends = relationship.valid_until
    if ends is None:
        raise NoEndPlanned
    parties = await organisations_named(work, [relationship.seller_id, relationship.buyer_id])
    names = parties[relationship.seller_id].name, parties[relationship.buyer_id].name
    relationship.valid_until, relationship.end_is_planned = None, False
    try:
        await work.session.flush()
    except IntegrityError:  # Its end came while this waited, and the next one was opened.
        raise RelationshipExists(*names).at("relationshipId") from None
    _note(work, "TAKE_BACK_RELATIONSHIP_END", relationship, ends, reason)
    await _tell_both(work, "relationship_goes_on", relationship, ends)


async def _tell_both(
    work: Work, kind: str, relationship: TradingRelationship, ends: datetime
) -> None:
    """Tell the seller's people who may end it, and the buyer's who may see it."""
    seller_id, buyer_id = relationship.seller_id, relationship.buyer_id
    parties = await organisations_named(work, [seller_id, buyer_id])
    people = [
        *await people_of(work, (seller_id,), Permission.RELATIONSHIP_WRITE),
        *await people_of(work, (buyer_id,), Permission.RELATIONSHIP_READ),
    ]
    data = {
        "seller_name": parties[seller_id].name,
        "buyer_name": parties[buyer_id].name,
        "effective_at": ends.isoformat(),
    }
    told = data | told_to(people)
    work.tell(DomainEvent(kind, "trading_relationship", relationship.id, told))
    work.tell(DomainEvent("relationship_changed", "trading_relationship", relationship.id, {}))


def _note(
    work: Work,
    action: str,
    relationship: TradingRelationship,
    before: datetime | None,
    reason: str | None,
) -> None:
    record(
        work,
        action,
        "trading_relationship",
        relationship.id,
        before=as_noted({"valid_until": before}) if before is not None else None,
        after=as_noted({"valid_until": relationship.valid_until}),
        reason=reason,
    )
