"""Races for goods: the last units, cancelling against preparing, cancelling against shipping."""

import asyncio
from base64 import b64decode
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.fulfilment.models import Shipment
from app.inventory.models import Allocation, Reservation, StockBalance, StockMove
from app.kernel.ids import new_id
from app.orders.models import Order, OrderLine, Shortage
from chaos.races.calls import Client, Told, call
from chaos.races.race import Faults, Race, Round
from tests.support.world import Person

_CASES = 2
_PIECES = 48
_A_PIECE = "2.98"
"""What one piece costs with tax."""


def key_of(global_id: str) -> UUID:
    """Return the id of a row from its global id."""
    return UUID(b64decode(global_id).decode().partition(":")[2])


class LastUnit(Race):
    """Every client's order wants one piece, and there are fewer pieces than orders."""

    name = "last-unit"
    promise = (
        "As many orders as there are pieces are ALLOCATED, all others BACKORDERED; what is on hand"
        " is reserved to the last piece, and each piece missing is one open shortage."
    )

    async def prepare(self) -> None:
        """Let everybody at the warehouse set stock aside."""
        await super().prepare()
        self.keepers = await self.scene.people(min(self.clients, 5), "WAREHOUSE")

    async def round(self) -> Round:
        """Place an order a client, and take in fewer pieces."""
        scene, pieces = self.scene, self.random.choice((1, 1, 1, 2, 5))
        pieces = min(pieces, self.clients - 1)
        sku = await scene.sku()
        placing = [
            scene.order(buyer, shop, sku, seen=_A_PIECE, quantity="1", packagingLevel="PIECE")
            for buyer, shop in scene.buyers
        ]
        orders = await asyncio.gather(*placing)
        await scene.stock(sku, pieces)
        keepers = [self.keepers[n % len(self.keepers)] for n in range(len(orders))]
        clients = [
            partial(_give, keeper, "allocateOrder", order)
            for keeper, order in zip(keepers, orders, strict=True)
        ]
        return Round(clients, partial(self._judge, sku, pieces, [key_of(each) for each in orders]))

    async def _judge(
        self, sku: UUID, pieces: int, orders: list[UUID], told: Sequence[Told]
    ) -> Sequence[str]:
        scene, faults = self.scene, Faults.none_yet()
        short = len(orders) - pieces
        faults.expect_outcomes(told, ALLOCATED=pieces, BACKORDERED=short)
        faults.expect("on hand, reserved", await stood(self, sku), (pieces, pieces))
        reserved = await scene.all(_summed(Reservation, Reservation.sku_id == sku))
        faults.expect("reservations, pieces", tuple(reserved[0]), (pieces, pieces))
        of_sku = Allocation.reservation_id.in_(
            select(Reservation.id).where(Reservation.sku_id == sku)
        )
        allocated = await scene.all(_summed(Allocation, of_sku))
        faults.expect("pieces taken from lots", allocated[0][1], pieces)
        missing = await scene.all(_summed(Shortage, Shortage.sku_id == sku))
        faults.expect("shortages, pieces", tuple(missing[0]), (short, short))
        noted = await scene.noted_each(orders, "ALLOCATE")
        faults.expect("audit entries", noted, Counter(orders))
        return faults.found


