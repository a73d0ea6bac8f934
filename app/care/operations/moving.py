"""What every command on a ticket shares: the next state, what is said, and who is told."""

from collections.abc import Iterable
from uuid import UUID

from app.audit.operations import record
from app.care.errors import TicketNotPossibleNow
from app.care.models import Ticket, TicketMessage
from app.care.operations.people import customers_on, workers_on
from app.care.operations.sight import side_of
from app.care.rules.transitions import BY_COMMAND, possible
from app.care.rules.words import TicketCommand, TicketSide, TicketState
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.kernel.errors import Invalid
from app.kernel.ids import new_id
from app.organisations.operations import organisations_named

LONGEST_TEXT = 4_000
TICKET = "ticket"


def move(
    work: Work, ticket: Ticket, command: TicketCommand, to: TicketState, reason: str | None = None
) -> None:
    """Enter a state that the table allows; raises `TicketNotPossibleNow`."""
    check_possible(work, ticket, command)
    assert to in BY_COMMAND[command].targets
    before = TicketState(ticket.state)
    ticket.state = to
    note(work, ticket, command, before, reason)
    changed(work, ticket)


def check_possible(work: Work, ticket: Ticket, command: TicketCommand) -> None:
    """Raise `TicketNotPossibleNow` where the state or the side stands against a command."""
    state, side = TicketState(ticket.state), side_of(work, ticket)
    allowed = possible(state, side)
    if command not in allowed:
        raise TicketNotPossibleNow(command, state, ", ".join(allowed) or "nothing")


def changed(work: Work, ticket: Ticket) -> None:
    """Let both sides' software hear that there is something new for both of them to see."""
    ticket.changed_at = work.now
    parties = {"seller_id": str(ticket.seller_id), "buyer_id": str(ticket.buyer_id)}
    work.tell(DomainEvent("ticket_changed", TICKET, ticket.id, parties))


def note(
    work: Work,
    ticket: Ticket,
    action: str,
    before: TicketState | None,
    reason: str | None = None,
) -> None:
    """Write a ticket's state, and with whom it is, into the audit trail."""
    after = {
        "state": ticket.state,
        "role_id": _text(ticket.role_id),
        "membership_id": _text(ticket.membership_id),
    }
    record(
        work,
        f"{action}_TICKET",
        TICKET,
        ticket.id,
        before={"state": before} if before else None,
        after={name: value for name, value in after.items() if value is not None},
        on_behalf_of=ticket.seller_id if work.actor.is_system else None,
        reason=reason,
    )


def said(  # noqa: PLR0913  # a message has these particulars, by name
    work: Work,
    ticket: Ticket,
    text: str,
    *,
    message_id: UUID | None = None,
    side: TicketSide | None = None,
    is_internal: bool = False,
) -> TicketMessage:
    """Return a message for a ticket, of the actor's side unless another is named; not yet saved."""
    return TicketMessage(
        id=message_id or new_id(),
        ticket_id=ticket.id,
        side=side or side_of(work, ticket),
        is_internal=is_internal,
        text=text,
        written_by_membership_id=work.actor.membership_id,
        written_by_organisation_id=work.actor.own_organisation,
        written_by_name=work.actor.name,
        written_at=work.now,
    )


def checked_text(text: str, path: str = "text") -> str:
    """Return what was typed without spaces around it; raises `Invalid` for nothing or too much."""
    stripped = text.strip()
    if not 1 <= len(stripped) <= LONGEST_TEXT:
        raise Invalid(path, f"must have 1 to {LONGEST_TEXT} characters")
    return stripped


async def tell_customer(work: Work, ticket: Ticket, kind: str, **data: str) -> None:
    """Tell the buyer's people of a ticket; three statements at most."""
    await tell(work, ticket, kind, await customers_on(work, ticket), **data)


async def tell_workers(work: Work, ticket: Ticket, kind: str, **data: str) -> None:
    """Tell those whom a ticket is with; two statements at most."""
    await tell(work, ticket, kind, await workers_on(work, ticket), **data)


async def tell(work: Work, ticket: Ticket, kind: str, people: Iterable[UUID], **data: str) -> None:
    """Tell people of a ticket, but for whoever acts."""
    named = await organisations_named(work, [ticket.seller_id, ticket.buyer_id])
    told = {
        "seller_id": str(ticket.seller_id),
        "buyer_id": str(ticket.buyer_id),
        "seller_name": named[ticket.seller_id].name,
        "buyer_name": named[ticket.buyer_id].name,
        "subject": ticket.subject,
        "recipients": [str(each) for each in people if each != work.actor.membership_id],
        **data,
    }
    work.tell(DomainEvent(kind, TICKET, ticket.id, told))


def _text(key: UUID | None) -> str | None:
    return None if key is None else str(key)
