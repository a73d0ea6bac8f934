"""What an actor may change of stock (R3-47)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID
from zoneinfo import available_timezones

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.audit import operations as audit
from app.catalog.models import Product, Sku
from app.catalog.operations import SkuFacts, pieces, readable_products, sku_facts
from app.db.idempotency import once
from app.db.work import Work
from app.inventory import operations
from app.inventory.errors import WarehouseNameTaken
from app.inventory.models import MoveCause, StockLot, Warehouse
from app.inventory.operations import Occasion, Receipt, own_lots, own_warehouses
from app.kernel.errors import DomainError, Invalid, NotFound
from app.kernel.ids import new_id
from app.kernel.period import DateOutOfSense, sensible_day
from app.kernel.quantity import PackagingLevel
from app.rbac.guard import requires
from app.rbac.permissions import Permission
from app.tenants.models import Tenant

LONGEST_NAME = 100
LONGEST_REASON = 500
MOST_GOODS = 500
MOST_PIECES = Decimal(10**9)
PRIORITIES = range(-1_000, 1_001)


@dataclass(frozen=True, slots=True)
class WarehouseDraft:
    """A warehouse to be made; without a time zone it keeps the network's."""

    name: str
    region: str
    time_zone: str | None
    priority: int


@dataclass(frozen=True, slots=True)
class GoodsIn:
    """Goods that came in, counted in packs of one level."""

    sku_id: UUID
    level: PackagingLevel
    quantity: Decimal
    lot_code: str
    produced_on: date | None
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A correction of a lot's balance in one warehouse, in signed pieces."""

    warehouse_id: UUID
    lot_id: UUID
    quantity: Decimal
    reason: str


@requires(Permission.STOCK_WRITE)
async def create_warehouse(work: Work, draft: WarehouseDraft) -> UUID:
    """Open a warehouse of the own organisation; raises `WarehouseNameTaken`."""
    _require_text("name", draft.name, LONGEST_NAME)
    if len(draft.region) > LONGEST_NAME:
        raise Invalid("region", f"must have at most {LONGEST_NAME} characters")
    if draft.priority not in PRIORITIES:
        raise Invalid("priority", f"must be between {PRIORITIES[0]} and {PRIORITIES[-1]}")
    if draft.time_zone is not None and draft.time_zone not in available_timezones():
        raise Invalid("timeZone", "must be a time zone such as 'Asia/Shanghai'")
    made = insert(Warehouse).values(
        tenant_id=work.tenant_id,
        id=new_id(),
        organisation_id=work.actor.own_organisation,
        name=draft.name,
        region=draft.region,
        time_zone=draft.time_zone or _network_zone(work),
        priority=draft.priority,
        created_at=work.now,
    )
    once_a_name = made.on_conflict_do_nothing().returning(Warehouse.id)
    warehouse_id = (await work.session.execute(once_a_name)).scalar()
    if warehouse_id is None:
        raise WarehouseNameTaken(draft.name)
    audit.record(work, "CREATE_WAREHOUSE", "warehouse", warehouse_id, after={"name": draft.name})
    return warehouse_id


@requires(Permission.STOCK_WRITE)
async def receive_stock(
    work: Work, key: str, warehouse_id: UUID | None, goods: Sequence[GoodsIn]
) -> UUID:
    """Take goods into an own warehouse, once a key; returns the source of the moves.

    Raises `NoSuchPackaging`, `FractionalPieces`, `LotDatesDiffer`; `NotFound` for foreign ids.
    """
    if not 1 <= len(goods) <= MOST_GOODS:
        raise Invalid("goods", f"must have 1 to {MOST_GOODS} items")

    async def take_in(receipt_id: UUID) -> None:
        receipts = await _receipts(work, goods)
        warehouse = await operations.receive(
            work, work.actor.own_organisation, warehouse_id, receipts, "goods_receipt", receipt_id
        )
        after = {"receipt_id": str(receipt_id), "lots": [item.lot_code for item in goods]}
        audit.record(work, "RECEIVE_STOCK", "warehouse", warehouse, after=after)

    return await once(work, key, "receiveStock", [warehouse_id, goods], new_id(), take_in)


