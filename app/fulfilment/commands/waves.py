"""Waves of picks: made, given to a picker, scanned, found short, checked (R1-54, R1-55)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert

from app.audit.operations import record
from app.catalog.models import Product, Sku, SkuPackaging
from app.catalog.operations import readable_products
from app.db.idempotency import once
from app.db.work import Work
from app.fulfilment import locks
from app.fulfilment.errors import (
    CheckDiffers,
    NothingToPick,
    PickerChecks,
    WaveNotOpen,
    WrongScan,
)
from app.fulfilment.models import PickTask, PickWave, StockPlace, WaveStatus
from app.fulfilment.operations.waves import (
    Stop,
    WaveChoice,
    close_if_done,
    make_lines,
    next_number,
    own_stop,
    stops,
    tasks_for,
)
from app.inventory.models import MoveCause, Warehouse
from app.inventory.operations import LotQuantity, Occasion, lose, own_warehouses
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import new_id
from app.orders.operations.audience import sellers_people
from app.orders.operations.benefits import take_back_if_cancelled
from app.orders.operations.confirming import tell_parties
from app.orders.operations.documents import OrderDocument, enter_state, open_for, settle_state
from app.orders.operations.stock import miss
from app.orders.rules.transitions import OrderCommand
from app.rbac.guard import requires
from app.rbac.models import Membership
from app.rbac.permissions import Permission

LONGEST_PLACE = 40
LONGEST_REASON = 500
_DIGITS = 14
_OUTCOMES = {
    True: {"EN": "They are sent as soon as there are more.", "ZH": "有货后即发。"},
    False: {"EN": "They are not sent.", "ZH": "不再发货。"},
}


@dataclass(frozen=True, slots=True)
class Scan:
    """What a picker scanned at a stop: a pack's code, the lot, and so many packs."""

    line_id: UUID
    code: str
    lot_code: str
    packs: Decimal


@requires(Permission.STOCK_WRITE, Permission.PREPARATION_WRITE)
async def set_stock_place(work: Work, warehouse_id: UUID, sku_id: UUID, place: str) -> UUID:
    """Say where a SKU lies in an own warehouse; returns the warehouse."""
    if not 1 <= len(place) <= LONGEST_PLACE:
        raise Invalid("place", f"must have 1 to {LONGEST_PLACE} characters")
    warehouse = exists().where(
        Warehouse.tenant_id == work.tenant_id, Warehouse.id == warehouse_id, own_warehouses(work)
    )
    sku = (
        exists()
        .where(Sku.tenant_id == work.tenant_id, Sku.id == sku_id)
        .where(Product.tenant_id == Sku.tenant_id, Product.id == Sku.product_id)
        .where(readable_products(work))
    )
    is_own, is_known = (await work.session.execute(select(warehouse, sku))).one()
    if not is_own:
        raise NotFound("Warehouse")
    if not is_known:
        raise NotFound("Sku")
    made = insert(StockPlace).values(
        tenant_id=work.tenant_id, warehouse_id=warehouse_id, sku_id=sku_id, place=place
    )
    keys = ["tenant_id", "warehouse_id", "sku_id"]
    await work.session.execute(
        made.on_conflict_do_update(index_elements=keys, set_={"place": place})
    )
    after = {"sku_id": str(sku_id), "place": place}
    record(work, "SET_STOCK_PLACE", "warehouse", warehouse_id, after=after)
    return warehouse_id


@requires(Permission.PREPARATION_WRITE)
async def create_pick_wave(work: Work, key: str, warehouse_id: UUID, choice: WaveChoice) -> UUID:
    """Put open tasks of an own warehouse into one walk, once a key; raises `NothingToPick`."""

    async def command(wave_id: UUID) -> None:
        if not await locks.warehouse_for_waves(work, warehouse_id):
            raise NotFound("Warehouse")
        found = await tasks_for(work, warehouse_id, choice)
        if not found:
            raise NothingToPick
        wave = PickWave(
            id=wave_id,
            organisation_id=work.actor.own_organisation,
            warehouse_id=warehouse_id,
            number=await next_number(work, warehouse_id),
            created_at=work.now,
        )
        await work.save(wave)
        await make_lines(work, wave_id, found)
        after = {"number": wave.number, "tasks": len(found)}
        record(work, "CREATE_PICK_WAVE", "pick_wave", wave_id, after=after)

    body = [
        warehouse_id,
        choice.region,
        choice.delivery_mode,
        choice.confirmed_before,
        sorted(map(str, choice.order_ids)),
    ]
    return await once(work, key, "createPickWave", body, new_id(), command)