class CancelOrPrepare(Race):
    """Half of the clients cancel an order, the other half begin to prepare it."""

    name = "cancel-or-prepare"
    promise = (
        "One call wins; every other is told NOT_POSSIBLE_NOW. A cancelled order holds no stock, a"
        " prepared one all of its own, and the audit trail has one entry of the winner alone."
    )

    async def prepare(self) -> None:
        """Let as many prepare as cancel."""
        await super().prepare()
        self.keepers = await self.scene.people(max(1, self.clients // 2), "WAREHOUSE")

    async def round(self) -> Round:
        """Set the stock of one order aside."""
        shop = self.random.choice(self.scene.shops)
        order, sku = await _allocated(self, shop.buyers[0], shop)
        half = self.clients - len(self.keepers)
        cancels = [shop.buyers[n % len(shop.buyers)] for n in range(half)]
        clients: list[Client] = [partial(_cancel, buyer, order) for buyer in cancels]
        clients += [partial(_give, each, "startPreparation", order) for each in self.keepers]
        return Round(clients, partial(self._judge, key_of(order), sku))

    async def _judge(self, order: UUID, sku: UUID, told: Sequence[Told]) -> Sequence[str]:
        scene, faults = self.scene, Faults.none_yet()
        won = [each.outcome for each in told if each.is_done]
        faults.expect("calls that won", len(won), 1)
        faults.expect_outcomes(told, **Counter(won), NOT_POSSIBLE_NOW=len(told) - len(won))
        state = await scene.one(select(Order.state).where(Order.id == order))
        faults.expect("the order's state", [state], won)
        reserved = 0 if state == "CANCELLED" else _PIECES
        faults.expect("on hand, reserved", await stood(self, sku), (100, reserved))
        noted = await scene.noted(order, "CANCEL", "START_PREPARATION")
        faults.expect("audit entries", noted, 1)
        return faults.found


@dataclass(frozen=True, slots=True)
class _Parcel:
    """An order on its way out: who carries it, what is in it."""

    order: str
    sku: UUID
    keeper: Person


class CancelOrShip(Race):
    """One keeper takes an order through the warehouse to the carrier; all others cancel it."""

    name = "cancel-or-ship"
    promise = (
        "Either the order is cancelled, once, and no goods leave; or it is shipped, once, and no"
        " cancelling is done: then exactly its pieces have left."
    )

    async def round(self) -> Round:
        """Set the stock of one order aside."""
        shop = self.random.choice(self.scene.shops)
        order, sku = await _allocated(self, shop.buyers[0], shop)
        parcel = _Parcel(order, sku, self.scene.admin)
        clients: list[Client] = [partial(_ship, parcel, self.random.uniform(0, 0.1))]
        for place in range(self.clients - 1):
            buyer = shop.buyers[place % len(shop.buyers)]
            clients.append(partial(_cancel, buyer, order, self.random.uniform(0, 0.2)))
        return Round(clients, partial(self._judge, parcel))

    async def _judge(self, parcel: _Parcel, told: Sequence[Told]) -> Sequence[str]:
        scene, faults, order = self.scene, Faults.none_yet(), key_of(parcel.order)
        cancels = [each for each in told if each.mark == "cancelOrder"]
        steps = [each for each in told if each.mark != "cancelOrder"]
        cancelled = sum(each.is_done for each in cancels)
        refused = Counter(each.outcome for each in told if not each.is_done)
        faults.expect("refusals", set(refused), {"NOT_POSSIBLE_NOW"})
        left = bool(steps[-1].is_done and steps[-1].mark == "handOver")
        faults.expect("cancelled, left", (cancelled, left), (0, True) if left else (1, False))
        state = await scene.one(select(Order.state).where(Order.id == order))
        faults.expect("the order's state", state, "SHIPPED" if left else "CANCELLED")
        stock = (100 - _PIECES, 0) if left else (100, 0)
        faults.expect("on hand, reserved", await stood(self, parcel.sku), stock)
        moved = await scene.one(
            select(func.sum(StockMove.quantity)).where(StockMove.sku_id == parcel.sku)
        )
        faults.expect("the sum of all moves", moved, stock[0])
        shipments = await scene.count(Shipment, Shipment.order_id == order)
        faults.expect("shipments", shipments, int(left))
        shipped = await scene.one(
            select(func.sum(OrderLine.shipped)).where(OrderLine.order_id == order)
        )
        faults.expect("pieces shipped", shipped, _PIECES if left else 0)
        faults.expect("audit entries", await scene.noted(order, "CANCEL"), cancelled)
        return faults.found


async def stood(race: Race, sku: UUID) -> tuple[int, int]:
    """Return what is on hand and what is reserved of a SKU."""
    found = await race.scene.all(
        select(StockBalance.on_hand, StockBalance.reserved).where(StockBalance.sku_id == sku)
    )
    return int(found[0][0]), int(found[0][1])


async def _allocated(race: Race, buyer: Person, shop: Any) -> tuple[str, UUID]:
    scene = race.scene
    sku = await scene.sku()
    await scene.stock(sku, 100)
    order = await scene.order(buyer, shop, sku, seen="143.19", quantity=str(_CASES))
    (told,) = await _give(scene.admin, "allocateOrder", order)
    if told.outcome != "ALLOCATED":
        msg = f"the scene could not be set: {told}"
        raise AssertionError(msg)
    return order, sku


async def _ship(parcel: _Parcel, after: float) -> Sequence[Told]:
    await asyncio.sleep(after)
    told: list[Told] = []
    for step, kind in (
        ("startPreparation", "StartPreparationInput"),
        ("finishPreparation", "FinishPreparationInput"),
    ):
        told.append(await call(parcel.keeper, step, kind, {"orderId": parcel.order}))
        if not told[-1].is_done:
            return told
    given = {"idempotencyKey": new_id().hex, "orderId": parcel.order, "carrier": "SF Express"}
    booked = await call(parcel.keeper, "bookCarrier", "BookCarrierInput", given, thing="Shipment")
    told.append(booked)
    if booked.is_done:
        given = {"shipmentId": booked.answer["id"], "handedOverTo": "Driver Wang"}
        left = await call(parcel.keeper, "handOver", "HandOverInput", given, thing="Shipment")
        told.append(left)
    return told


async def _give(person: Person, name: str, order: str) -> Sequence[Told]:
    kind = "OrderInput" if name == "allocateOrder" else f"{name[0].upper()}{name[1:]}Input"
    return [await call(person, name, kind, {"orderId": order})]


async def _cancel(buyer: Person, order: str, after: float = 0) -> Sequence[Told]:
    await asyncio.sleep(after)
    given = {"orderId": order, "reason": "changed my mind"}
    return [await call(buyer, "cancelOrder", "OrderReasonInput", given)]


def _summed(table: Any, condition: Any) -> Any:
    return select(func.count(), func.coalesce(func.sum(table.quantity), Decimal(0))).where(
        condition
    )
