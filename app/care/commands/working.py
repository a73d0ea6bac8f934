"""Working on a ticket: take it, hand it on, ask back, resolve, follow up, close, reopen (R1-3)."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from app.care.errors import ReopeningOver
from app.care.models import Ticket
from app.care.operations.moving import (
    check_possible,
    checked_text,
    move,
    said,
    tell_customer,
    tell_workers,
)
from app.care.operations.people import check_department, check_worker, is_still_there
from app.care.operations.sight import locked_ticket, side_of
from app.care.operations.terms import care_of, forget_deadline, owe_answer, owe_nothing
from app.care.rules.words import TicketCommand, TicketSide, TicketState
from app.db.work import Work
from app.kernel.errors import Invalid
from app.rbac.guard import requires
from app.rbac.permissions import Permission

BEST_MARK = 5
_MARKS = f"must be 1 (not at all) to {BEST_MARK} (entirely)"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOn:
    """To whom a ticket goes, a department or a colleague, and a note for them alone."""

    ticket_id: UUID
    role_id: UUID | None = None
    membership_id: UUID | None = None
    note: str = ""


@requires(Permission.TICKET_WRITE)
async def take_ticket(work: Work, ticket_id: UUID) -> UUID:
    """Take a ticket of the own side to oneself; the customer is told that it is being worked on.

    What one has already in progress stays as it is. Raises `TicketNotPossibleNow`.
    """
    ticket = await locked_ticket(work, ticket_id)
    me = work.actor.membership_id
    if ticket.membership_id == me and ticket.state == TicketState.IN_PROGRESS:
        return ticket_id
    check_possible(work, ticket, TicketCommand.TAKE)
    ticket.membership_id = me
    move(work, ticket, TicketCommand.TAKE, TicketState.IN_PROGRESS)
    await tell_customer(work, ticket, "ticket_taken", worker=work.actor.name)
    return ticket_id


@requires(Permission.TICKET_WRITE)
async def hand_on_ticket(work: Work, given: HandOn) -> UUID:
    """Give a ticket to a department's queue or to a colleague, who are told (R1-3, R1-68).

    Raises `CannotWorkOnTickets`, `TicketNotPossibleNow`, and `NotFound` for others' people.
    """
    if (given.role_id is None) == (given.membership_id is None):
        raise Invalid("roleId", "name a role or a membership, and not both")
    ticket = await locked_ticket(work, given.ticket_id)
    check_possible(work, ticket, TicketCommand.HAND_ON)
    if given.role_id is not None:
        ticket.role_id = (await check_department(work, given.role_id)).id
        ticket.membership_id, to = None, TicketState.OPEN
    elif given.membership_id is not None:
        ticket.membership_id = (await check_worker(work, given.membership_id)).id
        to = TicketState.ASSIGNED
    else:
        raise AssertionError
    note = given.note.strip()
    move(work, ticket, TicketCommand.HAND_ON, to, note or None)
    if note:
        await work.save(said(work, ticket, checked_text(note, "note"), is_internal=True))
    await tell_workers(work, ticket, "ticket_routed")
    return ticket.id


@requires(Permission.TICKET_WRITE)
async def ask_ticket_customer(work: Work, ticket_id: UUID, text: str) -> UUID:
    """Ask the customer back: the ticket waits for its answer, and the seller owes none."""
    words = checked_text(text)
    ticket = await locked_ticket(work, ticket_id)
    move(work, ticket, TicketCommand.ASK_CUSTOMER, TicketState.WAITING_CUSTOMER)
    await _answer(work, ticket, words)
    await tell_customer(work, ticket, "ticket_answered", text=words)
    return ticket_id


@requires(Permission.TICKET_WRITE)
async def resolve_ticket(work: Work, ticket_id: UUID, result: str) -> UUID:
    """Say what came of a ticket; the customer is told (R1-69)."""
    words = checked_text(result, "result")
    ticket = await locked_ticket(work, ticket_id)
    move(work, ticket, TicketCommand.RESOLVE, TicketState.RESOLVED)
    ticket.result, ticket.resolved_at = words, work.now
    await _answer(work, ticket, words)
    await tell_customer(work, ticket, "ticket_resolved", result=words)
    return ticket_id


@requires(Permission.TICKET_WRITE)
async def follow_up_ticket(work: Work, ticket_id: UUID, mark: int | None, text: str) -> UUID:
    """Note how content the customer is, 1 to 5: itself, or as it told the seller (R2-25).

    What the seller writes of it stays internal.
    """
    ticket = await locked_ticket(work, ticket_id)
    side = side_of(work, ticket)
    if mark is None and side is TicketSide.BUYER:
        raise Invalid("mark", _MARKS)
    if mark is not None and not 1 <= mark <= BEST_MARK:
        raise Invalid("mark", _MARKS)
    move(work, ticket, TicketCommand.FOLLOW_UP, TicketState.FOLLOWED_UP)
    ticket.mark, ticket.followed_up_at = mark or ticket.mark, work.now
    if text.strip():
        is_internal = side is TicketSide.SELLER
        await work.save(said(work, ticket, checked_text(text), is_internal=is_internal))
    if side is TicketSide.BUYER:
        await tell_workers(work, ticket, "ticket_marked", mark=str(mark))
    return ticket_id


@requires(Permission.TICKET_WRITE)
async def close_ticket(work: Work, ticket_id: UUID) -> UUID:
    """Close a ticket: the seller what is resolved, the customer what it wants no more."""
    ticket = await locked_ticket(work, ticket_id)
    withdraws = side_of(work, ticket) is TicketSide.BUYER
    command = TicketCommand.WITHDRAW if withdraws else TicketCommand.CLOSE
    move(work, ticket, command, TicketState.CLOSED)
    ticket.closed_at = work.now
    forget_deadline(ticket)
    if withdraws:
        await tell_workers(work, ticket, "ticket_withdrawn")
    return ticket_id


@requires(Permission.TICKET_WRITE)
async def reopen_ticket(work: Work, ticket_id: UUID, reason: str) -> UUID:
    """Open again what was thought done, with a word why; the other side is told.

    Raises `ReopeningOver` once more days have passed than the seller's terms allow.
    """
    words = checked_text(reason, "reason")
    ticket = await locked_ticket(work, ticket_id)
    check_possible(work, ticket, TicketCommand.REOPEN)
    care = await care_of(work, ticket.seller_id)
    done_at = ticket.resolved_at or ticket.closed_at
    if done_at is not None and done_at + timedelta(days=care.reopening_days) <= work.now:
        raise ReopeningOver(care.reopening_days)
    if not await is_still_there(work, ticket.membership_id, ticket.seller_id):
        ticket.membership_id = None
    to = TicketState.IN_PROGRESS if ticket.membership_id else TicketState.OPEN
    ticket.resolved_at = ticket.closed_at = None
    move(work, ticket, TicketCommand.REOPEN, to, words)
    await owe_answer(work, ticket)
    await work.save(said(work, ticket, words))
    if side_of(work, ticket) is TicketSide.BUYER:
        await tell_workers(work, ticket, "ticket_reopened", reason=words)
    else:
        ticket.answered_at = ticket.answered_at or work.now
        await tell_customer(work, ticket, "ticket_reopened", reason=words)
    return ticket_id


async def _answer(work: Work, ticket: Ticket, words: str) -> None:
    owe_nothing(work, ticket)
    await work.save(said(work, ticket, words))
