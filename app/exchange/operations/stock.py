"""Stock from a table: what lies in each warehouse of each lot, as it was counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from app.audit.operations import record
from app.catalog.operations import SkuFacts, pieces, sku_facts
from app.db.work import Work
from app.exchange.errors import CannotChange
from app.exchange.rules.rows import Row, day, level, number
from app.inventory.errors import NotEnoughStock
from app.inventory.models import MoveCause, Warehouse
from app.inventory.operations import (
    Occasion,
    Place,
    Receipt,
    correct,
    locked_places,
    own_warehouses,
)
from app.kernel.errors import DomainError
from app.kernel.quantity import PackagingLevel
from app.pricing.errors import CellUnreadable, UnknownInFile
from app.pricing.operations.coded import skus_coded

LONGEST_LOT = 100
MOST_PIECES = Decimal(10**9)


@dataclass(frozen=True, slots=True)
class _Counted:
    row: Row
    warehouse_id: UUID
    facts: SkuFacts
    lot: str
    pieces: Decimal
    produced_on: date | None
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class _Names:
    warehouses: Mapping[str, UUID]
    skus: Mapping[str, Sequence[UUID]]
    facts: Mapping[UUID, SkuFacts]


async def write_stock(work: Work, run_id: UUID, rows: Sequence[Row]) -> None:
    """Let each lot be what was counted; rows at fault are told so and left."""
    names = await _names(work, rows)
    counted = [each for row in rows if (each := _read(names, row)) is not None]
    skus = {each.facts.sku_id for each in counted}
    if not skus:
        return
    own = work.actor.own_organisation
    place = await locked_places(work, own, skus)
    changes = [each for one in counted if (each := _change(place, one)) is not None]
    if changes:
        occasion = Occasion(MoveCause.ADJUSTMENT, "import_run", run_id, "imported")
        await correct(work, own, changes, occasion)
        after = {"lots": len(changes), "warehouses": len({each for each, _ in changes})}
        record(work, "IMPORT_STOCK", "import_run", run_id, after=after)


async def _names(work: Work, rows: Sequence[Row]) -> _Names:
    warehouses = await work.session.execute(
        select(Warehouse.name, Warehouse.id).where(own_warehouses(work))
    )
    skus = await skus_coded(work, {row.text("sku") for row in rows})
    facts = await sku_facts(work, {key for found in skus.values() for key in found})
    return _Names({row.name: row.id for row in warehouses}, skus, facts)


def _read(names: _Names, row: Row) -> _Counted | None:
    quantity = _quantity(row)
    produced, expires = row.read("produced_on", day), row.read("expires_on", day)
    warehouse = names.warehouses.get(row.text("warehouse"))
    if warehouse is None:
        row.blame("warehouse", UnknownInFile("warehouse", row.text("warehouse")))
    found = names.skus.get(row.text("sku"), ())
    if len(found) != 1:
        what = "single SKU: several owners use the code" if found else "SKU with the code"
        row.blame("sku", UnknownInFile(what, row.text("sku")))
    if len(row.text("lot")) > LONGEST_LOT:
        row.blame("lot", CellUnreadable("So long a code", f"one of {LONGEST_LOT} characters."))
    if produced and expires and expires < produced:
        wanted = "a day after that of production."
        row.blame("expires_on", CellUnreadable(str(expires), wanted))
    facts = names.facts[found[0]] if len(found) == 1 else None
    counted = None if facts is None else _pieces(row, facts, quantity)
    if row.faults or warehouse is None or facts is None or counted is None:
        return None
    row.key = f"{warehouse}/{facts.sku_id}/{row.text('lot')}"
    return _Counted(row, warehouse, facts, row.text("lot"), counted, produced, expires)


def _quantity(row: Row) -> Decimal | None:
    return row.read("quantity", number)


def _pieces(row: Row, facts: SkuFacts, quantity: Decimal | None) -> Decimal | None:
    unit = row.read("packaging_level", level) or PackagingLevel.PIECE
    if quantity is None or not quantity:
        return quantity
    try:
        counted = pieces(facts, unit, quantity)
    except DomainError as error:
        row.blame("packaging_level" if error.code == "NO_SUCH_PACKAGING" else "quantity", error)
        return None
    if counted > MOST_PIECES:
        wanted = f"a quantity of at most {MOST_PIECES} pieces."
        row.blame("quantity", CellUnreadable(row.text("quantity"), wanted))
        return None
    return counted


def _change(place: Place, one: _Counted) -> tuple[UUID, Receipt] | None:
    """Return by how many pieces a lot is to change, and note where it cannot be."""
    sku = one.facts.sku_id
    lot = place.lots.get((sku, one.lot))
    expires, produced = one.expires_on, one.produced_on
    if lot is not None:
        if expires is not None and expires != lot.expires_on:
            present = str(lot.expires_on or "empty")
            one.row.blame("expires_on", CannotChange(f"The expiry of lot {one.lot}", present))
            return None
        expires, produced = lot.expires_on, produced or lot.produced_on
    held = (one.warehouse_id, lot.lot_id) if lot else None
    now = place.on_hand.get(held, Decimal(0)) if held else Decimal(0)
    change = one.pieces - now
    if change < 0 and held:
        free = min(place.free_of_lot[held], place.free_of_sku[one.warehouse_id, sku])
        if free < -change:
            one.row.blame("quantity", NotEnoughStock(f"lot {one.lot}", free))
            return None
        place.free_of_sku[one.warehouse_id, sku] += change
    if not change:
        return None
    return one.warehouse_id, Receipt(sku, change, one.lot, produced, expires)