@requires(Permission.STOCK_WRITE)
async def adjust_stock(work: Work, key: str, adjustment: Adjustment) -> UUID:
    """Correct a lot's balance in an own warehouse, once a key; returns the source of the move.

    Raises `NotEnoughStock` where less would remain than is set aside.
    """
    _require_text("reason", adjustment.reason, LONGEST_REASON)
    _require_signed_pieces(adjustment.quantity)

    async def correct(adjustment_id: UUID) -> None:
        lot = await _own_lot(work, adjustment.warehouse_id, adjustment.lot_id)
        occasion = Occasion(
            MoveCause.ADJUSTMENT, "stock_adjustment", adjustment_id, adjustment.reason
        )
        await operations.adjust(work, adjustment.warehouse_id, lot, adjustment.quantity, occasion)
        audit.record(
            work,
            "ADJUST_STOCK",
            "warehouse",
            adjustment.warehouse_id,
            after={"lot_id": str(lot.id), "quantity": str(adjustment.quantity)},
            reason=adjustment.reason,
        )

    return await once(work, key, "adjustStock", adjustment, new_id(), correct)


async def _receipts(work: Work, goods: Sequence[GoodsIn]) -> list[Receipt]:
    skus = {item.sku_id for item in goods}
    readable = (
        select(Sku.id)
        .join(Product, Product.id == Sku.product_id)
        .where(Sku.id.in_(skus), readable_products(work))
    )
    if set((await work.session.execute(readable)).scalars()) != skus:
        raise NotFound("Sku")
    facts = await sku_facts(work, skus)
    receipts: list[Receipt] = []
    for place, item in enumerate(goods):
        try:
            receipts.append(_receipt(facts[item.sku_id], item))
        except DomainError as error:
            raise error.at(f"goods.{place}.{error.path}") from None
    return receipts


def _receipt(facts: SkuFacts, item: GoodsIn) -> Receipt:
    _require_text("lotCode", item.lot_code, LONGEST_NAME)
    for field, day in (("producedOn", item.produced_on), ("expiresOn", item.expires_on)):
        _require_sensible(field, day)
    if item.produced_on and item.expires_on and item.expires_on < item.produced_on:
        raise Invalid("expiresOn", "must not lie before the day of production")
    quantity = pieces(facts, item.level, item.quantity)
    if quantity > MOST_PIECES:
        raise Invalid("quantity", f"must be at most {MOST_PIECES} pieces")
    return Receipt(item.sku_id, quantity, item.lot_code, item.produced_on, item.expires_on)


async def _own_lot(work: Work, warehouse_id: UUID, lot_id: UUID) -> StockLot:
    statement = (
        select(StockLot)
        .join(Warehouse, Warehouse.organisation_id == StockLot.organisation_id)
        .where(
            StockLot.id == lot_id,
            Warehouse.id == warehouse_id,
            own_lots(work),
            own_warehouses(work),
        )
    )
    lot = (await work.session.execute(statement)).scalar()
    if lot is None:
        raise NotFound("StockLot")
    return lot


def _network_zone(work: Work):  # noqa: ANN202  # a scalar select, typed by SQLAlchemy
    return select(Tenant.time_zone).where(Tenant.id == work.tenant_id).scalar_subquery()


def _require_text(field: str, value: str, longest: int) -> None:
    if not 1 <= len(value) <= longest:
        raise Invalid(field, f"must have 1 to {longest} characters")


def _require_sensible(field: str, day: date | None) -> None:
    if day is None:
        return
    try:
        sensible_day(day)
    except DateOutOfSense as error:
        raise Invalid(field, str(error)) from None


def _require_signed_pieces(quantity: Decimal) -> None:
    if not 0 < abs(quantity) <= MOST_PIECES or quantity != quantity.to_integral_value():
        raise Invalid("quantity", f"must be whole pieces, not zero, at most {MOST_PIECES}")
