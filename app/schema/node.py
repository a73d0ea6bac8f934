"""Any thing by its global id, as relay clients ask for it again (F10)."""

from collections import defaultdict
from collections.abc import Awaitable, Sequence
from typing import cast
from uuid import UUID

import strawberry
from strawberry import relay
from strawberry.relay.types import GlobalIDValueError

from app.kernel.errors import Invalid
from app.rbac.queries import viewer
from app.schema.context import Info
from app.schema.cost import list_size
from app.schema.operation import query

MOST_NODES = 100


async def nodes_by_id(info: Info, ids: Sequence[relay.GlobalID]) -> list[relay.Node | None]:
    """Load each type's nodes at once, through that type's own guarded query."""
    async with info.context.read() as work:
        await viewer(work)
    by_type: dict[type[relay.Node], set[UUID]] = defaultdict(set)
    for one in ids:
        if (node_type := _type_of(info, one)) and (key := _key_of(one)):
            by_type[node_type].add(key)
    found: dict[tuple[str, UUID | None], relay.Node | None] = {}
    for node_type, keys in by_type.items():  # as many as there are types, not ids
        nodes = await _load(info, node_type, sorted(keys))
        found |= {(node_type.__name__, key): nodes[key] for key in keys}
    return [found.get((one.type_name, _key_of(one))) for one in ids]


async def _load(
    info: Info, node_type: type[relay.Node], keys: Sequence[UUID]
) -> dict[UUID, relay.Node | None]:
    loaded = node_type.resolve_nodes(info=info, node_ids=[str(key) for key in keys], required=False)
    nodes = await cast("Awaitable[list[relay.Node | None]]", loaded)
    return dict(zip(keys, nodes, strict=True))


def _type_of(info: Info, one: relay.GlobalID) -> type[relay.Node] | None:
    try:
        return one.resolve_type(info)
    except GlobalIDValueError:
        return None


def _key_of(one: relay.GlobalID) -> UUID | None:
    try:
        return UUID(one.node_id)
    except ValueError:
        return None


@strawberry.type
class NodeQuery:
    """Questions about anything that has a global id."""

    @query(viewer)
    async def node(self, info: Info, id: relay.GlobalID) -> relay.Node | None:
        """One thing by its global id, null when there is none for the viewer.

        Needs the permission that reading its type needs.
        """
        return (await nodes_by_id(info, [id]))[0]

    @list_size(20, by=("ids",))
    @query(viewer)
    async def nodes(self, info: Info, ids: list[relay.GlobalID]) -> list[relay.Node | None]:
        """Up to 100 things in the order of their ids, each null when there is none for the viewer.

        Needs the permissions that reading their types needs.
        """
        if len(ids) > MOST_NODES:
            raise Invalid("ids", f"must name at most {MOST_NODES} things")
        return await nodes_by_id(info, ids)
