"""Row locks of customer care."""

from uuid import UUID

from sqlalchemy import ColumnElement, select

from app.care.models import CustomerContact, Ticket, TicketRule
from app.db.work import Work


async def ticket(work: Work, ticket_id: UUID, reach: ColumnElement[bool]) -> Ticket | None:
    """Lock a ticket that the caller reaches."""
    statement = select(Ticket).where(Ticket.id == ticket_id, reach)
    locked = statement.with_for_update(of=Ticket, key_share=True)
    return await work.session.scalar(locked.execution_options(populate_existing=True))


async def rule(work: Work, rule_id: UUID) -> TicketRule | None:
    """Lock a rule of the own organisation's."""
    statement = select(TicketRule).where(
        TicketRule.id == rule_id, TicketRule.seller_id == work.actor.own_organisation
    )
    return await work.session.scalar(statement.with_for_update(of=TicketRule))


async def contact(
    work: Work, contact_id: UUID, reach: ColumnElement[bool]
) -> CustomerContact | None:
    """Lock a contact that the caller reaches."""
    statement = select(CustomerContact).where(CustomerContact.id == contact_id, reach)
    locked = statement.with_for_update(of=CustomerContact)
    return await work.session.scalar(locked.execution_options(populate_existing=True))
