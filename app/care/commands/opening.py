"""Opening a ticket, by either side of a trade (R3-42..R3-45, R1-67, R1-68, R2-22)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sqlalchemy import or_, select

from app.care.models import Ticket
from app.care.operations.attaching import attach, check_files
from app.care.operations.moving import (
    changed,
    checked_text,
    note,
    said,
    tell_customer,
    tell_workers,
)
from app.care.operations.people import is_still_there
from app.care.operations.sight import partner, side_of
from app.care.operations.terms import care_of, rule_of, set_deadline
from app.care.rules.words import (
    TicketCategory,
    TicketChannel,
    TicketKind,
    TicketSide,
    TicketState,
)
from app.catalog.models import Product
from app.catalog.operations import readable_products
from app.db.idempotency import once
from app.db.work import Work
from app.finance.models import Invoice
from app.fulfilment.models import Shipment
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import new_id
from app.orders.models import Order
from app.organisations.models import TradingRelationship
from app.rbac.guard import requires
from app.rbac.permissions import Permission

LONGEST_SUBJECT = 200


class AboutKind(StrEnum):
    """What of the trade a ticket can be about."""

    ORDER = "Order"
    SHIPMENT = "Shipment"
    INVOICE = "Invoice"
    PRODUCT = "Product"


@dataclass(frozen=True, slots=True)
class About:
    """The order, shipment, invoice or product that a ticket is about."""

    kind: AboutKind
    id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTicket:
    """What a customer wants, in its own words, and what it is about."""

    relationship_id: UUID
    kind: TicketKind
    category: TicketCategory
    subject: str
    text: str
    channel: TicketChannel = TicketChannel.WEB
    about: About | None = None
    file_ids: Sequence[UUID] = ()


@requires(Permission.TICKET_WRITE)
async def open_ticket(work: Work, new: NewTicket, key: str) -> UUID:
    """Open a ticket as the customer, or for a customer who called; returns its id.

    The seller's rules say who is to answer and until when. Raises `NotFound` for what is not of the
    relationship, and what claiming files raises. The same number of statements whatever the rules.
    """
    check_files(new.file_ids)
    subject, text = new.subject.strip(), checked_text(new.text)
    if not 1 <= len(subject) <= LONGEST_SUBJECT:
        raise Invalid("subject", f"must have 1 to {LONGEST_SUBJECT} characters")

    async def command(ticket_id: UUID) -> None:
        terms = await partner(work, Permission.TICKET_WRITE, new.relationship_id)
        if new.about is not None:
            await _check_about(work, terms, new.about)
        ticket = _ticket(work, ticket_id, terms, new, subject)
        await _route(work, ticket, terms, new)
        await work.save(ticket)
        message = said(work, ticket, text, side=TicketSide.BUYER)
        await work.save(message)
        await attach(work, message.id, new.file_ids)
        note(work, ticket, "OPEN", None)
        changed(work, ticket)
        if ticket.opened_by_side == TicketSide.SELLER:
            await tell_customer(work, ticket, "ticket_opened")
        await tell_workers(work, ticket, "ticket_routed")

    about = new.about and [new.about.kind, new.about.id]
    words = [new.kind, new.category, new.channel, subject, text]
    body = [new.relationship_id, about, *words, *new.file_ids]
    return await once(work, key, "openTicket", body, new_id(), command)


def _ticket(
    work: Work, ticket_id: UUID, terms: TradingRelationship, new: NewTicket, subject: str
) -> Ticket:
    about = {} if new.about is None else {f"{new.about.kind.lower()}_id": new.about.id}
    return Ticket(
        id=ticket_id,
        relationship_id=terms.id,
        seller_id=terms.seller_id,
        buyer_id=terms.buyer_id,
        kind=new.kind,
        category=new.category,
        channel=new.channel,
        subject=subject,
        state=TicketState.OPEN,
        opened_by_side=side_of(work, terms),
        opened_by_membership_id=work.actor.membership_id,
        opened_by_name=work.actor.name,
        opened_at=work.now,
        changed_at=work.now,
        **about,
    )


async def _route(work: Work, ticket: Ticket, terms: TradingRelationship, new: NewTicket) -> None:
    """Give a ticket to whom the rule says; a person who has left leaves it to everybody."""
    rule = await rule_of(work, terms, new.kind, new.category)
    if rule is not None:
        ticket.rule_id, ticket.role_id = rule.id, rule.role_id
        if rule.membership_id and await is_still_there(work, rule.membership_id, terms.seller_id):
            ticket.membership_id, ticket.state = rule.membership_id, TicketState.ASSIGNED
    set_deadline(work, ticket, rule, await care_of(work, terms.seller_id))


async def _check_about(work: Work, terms: TradingRelationship, about: About) -> None:
    """Raise `NotFound` for what is not of this trade, as for what is not there."""
    own = work.actor.own_organisation
    is_told = or_(Order.submitted_at.is_not(None), Order.placed_by_organisation_id == own)
    of_trade = Order.relationship_id == terms.id, is_told
    statements = {
        AboutKind.ORDER: select(Order.id).where(Order.id == about.id, *of_trade),
        AboutKind.SHIPMENT: select(Shipment.id)
        .join(Order, Order.id == Shipment.order_id)
        .where(Shipment.id == about.id, *of_trade),
        AboutKind.INVOICE: select(Invoice.id).where(
            Invoice.id == about.id, Invoice.relationship_id == terms.id
        ),
        AboutKind.PRODUCT: select(Product.id).where(
            Product.id == about.id, readable_products(work)
        ),
    }
    if await work.session.scalar(statements[about.kind]) is None:
        raise NotFound(about.kind).at("aboutId")
