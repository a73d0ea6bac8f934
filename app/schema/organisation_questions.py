"""Questions about the network: organisations, customers and suppliers (R3-5, R3-37)."""

import strawberry
from strawberry import relay

from app.organisations import queries
from app.organisations.models import OrganisationKind
from app.schema.context import Info
from app.schema.customer_classes import CustomerClassesQuery
from app.schema.ids import key_of, optional_key_of
from app.schema.operation import query
from app.schema.organisations import Organisation, TradingRelationship, partner_of, shown_to
from app.schema.paging import FIRST, connection, page_request


@strawberry.type
class OrganisationsQuery(CustomerClassesQuery):
    """Questions about the network."""

    @query(queries.organisation)
    async def organisation(self, info: Info, id: relay.GlobalID) -> Organisation:
        """One organisation of the network."""
        async with info.context.read() as work:
            row = await queries.organisation(work, key_of(id, "Organisation"))
            return shown_to(work)(row)

    @query(queries.organisations)
    async def organisations(
        self,
        info: Info,
        search: str = "",
        kind: OrganisationKind | None = None,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[Organisation]:
        """The organisations that the viewer may see, by name; `search` is a part of the name."""
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await queries.organisations(work, page, search, kind)
            return connection(found, shown_to(work))

    @query(queries.relationship)
    async def relationship(self, info: Info, id: relay.GlobalID) -> TradingRelationship:
        """One trading relationship."""
        async with info.context.read() as work:
            row = await queries.relationship(work, key_of(id, "TradingRelationship"))
            return TradingRelationship.of(row, work.actor.organisation_id)

    @query(queries.customers)
    async def customers(
        self,
        info: Info,
        search: str = "",
        group_id: relay.GlobalID | None = None,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[TradingRelationship]:
        """The viewer's customers: relationships in which the own organisation sells, by name.

        With `groupId` only the members of that group.
        """
        page, group = page_request(first, after), optional_key_of(group_id, "CustomerGroup")
        async with info.context.read() as work:
            return connection(await queries.customers(work, page, search, group), partner_of(work))

    @query(queries.suppliers)
    async def suppliers(
        self, info: Info, search: str = "", first: int = FIRST, after: str | None = None
    ) -> relay.Connection[TradingRelationship]:
        """The viewer's suppliers: relationships in which the own organisation buys, by name."""
        page = page_request(first, after)
        async with info.context.read() as work:
            return connection(await queries.suppliers(work, page, search), partner_of(work))