@requires(Permission.PREPARATION_WRITE)
async def assign_pick_wave(work: Work, wave_id: UUID, membership_id: UUID) -> UUID:
    """Give an open wave to a colleague, or to another one; raises `WaveNotOpen`."""
    wave = await _wave(work, wave_id, WaveStatus.OPEN)
    colleague = exists().where(
        Membership.tenant_id == work.tenant_id,
        Membership.id == membership_id,
        Membership.organisation_id == work.actor.own_organisation,
        Membership.ended_at.is_(None),
    )
    if not await work.session.scalar(select(colleague)):
        raise NotFound("Membership")
    wave.picker_membership_id = membership_id
    after = {"picker": str(membership_id)}
    record(work, "ASSIGN_PICK_WAVE", "pick_wave", wave_id, after=after)
    return wave_id


@requires(Permission.PREPARATION_WRITE)
async def scan_pick(work: Work, scan: Scan) -> UUID:
    """Count packs whose code, lot and number fit the stop; returns the wave.

    Raises `WrongScan`, which says what was expected, and `WaveNotOpen`.
    """
    if scan.packs <= 0 or scan.packs != scan.packs.to_integral_value():
        raise Invalid("packs", "must be whole packs, more than none")
    stop, wave = await _open_stop(work, scan.line_id)
    await _check_scan(work, stop, scan)
    stop.line.picked += scan.packs * stop.line.factor
    stop.line.picked_by_membership_id = work.actor.membership_id
    await close_if_done(work, wave)
    after = {"position": stop.line.position, "packs": f"{scan.packs:f}", "lot": scan.lot_code}
    record(work, "SCAN_PICK", "pick_wave", wave.id, after=after)
    return wave.id


@requires(Permission.PREPARATION_WRITE)
async def short_pick(work: Work, line_id: UUID, missing: Decimal, reason: str) -> UUID:
    """Say that pieces of a stop are not there; returns the wave.

    They go off the stock with the reason, and the order's line waits for them again, or is closed
    short. The buyer and the reps who look after it are told. Raises `WrongScan` for more than is
    open, `WaveNotOpen`.
    """
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise Invalid("reason", f"must have 1 to {LONGEST_REASON} characters")
    if missing <= 0 or missing != missing.to_integral_value():
        raise Invalid("pieces", "must be whole pieces, more than none")
    known = await own_stop(work, line_id)
    document = await _document(work, known)
    stop, wave = await _open_stop(work, line_id)
    if missing > stop.open:
        raise (await _wrong(work, stop)).at("pieces")
    stop.line.short += missing
    stop.line.short_reason = reason
    stop.line.picked_by_membership_id = work.actor.membership_id
    await _take_off(work, stop, document, missing, reason)
    await close_if_done(work, wave)
    after = {"position": stop.line.position, "pieces": f"{missing:f}"}
    record(work, "SHORT_PICK", "pick_wave", wave.id, after=after, reason=reason)
    return wave.id


