"""Where the goods of an order's lines could come from, and why from there (R1-19..R1-21)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from app.db.work import Work
from app.inventory.operations import free_lots, sourcing_rules_of
from app.inventory.rules import Buyer, FreeLot, SourcingRule, rule_for
from app.kernel.errors import NotFound
from app.orders.models import Order, OrderLine
from app.orders.operations.documents import OrderDocument, lines_of
from app.orders.operations.stock import buyers_of, days_to_keep
from app.organisations.operations import find_relationships

_NONE = Decimal(0)


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a warehouse could give to a line, in pieces, and what makes it come at this place.

    `too_near_expiry` keeps too short for this buyer. `rule` is the position of the rule that names
    the warehouse; without one, those of the buyer's region are near and come first.
    """

    warehouse_id: UUID
    free: Decimal
    too_near_expiry: Decimal
    rule: int | None
    is_near: bool


@dataclass(frozen=True, slots=True)
class LineSourcing:
    """The warehouses that have a line's goods, in the order in which they serve it."""

    line_id: UUID
    keeps_until: date
    candidates: Sequence[Candidate]


async def sourcing_of(work: Work, order_id: UUID) -> list[LineSourcing]:
    """Say for each line of an order that the own organisation sells; raises `NotFound`."""
    statement = select(Order).where(
        Order.id == order_id, Order.seller_id == work.actor.own_organisation
    )
    order = await work.session.scalar(statement)
    if order is None:
        raise NotFound("Order")
    document = OrderDocument(order, await lines_of(work, order))
    terms = await find_relationships(work, [order.relationship_id])
    keeps = await days_to_keep(work, [document], terms)
    buyer = (await buyers_of(work, [document], terms))[order.id]
    lots = await free_lots(work, order.seller_id, {line.sku_id for line in document.lines})
    rules = await sourcing_rules_of(work, order.seller_id)
    return [
        _of_line(line, keeps[order.id, line.sku_id], buyer, lots, rules) for line in document.lines
    ]


def _of_line(
    line: OrderLine,
    keeps: date,
    buyer: Buyer,
    lots: Sequence[FreeLot],
    rules: Sequence[SourcingRule],
) -> LineSourcing:
    of_warehouse: dict[UUID, list[FreeLot]] = {}
    for lot in lots:
        if lot.sku_id == line.sku_id:
            of_warehouse.setdefault(lot.warehouse_id, []).append(lot)
    found = [_candidate(key, held, keeps, buyer, rules) for key, held in of_warehouse.items()]
    in_order = sorted(found, key=lambda each: (each.rule is None, each.rule or 0, not each.is_near))
    return LineSourcing(line.id, keeps, in_order)


def _candidate(
    warehouse_id: UUID,
    held: Sequence[FreeLot],
    keeps: date,
    buyer: Buyer,
    rules: Sequence[SourcingRule],
) -> Candidate:
    rule = rule_for(rules, warehouse_id, buyer)
    good = sum((lot.free for lot in held if lot.keeps_until(keeps)), _NONE)
    return Candidate(
        warehouse_id,
        good,
        sum((lot.free for lot in held), _NONE) - good,
        rule.position if rule else None,
        bool(held[0].region) and held[0].region == buyer.region,
    )
