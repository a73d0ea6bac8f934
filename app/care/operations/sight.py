"""Which tickets and contacts an actor reaches: said here and nowhere else (F2).

A ticket is of the two sides of its relationship. Whoever stands above sees none of those below.
"""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from app.care import locks
from app.care.models import CustomerContact, Ticket
from app.care.rules.words import TicketSide
from app.db.work import Work
from app.kernel.actor import Scope
from app.kernel.errors import NotFound
from app.organisations.models import TradingRelationship
from app.organisations.operations import own_customers
from app.rbac.permissions import Permission


def reachable_tickets(work: Work, permission: Permission) -> ColumnElement[bool]:
    """Hold tickets to those that a permission reaches; the clock reaches all.

    ASSIGNED: those of customers that one looks after, and those that one was given.
    """
    if work.actor.is_system:
        return true()
    if not work.actor.may(permission):
        return false()
    own, me = work.actor.own_organisation, work.actor.membership_id
    if work.actor.scope_of(permission) is Scope.ASSIGNED:
        looked_after = Ticket.relationship_id.in_(own_customers(work))
        return and_(Ticket.seller_id == own, or_(looked_after, Ticket.membership_id == me))
    return or_(Ticket.seller_id == own, Ticket.buyer_id == own)


def reachable_contacts(work: Work) -> ColumnElement[bool]:
    """Hold contacts to the own organisation's, with ASSIGNED to those of one's own customers."""
    return and_(
        CustomerContact.seller_id == work.actor.own_organisation,
        _in_scope(work, Permission.CONTACT_LOG_WRITE, CustomerContact.relationship_id),
    )


async def locked_ticket(work: Work, ticket_id: UUID) -> Ticket:
    """Lock a ticket that the actor may work on; raises `NotFound`."""
    reach = reachable_tickets(work, Permission.TICKET_WRITE)
    found = await locks.ticket(work, ticket_id, reach)
    if found is None:
        raise NotFound("Ticket").at("ticketId")
    return found


async def customer(
    work: Work, permission: Permission, relationship_id: UUID
) -> TradingRelationship:
    """Return a relationship in which the own organisation sells; raises `NotFound`."""
    return await _one(work, relationship_id, _sells(work, permission))


async def partner(work: Work, permission: Permission, relationship_id: UUID) -> TradingRelationship:
    """Return a relationship of the own organisation's on either side; raises `NotFound`."""
    is_narrow = work.actor.scope_of(permission) is Scope.ASSIGNED
    own = work.actor.own_organisation
    buys = false() if is_narrow else TradingRelationship.buyer_id == own
    return await _one(work, relationship_id, or_(_sells(work, permission), buys))


def side_of(work: Work, row: Ticket | TradingRelationship) -> TicketSide:
    """Say on which side of a ticket or relationship the actor stands; the clock is the seller's."""
    is_buyer = work.actor.organisation_id == row.buyer_id
    return TicketSide.BUYER if is_buyer else TicketSide.SELLER


def _sells(work: Work, permission: Permission) -> ColumnElement[bool]:
    return and_(
        TradingRelationship.seller_id == work.actor.own_organisation,
        _in_scope(work, permission, TradingRelationship.id),
    )


async def _one(
    work: Work, relationship_id: UUID, reach: ColumnElement[bool]
) -> TradingRelationship:
    statement = select(TradingRelationship).where(TradingRelationship.id == relationship_id, reach)
    found = await work.session.scalar(statement)
    if found is None:
        raise NotFound("TradingRelationship").at("relationshipId")
    return found


def _in_scope(
    work: Work, permission: Permission, relationship: InstrumentedAttribute[UUID]
) -> ColumnElement[bool]:
    if work.actor.scope_of(permission) is not Scope.ASSIGNED:
        return true()
    return relationship.in_(own_customers(work))
