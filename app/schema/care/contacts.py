"""The seller's log of contacts with customers, and the next steps (R3-39)."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.care import models
from app.care.commands import contacts as commands
from app.care.queries import contacts as queries
from app.care.rules.words import ContactKind
from app.schema.batch import batch, in_order
from app.schema.context import Info
from app.schema.ids import key_of, optional_key_of
from app.schema.operation import mutation, query
from app.schema.organisations import TradingRelationship, relationships_by_id
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal

strawberry.enum(ContactKind, description=ContactKind.__doc__)


@strawberry.type
class CustomerContact(relay.Node):
    """That somebody of the own organisation was in touch with a customer, and what comes next."""

    id: relay.NodeID[UUID]
    kind: ContactKind
    happened_at: datetime
    made_by: str
    with_whom: str
    text: str
    next_step: str | None
    next_on: date | None
    done_at: datetime | None = strawberry.field(description="When the next step was done.")
    done_by: str | None
    relationship_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def relationship(
        contacts: list["CustomerContact"],
        info: Info,
    ) -> list[TradingRelationship | None]:
        """With which customer, when the viewer may see the terms."""
        return await relationships_by_id(info, [each.relationship_id for each in contacts])

    @classmethod
    def of(cls, row: models.CustomerContact) -> "CustomerContact":
        """Show a row."""
        return cls(
            id=row.id,
            kind=ContactKind(row.kind),
            happened_at=row.happened_at,
            made_by=row.made_by_name,
            with_whom=row.with_whom,
            text=row.text,
            next_step=row.next_step,
            next_on=row.next_on,
            done_at=row.done_at,
            done_by=row.done_by_name,
            relationship_id=row.relationship_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["CustomerContact | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        ids = [UUID(key) for key in node_ids]
        async with info.context.read() as work:
            found = await queries.customer_contacts_by_id(work, ids)
        return in_order(ids, found, CustomerContact.of)


@strawberry.input
class LogContactInput:
    """A contact with a customer; the next step and its day come together or not at all."""

    idempotency_key: str
    relationship_id: relay.GlobalID
    kind: ContactKind
    text: str
    happened_at: datetime | None = strawberry.field(default=None, description="Left out, now.")
    with_whom: str = ""
    next_step: str | None = None
    next_on: date | None = None


@strawberry.input
class FinishNextStepInput:
    """A contact whose next step is done."""

    customer_contact_id: relay.GlobalID


CustomerContactResult = Annotated[
    CustomerContact | Refusal, strawberry.union("CustomerContactResult")
]


@strawberry.type
class CustomerContactsQuery:
    """Questions about contacts."""

    @query(queries.customer_contacts)
    async def customer_contacts(
        self,
        info: Info,
        relationship_id: relay.GlobalID | None = None,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[CustomerContact]:
        """Contacts with a customer, or with all that one looks after, the newest first."""
        page = page_request(first, after)
        key = optional_key_of(relationship_id, "TradingRelationship")
        async with info.context.read() as work:
            found = await queries.customer_contacts(work, page, key)
        return connection(found, CustomerContact.of)

    @query(queries.due_next_steps)
    async def due_next_steps(
        self,
        info: Info,
        until: date,
        *,
        mine_only: bool = False,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[CustomerContact]:
        """Contacts whose next step is due up to a day and not done, the most urgent first."""
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await queries.due_next_steps(work, page, until, mine_only=mine_only)
        return connection(found, CustomerContact.of)


@strawberry.type
class CustomerContactsMutation:
    """What can be noted about contacts."""

    @mutation(commands.log_contact)
    async def log_contact(self, info: Info, input: LogContactInput) -> CustomerContactResult:
        """Write down a call, mail or visit; the customer never sees it (R3-39)."""
        new = commands.NewContact(
            relationship_id=key_of(input.relationship_id, "TradingRelationship"),
            kind=input.kind,
            text=input.text,
            happened_at=input.happened_at,
            with_whom=input.with_whom,
            next_step=input.next_step,
            next_on=input.next_on,
        )
        key = await info.context.write(
            lambda work: commands.log_contact(work, new, input.idempotency_key)
        )
        return await _load(info, key)

    @mutation(commands.finish_next_step)
    async def finish_next_step(
        self, info: Info, input: FinishNextStepInput
    ) -> CustomerContactResult:
        """Note that the next step of a contact is done."""
        key = key_of(input.customer_contact_id, "CustomerContact")
        await info.context.write(lambda work: commands.finish_next_step(work, key))
        return await _load(info, key)


async def _load(info: Info, key: UUID) -> CustomerContact:
    async with info.context.read() as work:
        found = await queries.customer_contacts_by_id(work, [key])
    return CustomerContact.of(found[key])
