"""When a seller works, how soon it answers, and which rule a ticket falls under."""

from dataclasses import dataclass
from typing import cast
from uuid import UUID

from sqlalchemy import or_, select

from app.care.models import CareTerms, Ticket, TicketRule
from app.care.rules.hours import ALL_DAYS, WorkingHours
from app.care.rules.routing import RoutingRule, TicketFacts, rule_for
from app.care.rules.words import TicketCategory, TicketKind
from app.db.work import Work
from app.kernel.period import zone_of
from app.organisations.models import TradingRelationship
from app.organisations.operations import classification_of
from app.tenants.models import Tenant

RESPONSE_HOURS, WARNING_HOURS, REOPENING_DAYS = 24, 4, 14
"""What holds for a seller that has said nothing: it works round the clock."""


@dataclass(frozen=True, slots=True)
class Care:
    """How a seller works on tickets where no rule says otherwise."""

    hours: WorkingHours
    zone_name: str
    response_hours: int = RESPONSE_HOURS
    warning_hours: int = WARNING_HOURS
    reopening_days: int = REOPENING_DAYS


async def care_of(work: Work, seller_id: UUID) -> Care:
    """Return a seller's terms, or what holds without; one statement."""
    statement = (
        select(Tenant.time_zone, CareTerms)
        .outerjoin(
            CareTerms,
            (CareTerms.tenant_id == Tenant.id) & (CareTerms.organisation_id == seller_id),
        )
        .where(Tenant.id == work.tenant_id)
    )
    zone, found = (await work.session.execute(statement)).one()
    row = cast("CareTerms | None", found)  # Of an outer join.
    if row is None:
        return Care(WorkingHours(zone_of(zone)), zone)
    name = row.time_zone or zone
    days = frozenset(row.weekdays) or ALL_DAYS
    hours = WorkingHours(zone_of(name), days, row.opens, row.closes)
    return Care(hours, name, row.response_hours, row.warning_hours, row.reopening_days)


async def rule_of(
    work: Work, relationship: TradingRelationship, kind: TicketKind, category: TicketCategory
) -> RoutingRule | None:
    """Return the seller's rule for a ticket of this kind; two statements."""
    classed = await classification_of(work, relationship)
    statement = select(TicketRule).where(
        TicketRule.seller_id == relationship.seller_id,
        TicketRule.ended_at.is_(None),
        or_(TicketRule.kind.is_(None), TicketRule.kind == kind),
        or_(TicketRule.category.is_(None), TicketRule.category == category),
    )
    rows = await work.session.scalars(statement)
    facts = TicketFacts(kind, category, classed.level_ids, classed.territory_ids)
    return rule_for(map(as_rule, rows), facts)


async def owe_answer(work: Work, ticket: Ticket) -> None:
    """Let the seller owe an answer from now on, by the ticket's rule; two statements."""
    rule = await work.session.scalar(select(TicketRule).where(TicketRule.id == ticket.rule_id))
    set_deadline(work, ticket, rule and as_rule(rule), await care_of(work, ticket.seller_id))


def set_deadline(work: Work, ticket: Ticket, rule: RoutingRule | None, care: Care) -> None:
    """Say until when the seller owes an answer, and when it is to be reminded."""
    response = (rule and rule.response_hours) or care.response_hours
    warning = care.warning_hours if rule is None else rule.warning_hours
    warning = min(care.warning_hours if warning is None else warning, response - 1)
    ticket.respond_by = care.hours.after(work.now, response)
    ticket.warn_at = care.hours.after(work.now, response - warning)
    ticket.warned_at = ticket.escalated_at = None


def owe_nothing(work: Work, ticket: Ticket) -> None:
    """Note that the seller has answered."""
    ticket.answered_at = ticket.answered_at or work.now
    forget_deadline(ticket)


def forget_deadline(ticket: Ticket) -> None:
    """Let nothing be owed; that an answer came late stays noted."""
    ticket.respond_by = ticket.warn_at = None


def as_rule(row: TicketRule) -> RoutingRule:
    """Return a row as the rules see it."""
    return RoutingRule(
        id=row.id,
        kind=TicketKind(row.kind) if row.kind else None,
        category=TicketCategory(row.category) if row.category else None,
        level_id=row.level_id,
        territory_id=row.territory_id,
        role_id=row.role_id,
        membership_id=row.membership_id,
        response_hours=row.response_hours,
        warning_hours=row.warning_hours,
        escalation_role_id=row.escalation_role_id,
    )
