"""Waves of picks: walked, scanned and checked (R1-54, R1-55)."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import strawberry
from strawberry import relay

from app.fulfilment import models, queries
from app.fulfilment.models import WaveStatus
from app.fulfilment.operations.waves import Stop
from app.kernel.quantity import PackagingLevel
from app.orders import queries as orders
from app.schema.batch import batch, given, in_order
from app.schema.catalog import Sku, skus_by_id
from app.schema.context import Info
from app.schema.cost import list_size
from app.schema.inventory import Warehouse, warehouses_by_id
from app.schema.operation import query
from app.schema.orders.types import Order
from app.schema.paging import FIRST, connection, page_request

strawberry.enum(WaveStatus, name="PickWaveStatus", description=WaveStatus.__doc__)


@strawberry.type
class PickLine(relay.Node):
    """One stop of a wave: so many packs of one level, of one lot, at one place.

    `packs` are the level's; `pieces`, what was `picked` and what was `missing` are pieces.
    """

    id: relay.NodeID[UUID]
    position: int
    place: str
    packaging_level: PackagingLevel
    packs: Decimal
    pieces: Decimal
    picked: Decimal
    missing: Decimal
    missing_reason: str | None
    lot_code: str
    sku_id: strawberry.Private[UUID]
    order_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def sku(lines: list["PickLine"], info: Info) -> list[Sku | None]:
        """What is picked."""
        return await skus_by_id(info, [line.sku_id for line in lines])

    @batch
    @staticmethod
    async def order(lines: list["PickLine"], info: Info) -> list[Order | None]:
        """The order that it is for, to those who may read orders."""
        keys = [line.order_id for line in lines]
        async with info.context.read() as work:
            return in_order(keys, await orders.orders_by_id(work, keys), Order.of)

    @classmethod
    def of(cls, stop: Stop) -> "PickLine":
        """Show a stop."""
        line = stop.line
        return cls(
            id=line.id,
            position=line.position,
            place=line.place,
            packaging_level=PackagingLevel(line.level),
            packs=line.quantity // line.factor,
            pieces=line.quantity,
            picked=line.picked,
            missing=line.short,
            missing_reason=line.short_reason,
            lot_code=stop.lot_code,
            sku_id=stop.sku_id,
            order_id=stop.order_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["PickLine | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        keys = [UUID(key) for key in node_ids]
        async with info.context.read() as work:
            return in_order(keys, await queries.stops_by_id(work, keys), PickLine.of)


@strawberry.type
class PickWave(relay.Node):
    """Pick tasks of one warehouse for one walk: whole cases first, then loose pieces."""

    id: relay.NodeID[UUID]
    number: int
    status: WaveStatus
    created_at: datetime
    picked_at: datetime | None
    checked_at: datetime | None
    warehouse_id: strawberry.Private[UUID]
    picker_id: strawberry.Private[UUID | None]
    checker_id: strawberry.Private[UUID | None]

    @batch
    @staticmethod
    async def warehouse(waves: list["PickWave"], info: Info) -> list[Warehouse | None]:
        """Where it is walked."""
        return await warehouses_by_id(info, [wave.warehouse_id for wave in waves])

    @batch
    @staticmethod
    async def picker_name(waves: list["PickWave"], info: Info) -> list[str | None]:
        """Who shall walk it."""
        return await _names(info, [wave.picker_id for wave in waves])

    @batch
    @staticmethod
    async def checked_by_name(waves: list["PickWave"], info: Info) -> list[str | None]:
        """Who has found it right."""
        return await _names(info, [wave.checker_id for wave in waves])

    @list_size(20)
    @batch
    @staticmethod
    async def lines(waves: list["PickWave"], info: Info) -> list[list[PickLine]]:
        """Its stops, in the order of the walk."""
        async with info.context.read() as work:
            found = await queries.stops_by_wave(work, [wave.id for wave in waves])
        return [[PickLine.of(stop) for stop in found[wave.id]] for wave in waves]

    @classmethod
    def of(cls, row: models.PickWave) -> "PickWave":
        """Show a wave."""
        return cls(
            id=row.id,
            number=row.number,
            status=WaveStatus(row.status),
            created_at=row.created_at,
            picked_at=row.picked_at,
            checked_at=row.checked_at,
            warehouse_id=row.warehouse_id,
            picker_id=row.picker_membership_id,
            checker_id=row.checked_by_membership_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["PickWave | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await waves_by_id(info, [UUID(key) for key in node_ids])


@strawberry.type
class WavesQuery:
    """Questions about waves of picks."""

    @query(queries.pick_waves)
    async def pick_waves(
        self,
        info: Info,
        status: WaveStatus | None = None,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[PickWave]:
        """The own organisation's waves of picks, the newest first, or those in one status."""
        page = page_request(first, after)
        async with info.context.read() as work:
            return connection(await queries.pick_waves(work, page, status), PickWave.of)


async def waves_by_id(info: Info, ids: Sequence[UUID]) -> list[PickWave | None]:
    """Load waves in the order of `ids`; null for any but the viewer's own organisation's."""
    async with info.context.read() as work:
        return in_order(ids, await queries.waves_by_id(work, ids), PickWave.of)


async def _names(info: Info, ids: Sequence[UUID | None]) -> list[str | None]:
    async with info.context.read() as work:
        found = await queries.people_of_waves(work, given(ids))
    return [found.get(key) if key else None for key in ids]
