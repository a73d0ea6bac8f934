"""Commands on waves of picks (R1-54, R1-55)."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.fulfilment.commands import waves
from app.fulfilment.operations.waves import WaveChoice
from app.kernel.errors import Invalid
from app.orders.rules.states import DeliveryMode
from app.schema.context import Info
from app.schema.ids import key_of
from app.schema.inventory import Warehouse, warehouses_by_id
from app.schema.operation import mutation
from app.schema.refusals import Refusal
from app.schema.waves import PickWave, waves_by_id

PickWaveResult = Annotated[PickWave | Refusal, strawberry.union("PickWaveResult")]
SetStockPlaceResult = Annotated[Warehouse | Refusal, strawberry.union("SetStockPlaceResult")]


@strawberry.input
class SetStockPlaceInput:
    """Where a SKU lies in a warehouse: pickers walk from place to place in their order."""

    warehouse_id: relay.GlobalID
    sku_id: relay.GlobalID
    place: str


@strawberry.input
class CreatePickWaveInput:
    """Which orders being prepared a wave takes; what is left out narrows nothing down."""

    idempotency_key: str
    warehouse_id: relay.GlobalID
    region: str | None = strawberry.field(default=None, description="The buyers' region.")
    delivery_mode: DeliveryMode | None = None
    confirmed_before: datetime | None = strawberry.field(
        default=None, description="The cut-off: orders confirmed before it."
    )
    order_ids: list[relay.GlobalID] | None = None

    def choice(self) -> WaveChoice:
        """Return what the command understands."""
        return WaveChoice(
            region=self.region,
            delivery_mode=self.delivery_mode,
            confirmed_before=self.confirmed_before,
            order_ids=tuple(key_of(one, "Order") for one in self.order_ids or ()),
        )


@strawberry.input
class AssignPickWaveInput:
    """A wave, and the colleague who shall walk it."""

    wave_id: relay.GlobalID
    membership_id: relay.GlobalID


@strawberry.input
class ScanPickInput:
    """What was scanned at a stop: the GTIN of the pack (the SKU's code where it has none), the lot.

    `packs` are of the stop's packaging level.
    """

    pick_line_id: relay.GlobalID
    code: str
    lot_code: str
    packs: Decimal


@strawberry.input
class ShortPickInput:
    """Pieces of a stop that are not there, and why."""

    pick_line_id: relay.GlobalID
    pieces: Decimal
    reason: str


@strawberry.input
class PickCountInput:
    """Pieces counted at a stop by the second person."""

    pick_line_id: relay.GlobalID
    pieces: Decimal


@strawberry.input
class CheckPickWaveInput:
    """A picked wave that somebody else found right; `counts` where pieces were counted again."""

    wave_id: relay.GlobalID
    counts: list[PickCountInput] | None = None


@strawberry.type
class WavesMutation:
    """What can be done in the warehouse between setting aside and packing."""

    @mutation(waves.set_stock_place)
    async def set_stock_place(self, info: Info, input: SetStockPlaceInput) -> SetStockPlaceResult:
        """Say where a SKU lies in an own warehouse."""
        warehouse, sku = key_of(input.warehouse_id, "Warehouse"), key_of(input.sku_id, "Sku")
        await info.context.write(
            lambda work: waves.set_stock_place(work, warehouse, sku, input.place.strip())
        )
        return (await warehouses_by_id(info, [warehouse]))[0]  # pyright: ignore[reportReturnType]  # own

    @mutation(waves.create_pick_wave)
    async def create_pick_wave(self, info: Info, input: CreatePickWaveInput) -> PickWaveResult:
        """Put the open tasks of orders being prepared into one walk, at most 200."""
        warehouse, choice = key_of(input.warehouse_id, "Warehouse"), input.choice()
        made = await info.context.write(
            lambda work: waves.create_pick_wave(work, input.idempotency_key, warehouse, choice)
        )
        return await _shown(info, made)

    @mutation(waves.assign_pick_wave)
    async def assign_pick_wave(self, info: Info, input: AssignPickWaveInput) -> PickWaveResult:
        """Give an open wave to a colleague."""
        wave, person = key_of(input.wave_id, "PickWave"), key_of(input.membership_id, "Membership")
        await info.context.write(lambda work: waves.assign_pick_wave(work, wave, person))
        return await _shown(info, wave)

    @mutation(waves.scan_pick)
    async def scan_pick(self, info: Info, input: ScanPickInput) -> PickWaveResult:
        """Count packs whose code, lot and number fit the stop."""
        scan = waves.Scan(
            key_of(input.pick_line_id, "PickLine"),
            input.code.strip(),
            input.lot_code.strip(),
            input.packs,
        )
        return await _shown(
            info, await info.context.write(lambda work: waves.scan_pick(work, scan))
        )

    @mutation(waves.short_pick)
    async def short_pick(self, info: Info, input: ShortPickInput) -> PickWaveResult:
        """Say that pieces are not there: they go off the stock, and the order waits for them."""
        line = key_of(input.pick_line_id, "PickLine")
        wave = await info.context.write(
            lambda work: waves.short_pick(work, line, input.pieces, input.reason.strip())
        )
        return await _shown(info, wave)

    @mutation(waves.check_pick_wave)
    async def check_pick_wave(self, info: Info, input: CheckPickWaveInput) -> PickWaveResult:
        """Find a picked wave right, as a second person."""
        counts: dict[UUID, Decimal] = {}
        for place, count in enumerate(input.counts or []):
            line = key_of(count.pick_line_id, "PickLine")
            if line in counts:
                raise Invalid(f"counts.{place}.pickLineId", "is named twice")
            counts[line] = count.pieces
        wave = key_of(input.wave_id, "PickWave")
        await info.context.write(lambda work: waves.check_pick_wave(work, wave, counts))
        return await _shown(info, wave)


async def _shown(info: Info, wave_id: UUID) -> PickWave:
    return (await waves_by_id(info, [wave_id]))[0]  # pyright: ignore[reportReturnType]  # own
