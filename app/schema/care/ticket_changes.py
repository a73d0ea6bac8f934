"""What people do with tickets: open, write, take, hand on, ask, resolve, follow up, close."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.care.commands import opening, working, writing
from app.care.commands.opening import About, AboutKind
from app.care.rules.words import TicketCategory, TicketChannel, TicketKind
from app.db.work import Work
from app.kernel.errors import NotFound
from app.schema.care.tickets import Ticket, ticket_key, tickets_by_id
from app.schema.context import Info
from app.schema.cost import cost
from app.schema.files import file_key
from app.schema.ids import key_of, optional_key_of
from app.schema.operation import mutation
from app.schema.refusals import Refusal


@strawberry.input
class OpenTicketInput:
    """What a customer wants, in its own words, and what of the trade it is about."""

    idempotency_key: str
    relationship_id: relay.GlobalID
    kind: TicketKind
    category: TicketCategory
    subject: str
    text: str = strawberry.field(description="1 to 4,000 characters, as all words on tickets.")
    channel: TicketChannel = TicketChannel.WEB
    about_id: relay.GlobalID | None = strawberry.field(
        default=None, description="An order, shipment, invoice or product of this trade."
    )
    file_ids: list[relay.GlobalID] = strawberry.field(
        default_factory=list[relay.GlobalID],
        description="At most 10, uploaded as TICKET_ATTACHMENT.",
    )


@strawberry.input
class WriteTicketMessageInput:
    """Words for the other side, or with `isInternal` for the seller's own people."""

    idempotency_key: str
    ticket_id: relay.GlobalID
    text: str
    is_internal: bool = False
    file_ids: list[relay.GlobalID] = strawberry.field(
        default_factory=list[relay.GlobalID],
        description="At most 10, uploaded as TICKET_ATTACHMENT.",
    )


@strawberry.input
class TakeTicketInput:
    """A ticket to take to oneself."""

    ticket_id: relay.GlobalID


@strawberry.input
class CloseTicketInput:
    """A ticket to close."""

    ticket_id: relay.GlobalID


@strawberry.input
class HandOnTicketInput:
    """To whom a ticket goes: a department's queue or a colleague, one of the two."""

    ticket_id: relay.GlobalID
    role_id: relay.GlobalID | None = None
    membership_id: relay.GlobalID | None = None
    note: str = strawberry.field(default="", description="For the seller's people alone.")


@strawberry.input
class AskTicketCustomerInput:
    """What the customer is asked back."""

    ticket_id: relay.GlobalID
    text: str


@strawberry.input
class ResolveTicketInput:
    """What came of it, as the customer will read it."""

    ticket_id: relay.GlobalID
    result: str


@strawberry.input
class FollowUpTicketInput:
    """How content the customer is, 1 to 5; the customer itself must say it."""

    ticket_id: relay.GlobalID
    mark: int | None = None
    text: str = ""


@strawberry.input
class ReopenTicketInput:
    """Why it is not done, as the other side will read it."""

    ticket_id: relay.GlobalID
    reason: str


TicketResult = Annotated[Ticket | Refusal, strawberry.union("TicketResult")]


@strawberry.type
class TicketsMutation:
    """What can be done with tickets."""

    @cost(20)
    @mutation(opening.open_ticket)
    async def open_ticket(self, info: Info, input: OpenTicketInput) -> TicketResult:
        """Open a ticket with a seller, or for a customer who called; rules say who answers."""
        new = opening.NewTicket(
            relationship_id=key_of(input.relationship_id, "TradingRelationship"),
            kind=input.kind,
            category=input.category,
            subject=input.subject,
            text=input.text,
            channel=input.channel,
            about=_about(input.about_id),
            file_ids=[file_key(each) for each in input.file_ids],
        )
        key = await info.context.write(
            lambda work: opening.open_ticket(work, new, input.idempotency_key)
        )
        return await _load(info, key)

    @mutation(writing.write_ticket_message)
    async def write_ticket_message(
        self, info: Info, input: WriteTicketMessageInput
    ) -> TicketResult:
        """Write on a ticket; a customer's word lets the seller owe an answer again."""
        key = ticket_key(input.ticket_id)
        words = writing.Words(
            text=input.text,
            is_internal=input.is_internal,
            file_ids=[file_key(each) for each in input.file_ids],
        )
        await info.context.write(
            lambda work: writing.write_ticket_message(work, key, words, input.idempotency_key)
        )
        return await _load(info, key)

    @mutation(working.take_ticket)
    async def take_ticket(self, info: Info, input: TakeTicketInput) -> TicketResult:
        """Take a ticket to oneself; the customer is told that it is being worked on."""
        key = ticket_key(input.ticket_id)
        return await _done(info, lambda work: working.take_ticket(work, key))

    @mutation(working.hand_on_ticket)
    async def hand_on_ticket(self, info: Info, input: HandOnTicketInput) -> TicketResult:
        """Give a ticket to another department or colleague, who are told."""
        given = working.HandOn(
            ticket_id=ticket_key(input.ticket_id),
            role_id=optional_key_of(input.role_id, "Role"),
            membership_id=optional_key_of(input.membership_id, "Membership"),
            note=input.note,
        )
        return await _done(info, lambda work: working.hand_on_ticket(work, given))

    @mutation(working.ask_ticket_customer)
    async def ask_ticket_customer(self, info: Info, input: AskTicketCustomerInput) -> TicketResult:
        """Ask the customer back; the ticket waits for its answer."""
        key = ticket_key(input.ticket_id)
        return await _done(info, lambda work: working.ask_ticket_customer(work, key, input.text))

    @mutation(working.resolve_ticket)
    async def resolve_ticket(self, info: Info, input: ResolveTicketInput) -> TicketResult:
        """Say what came of a ticket; the customer is told."""
        key = ticket_key(input.ticket_id)
        return await _done(info, lambda work: working.resolve_ticket(work, key, input.result))

    @mutation(working.follow_up_ticket)
    async def follow_up_ticket(self, info: Info, input: FollowUpTicketInput) -> TicketResult:
        """Note how content the customer is with what came of a ticket (R2-25)."""
        key = ticket_key(input.ticket_id)
        return await _done(
            info, lambda work: working.follow_up_ticket(work, key, input.mark, input.text)
        )

    @mutation(working.close_ticket)
    async def close_ticket(self, info: Info, input: CloseTicketInput) -> TicketResult:
        """Close what is resolved, as the seller; as the customer, what it wants no more."""
        key = ticket_key(input.ticket_id)
        return await _done(info, lambda work: working.close_ticket(work, key))

    @mutation(working.reopen_ticket)
    async def reopen_ticket(self, info: Info, input: ReopenTicketInput) -> TicketResult:
        """Open again what was thought done, within the days that the seller's terms allow."""
        key = ticket_key(input.ticket_id)
        return await _done(info, lambda work: working.reopen_ticket(work, key, input.reason))


def _about(global_id: relay.GlobalID | None) -> About | None:
    if global_id is None:
        return None
    if global_id.type_name not in set(AboutKind):
        raise NotFound("Order").at("aboutId")
    return About(AboutKind(global_id.type_name), key_of(global_id, global_id.type_name))


async def _done(info: Info, command: Callable[[Work], Awaitable[UUID]]) -> Ticket:
    return await _load(info, await info.context.write(command))


async def _load(info: Info, key: UUID) -> Ticket:
    (found,) = await tickets_by_id(info, [key])
    assert found is not None
    return found
