"""Tickets: what customers ask, complain of and need, as both sides see them (R3-42..R3-45)."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import strawberry
from strawberry import relay

from app.care import models
from app.care.queries import tickets as queries
from app.care.rules import transitions
from app.care.rules.words import (
    TicketCategory,
    TicketChannel,
    TicketCommand,
    TicketKind,
    TicketSide,
    TicketState,
    Worklist,
)
from app.schema.batch import batch, in_order
from app.schema.context import Info
from app.schema.cost import list_size, sized
from app.schema.files import StoredFile, stored_files
from app.schema.ids import key_of, optional_key_of
from app.schema.operation import query
from app.schema.organisations import (
    Organisation,
    TradingRelationship,
    organisations_by_id,
    relationships_by_id,
)
from app.schema.paging import FIRST, connection, page_request

for words in (TicketKind, TicketCategory, TicketChannel, TicketState, TicketSide, TicketCommand):
    strawberry.enum(words, description=words.__doc__)
strawberry.enum(Worklist, name="TicketWorklist", description=Worklist.__doc__)
_ABOUT = {
    "order_id": "Order",
    "shipment_id": "Shipment",
    "invoice_id": "Invoice",
    "product_id": "Product",
}


@strawberry.type
class TicketMessage:
    """What a side said on a ticket; `writtenBy` is who wrote it down, for either."""

    id: strawberry.ID
    side: TicketSide
    text: str
    written_at: datetime
    written_by: str
    is_internal: bool = strawberry.field(description="For the seller's people alone.")
    key: strawberry.Private[UUID]

    @list_size(10)
    @batch
    @staticmethod
    async def files(messages: list["TicketMessage"], info: Info) -> list[list[StoredFile]]:
        """What came with the words, for whoever reads those."""
        keys = [message.key for message in messages]
        async with info.context.read() as work:
            found = await queries.files_of(work, keys)
        flat = [file_id for key in keys for file_id in found[key]]
        shown = dict(zip(flat, await stored_files(info, flat), strict=True))
        return [[file for each in found[key] if (file := shown[each])] for key in keys]

    @classmethod
    def of(cls, row: models.TicketMessage) -> "TicketMessage":
        """Show a row."""
        return cls(
            id=strawberry.ID(str(row.id)),
            side=TicketSide(row.side),
            text=row.text,
            written_at=row.written_at,
            written_by=row.written_by_name,
            is_internal=row.is_internal,
            key=row.id,
        )


@strawberry.type
class Ticket(relay.Node):
    """What a customer asked, complained of or needs; both sides see it, nobody above them does.

    `respondBy` stands while the seller owes an answer; of `warnedAt` and `escalatedAt` the seller's
    people alone know.
    """

    id: relay.NodeID[UUID]
    kind: TicketKind
    category: TicketCategory
    channel: TicketChannel
    subject: str
    state: TicketState
    opened_at: datetime
    opened_by: str
    opened_by_side: TicketSide
    changed_at: datetime
    respond_by: datetime | None
    answered_at: datetime | None = strawberry.field(description="When the seller first wrote.")
    warned_at: datetime | None
    escalated_at: datetime | None
    result: str | None = strawberry.field(description="What came of it, once it is resolved.")
    resolved_at: datetime | None
    mark: int | None = strawberry.field(description="How content the customer is, 1 to 5.")
    followed_up_at: datetime | None
    closed_at: datetime | None
    about_id: relay.GlobalID | None = strawberry.field(
        description="The order, shipment, invoice or product; asking for it needs its own right."
    )
    available_actions: list[TicketCommand] = sized(
        5, description="What the viewer's side can do with it now."
    )
    row: strawberry.Private[models.Ticket]

    @batch
    @staticmethod
    async def relationship(
        tickets: list["Ticket"],
        info: Info,
    ) -> list[TradingRelationship | None]:
        """Whose trade it is, when the viewer may see the terms."""
        return await relationships_by_id(info, [each.row.relationship_id for each in tickets])

    @batch
    @staticmethod
    async def seller(tickets: list["Ticket"], info: Info) -> list[Organisation | None]:
        """Who is to answer."""
        return await organisations_by_id(info, [each.row.seller_id for each in tickets])

    @batch
    @staticmethod
    async def buyer(tickets: list["Ticket"], info: Info) -> list[Organisation | None]:
        """The customer."""
        return await organisations_by_id(info, [each.row.buyer_id for each in tickets])

    @batch
    @staticmethod
    async def worker(tickets: list["Ticket"], info: Info) -> list[str | None]:
        """The name of whoever of the seller has it."""
        async with info.context.read() as work:
            named = await queries.workers_named(work, [each.row for each in tickets])
        return [named.get(each.row.membership_id or each.id) for each in tickets]

    @batch
    @staticmethod
    async def department(tickets: list["Ticket"], info: Info) -> list[str | None]:
        """The role whose people are to work on it, for the seller's people alone."""
        async with info.context.read() as work:
            named = await queries.departments_named(work, [each.row for each in tickets])
        return [named.get(each.row.role_id or each.id) for each in tickets]

    @list_size(10)
    @batch
    @staticmethod
    async def messages(tickets: list["Ticket"], info: Info) -> list[list[TicketMessage]]:
        """What was said, the oldest first; internal notes only for the seller's people."""
        async with info.context.read() as work:
            found = await queries.messages_of(work, [each.id for each in tickets])
        return [[TicketMessage.of(row) for row in found[each.id]] for each in tickets]

    @classmethod
    def of(cls, row: models.Ticket, viewer_id: UUID | None) -> "Ticket":
        """Show a row to a person of the organisation `viewer_id`."""
        sells = viewer_id == row.seller_id
        side, state = TicketSide.SELLER if sells else TicketSide.BUYER, TicketState(row.state)
        about = ((name, getattr(row, column)) for column, name in _ABOUT.items())
        return cls(
            id=row.id,
            kind=TicketKind(row.kind),
            category=TicketCategory(row.category),
            channel=TicketChannel(row.channel),
            subject=row.subject,
            state=state,
            opened_at=row.opened_at,
            opened_by=row.opened_by_name,
            opened_by_side=TicketSide(row.opened_by_side),
            changed_at=row.changed_at,
            respond_by=row.respond_by,
            answered_at=row.answered_at,
            warned_at=row.warned_at if sells else None,
            escalated_at=row.escalated_at if sells else None,
            result=row.result,
            resolved_at=row.resolved_at,
            mark=row.mark,
            followed_up_at=row.followed_up_at,
            closed_at=row.closed_at,
            about_id=next((relay.GlobalID(name, str(key)) for name, key in about if key), None),
            available_actions=transitions.possible(state, side),
            row=row,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["Ticket | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await tickets_by_id(info, [UUID(key) for key in node_ids])


@strawberry.type
class TicketCounts:
    """How many unfinished tickets there are, of the own customers and as a customer."""

    unfinished: int
    mine: int
    my_department: int
    overdue: int
    as_customer: int = strawberry.field(description="Opened with the own organisation's sellers.")


@strawberry.input
class TicketFilter:
    """Which tickets; what is left out holds for all. A worklist is of the seller's side."""

    worklist: Worklist = Worklist.ALL
    side: TicketSide | None = strawberry.field(
        default=None, description="On which side the own organisation stands."
    )
    state: TicketState | None = None
    kind: TicketKind | None = None
    category: TicketCategory | None = None
    relationship_id: relay.GlobalID | None = None

    def read(self) -> queries.TicketFilter:
        """Return what was typed."""
        return queries.TicketFilter(
            worklist=self.worklist,
            side=self.side,
            state=self.state,
            kind=self.kind,
            category=self.category,
            relationship_id=optional_key_of(self.relationship_id, "TradingRelationship"),
        )


async def tickets_by_id(info: Info, ids: list[UUID]) -> list[Ticket | None]:
    """Load tickets in the order of `ids`; null where the viewer may not see one."""
    async with info.context.read() as work:
        found = await queries.tickets_by_id(work, ids)
        viewer = work.actor.organisation_id
    return in_order(ids, found, lambda row: Ticket.of(row, viewer))


@strawberry.type
class TicketsQuery:
    """Questions about tickets."""

    @query(queries.tickets)
    async def tickets(
        self,
        info: Info,
        filter: TicketFilter | None = None,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[Ticket]:
        """Tickets of the own customers, and those opened as a customer, the newest first."""
        page, wanted = page_request(first, after), (filter or TicketFilter()).read()
        async with info.context.read() as work:
            found = await queries.tickets(work, page, wanted)
            viewer = work.actor.organisation_id
        return connection(found, lambda row: Ticket.of(row, viewer))

    @query(queries.ticket_counts)
    async def ticket_counts(self, info: Info) -> TicketCounts:
        """How many tickets wait in each worklist."""
        async with info.context.read() as work:
            found = await queries.ticket_counts(work)
        return TicketCounts(
            unfinished=found.unfinished,
            mine=found.mine,
            my_department=found.my_department,
            overdue=found.overdue,
            as_customer=found.as_customer,
        )


def ticket_key(ticket_id: relay.GlobalID) -> UUID:
    """Return the row's identifier of a ticket; raises `NotFound` for another type's id."""
    return key_of(ticket_id, "Ticket")
