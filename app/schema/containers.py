"""Returnable containers: bottles, crates and kegs with a deposit (P13)."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable, Sequence
from decimal import Decimal
from uuid import UUID

import strawberry
from strawberry import relay

from app.catalog import models, queries
from app.schema.batch import given, in_order
from app.schema.context import Info
from app.schema.operation import query
from app.schema.paging import FIRST, connection, page_request


@strawberry.type
class ReturnableContainer(relay.Node):
    """A bottle, crate or keg that comes back; the deposit is for one of it."""

    id: relay.NodeID[UUID]
    name: str
    deposit: Decimal
    currency: str

    @classmethod
    def of(cls, row: models.ReturnableContainer) -> "ReturnableContainer":
        """Show a container."""
        return cls(id=row.id, name=row.name, deposit=row.deposit, currency=row.currency)

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["ReturnableContainer | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await containers_by_id(info, [UUID(key) for key in node_ids])


async def containers_by_id(
    info: Info, ids: Sequence[UUID | None]
) -> list[ReturnableContainer | None]:
    """Load containers in the order of `ids`; null for unknown ones."""
    if not given(ids):
        return [None] * len(ids)
    async with info.context.read() as work:
        found = await queries.containers_by_id(work, given(ids))
    return in_order(ids, found, ReturnableContainer.of)


@strawberry.type
class ContainersQuery:
    """Questions about returnable containers."""

    @query(queries.returnable_containers)
    async def returnable_containers(
        self, info: Info, first: int = FIRST, after: str | None = None
    ) -> relay.Connection[ReturnableContainer]:
        """All returnable containers, by name."""
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await queries.returnable_containers(work, page)
            return connection(found, ReturnableContainer.of)
