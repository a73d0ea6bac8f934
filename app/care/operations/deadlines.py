"""What time alone does to tickets: warn, escalate, close."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import and_, func, literal, or_, select

from app.care.models import CareTerms, Ticket
from app.care.operations.terms import REOPENING_DAYS
from app.care.rules.words import TicketState
from app.db.work import Work

MOST_A_RUN = 200


async def neglected_tickets(work: Work) -> Sequence[UUID]:
    """Return tickets whose answer is nearly due or overdue, and nobody was told; bounded."""
    statement = (
        select(Ticket.id)
        .where(
            Ticket.respond_by.is_not(None),
            Ticket.escalated_at.is_(None),
            Ticket.warn_at <= work.now,
            or_(Ticket.warned_at.is_(None), Ticket.respond_by <= work.now),
        )
        .order_by(Ticket.warn_at, Ticket.id)
        .limit(MOST_A_RUN)
    )
    return (await work.session.scalars(statement)).all()


async def quiet_tickets(work: Work) -> Sequence[UUID]:
    """Return resolved tickets that can be reopened no more; bounded."""
    days = func.coalesce(CareTerms.reopening_days, REOPENING_DAYS)
    statement = (
        select(Ticket.id)
        .outerjoin(
            CareTerms,
            and_(
                CareTerms.tenant_id == Ticket.tenant_id,
                CareTerms.organisation_id == Ticket.seller_id,
            ),
        )
        .where(
            Ticket.state.in_((TicketState.RESOLVED, TicketState.FOLLOWED_UP)),
            Ticket.resolved_at + days * literal(timedelta(days=1)) <= work.now,
        )
        .order_by(Ticket.resolved_at, Ticket.id)
        .limit(MOST_A_RUN)
    )
    return (await work.session.scalars(statement)).all()