@requires(Permission.PREPARATION_WRITE)
async def check_pick_wave(
    work: Work, wave_id: UUID, counts: Mapping[UUID, Decimal] | None = None
) -> UUID:
    """Find a picked wave right as a second person, `counts` in pieces by stop (R1-55).

    Raises `PickerChecks`, `CheckDiffers`, `WaveNotOpen`.
    """
    wave = await _wave(work, wave_id, WaveStatus.PICKED)
    found = {stop.line.id: stop for stop in await stops(work, [wave_id])}
    pickers = {stop.line.picked_by_membership_id for stop in found.values()}
    if work.actor.membership_id in pickers:
        raise PickerChecks(wave.number)
    for place, (line_id, counted) in enumerate((counts or {}).items()):
        stop = found.get(line_id)
        if stop is None:
            raise NotFound("PickLine")
        if counted != stop.line.picked:
            raise CheckDiffers(stop.line.position, counted, stop.line.picked).at(
                f"counts.{place}.pieces"
            )
    wave.status, wave.checked_at = WaveStatus.CHECKED, work.now
    wave.checked_by_membership_id = work.actor.membership_id
    record(work, "CHECK_PICK_WAVE", "pick_wave", wave_id, after={"number": wave.number})
    return wave_id


async def _wave(work: Work, wave_id: UUID, status: WaveStatus) -> PickWave:
    wave = await locks.own_wave(work, wave_id)
    if wave is None:
        raise NotFound("PickWave")
    if wave.status != status:
        raise WaveNotOpen(wave.number, wave.status)
    return wave


async def _open_stop(work: Work, line_id: UUID) -> tuple[Stop, PickWave]:
    known = await own_stop(work, line_id)
    if known is None:
        raise NotFound("PickLine")
    wave = await _wave(work, known.line.wave_id, WaveStatus.OPEN)
    stop = await own_stop(work, line_id)
    if stop is None:
        raise NotFound("PickLine")
    return stop, wave


async def _document(work: Work, known: Stop | None) -> OrderDocument:
    # An order is looked for in any case, so that the answer's time does not tell what exists.
    order_id = new_id() if known is None else known.order_id
    try:
        return await open_for(work, order_id, OrderCommand.FINISH_PREPARATION)
    except NotFound:
        raise NotFound("PickLine") from None


async def _check_scan(work: Work, stop: Stop, scan: Scan) -> None:
    refusal = await _wrong(work, stop)
    if _same_code(scan.code) != _same_code(refusal.expected_code):
        raise refusal
    if scan.lot_code != refusal.expected_lot:
        raise refusal.at("lotCode")
    if scan.packs > refusal.open:
        raise refusal.at("packs")


def _same_code(code: str) -> str:
    """Write a GTIN in 14 digits, as which all of its lengths are one."""
    return code.zfill(_DIGITS) if code.isdigit() else code


async def _wrong(work: Work, stop: Stop) -> WrongScan:
    statement = (
        select(Sku.name, Sku.code, SkuPackaging.gtin)
        .join(SkuPackaging, SkuPackaging.sku_id == Sku.id)
        .where(Sku.id == stop.sku_id, SkuPackaging.level == stop.line.level)
    )
    name, code, gtin = (await work.session.execute(statement)).one()
    return WrongScan(
        sku=name,
        level=stop.line.level,
        expected_code=gtin or code,
        expected_lot=stop.lot_code,
        open=stop.open // stop.line.factor,
    )


async def _take_off(
    work: Work, stop: Stop, document: OrderDocument, missing: Decimal, reason: str
) -> None:
    order, line = document.order, document.line(stop.order_line_id)
    lost = LotQuantity(line.id, stop.warehouse_id, stop.sku_id, stop.lot_id, missing)
    occasion = Occasion(MoveCause.ADJUSTMENT, "short_pick", stop.line.id, reason)
    await lose(work, order.id, [lost], occasion)
    task = await work.session.get_one(PickTask, (work.tenant_id, stop.line.pick_task_id))
    task.quantity -= missing
    await miss(work, document, line, missing)
    if document.total.to_pick == 0:
        order.is_preparing = False
    state = settle_state(document)
    await take_back_if_cancelled(work, order, state)
    enter_state(work, order, "SHORT_PICK", state, data={"pieces": f"{missing:f}"})
    waits = line.backordered > 0
    await tell_parties(
        work,
        order,
        "order_short_picked",
        await sellers_people(work, order, ()),
        sku=(await _wrong(work, stop)).sku,
        pieces=f"{missing.normalize():f}",
        outcome=_OUTCOMES[waits],
    )
