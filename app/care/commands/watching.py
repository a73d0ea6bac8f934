"""What the clock does: remind before an answer is due, escalate after, close what stays quiet."""

from uuid import UUID

from sqlalchemy import select

from app.care.models import Ticket, TicketRule
from app.care.operations.moving import changed, note, tell, tell_workers
from app.care.operations.people import escalated_to
from app.care.operations.sight import locked_ticket
from app.care.operations.terms import as_rule
from app.care.rules.routing import RoutingRule
from app.care.rules.words import TicketState
from app.db.work import Work
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.TICKET_WRITE)
async def watch_ticket(work: Work, ticket_id: UUID) -> UUID:
    """Remind whoever has a ticket that its answer is nearly due, or escalate one that is overdue.

    Nothing where it was answered meanwhile, or was done already.
    """
    ticket = await locked_ticket(work, ticket_id)
    if ticket.respond_by is None or ticket.escalated_at is not None:
        return ticket_id
    due = {"respond_by": ticket.respond_by.isoformat()}
    if ticket.respond_by <= work.now:
        ticket.escalated_at = work.now
        rule = await _rule(work, ticket)
        await tell(work, ticket, "ticket_overdue", await escalated_to(work, ticket, rule), **due)
    elif ticket.warned_at is None and ticket.warn_at is not None and ticket.warn_at <= work.now:
        ticket.warned_at = work.now
        await tell_workers(work, ticket, "ticket_due_soon", **due)
    return ticket_id


@requires(Permission.TICKET_WRITE)
async def close_quiet_ticket(work: Work, ticket_id: UUID) -> UUID:
    """Close what was resolved so long ago that it can be reopened no more."""
    ticket = await locked_ticket(work, ticket_id)
    before = TicketState(ticket.state)
    if before in {TicketState.RESOLVED, TicketState.FOLLOWED_UP}:
        ticket.state, ticket.closed_at = TicketState.CLOSED, work.now
        note(work, ticket, "CLOSE", before)
        changed(work, ticket)
    return ticket_id


async def _rule(work: Work, ticket: Ticket) -> RoutingRule | None:
    row = await work.session.scalar(select(TicketRule).where(TicketRule.id == ticket.rule_id))
    return row and as_rule(row)
