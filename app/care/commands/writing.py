"""What both sides write on a ticket, and what that does to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.care.errors import TicketClosed
from app.care.models import Ticket
from app.care.operations.attaching import attach, check_files
from app.care.operations.moving import (
    changed,
    checked_text,
    move,
    said,
    tell_customer,
    tell_workers,
)
from app.care.operations.sight import locked_ticket, side_of
from app.care.operations.terms import owe_answer, owe_nothing
from app.care.rules.words import UNFINISHED, TicketCommand, TicketSide, TicketState
from app.db.idempotency import once
from app.db.work import Work
from app.kernel.errors import Invalid
from app.kernel.ids import new_id
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a side writes on a ticket, and the files that come with it."""

    text: str
    is_internal: bool = False
    file_ids: Sequence[UUID] = ()


@requires(Permission.TICKET_WRITE)
async def write_ticket_message(work: Work, ticket_id: UUID, words: Words, key: str) -> UUID:
    """Write on a ticket; returns the message's id.

    The other side is told, unless it is internal: that is for the seller's people alone. A
    customer's word lets the seller owe an answer again. Raises `TicketClosed`, and what claiming
    files raises.
    """
    text, is_internal = checked_text(words.text), words.is_internal
    check_files(words.file_ids)

    async def command(message_id: UUID) -> None:
        ticket = await locked_ticket(work, ticket_id)
        if ticket.state == TicketState.CLOSED:
            raise TicketClosed
        side = side_of(work, ticket)
        if is_internal and side is TicketSide.BUYER:
            raise Invalid("isInternal", "is for the seller's people alone")
        await work.save(said(work, ticket, text, message_id=message_id, is_internal=is_internal))
        await attach(work, message_id, words.file_ids)
        if is_internal:
            return
        if side is TicketSide.SELLER:
            changed(work, ticket)
            owe_nothing(work, ticket)
            await tell_customer(work, ticket, "ticket_answered", text=text)
        else:
            await _hear(work, ticket)
            await tell_workers(work, ticket, "ticket_customer_wrote", text=text)

    body = [ticket_id, text, is_internal, *words.file_ids]
    return await once(work, key, "writeTicketMessage", body, new_id(), command)


async def _hear(work: Work, ticket: Ticket) -> None:
    """Let the seller owe an answer, where it does not already; one that is done stays done."""
    if ticket.state == TicketState.WAITING_CUSTOMER:
        back = TicketState.IN_PROGRESS if ticket.membership_id else TicketState.OPEN
        move(work, ticket, TicketCommand.CUSTOMER_ANSWERS, back)
    else:
        changed(work, ticket)
    if ticket.state in UNFINISHED and ticket.respond_by is None:
        await owe_answer(work, ticket)
