"""Orders from a table: the rows of one reference are one order, placed as a person places it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from app.db.work import Work
from app.exchange.errors import OrderIncomplete
from app.exchange.operations.attempting import attempt
from app.exchange.rules.rows import SHOWN, Row, day, level, number
from app.kernel.errors import DomainError
from app.kernel.ids import new_id
from app.kernel.quantity import PackagingLevel
from app.orders.operations.placing import place, relationship_to_order_in
from app.orders.operations.wishes import LineWish, OrderWish
from app.orders.rules.states import OrderChannel
from app.organisations.models import Organisation, TradingRelationship
from app.organisations.operations import is_open, visible_relationships
from app.pricing.errors import CellUnreadable, UnknownInFile
from app.pricing.operations.coded import skus_coded

LONGEST_REFERENCE, LONGEST_NOTE = 60, 2_000
_LINE = re.compile(r"lines\.(\d+)\.?(.*)")
_IN_LINE = {"quantity": "quantity", "packagingLevel": "packaging_level"}
Value = TypeVar("Value")
_IN_ORDER = {"requestedDeliveryOn": "deliver_on", "seenTotal": "total", "note": "note"}


@dataclass(frozen=True, slots=True)
class _Names:
    customers: Mapping[str, Sequence[UUID]]
    skus: Mapping[str, Sequence[UUID]]


@dataclass(slots=True)
class _Order:
    """The rows of one order; what they say of all of it stands in the first that says it."""

    reference: str
    rows: list[Row]
    lines: list[LineWish]
    relationship_id: UUID | None = None
    deliver_on: date | None = None
    total: Decimal | None = None
    note: str = ""


async def write_orders(work: Work, run_id: UUID, rows: Sequence[Row]) -> None:
    """Place each order whole, or not at all where a row of it is bad; a reference comes once."""
    del run_id  # Orders tell of themselves.
    together: dict[str | None, list[Row]] = {}
    for row in rows:
        together.setdefault(row.key, []).append(row)
    names = await _names(work, rows)
    for group in together.values():
        order = _read(names, group)
        if not _blame_others(order):
            refused = await attempt(work, lambda tried, one=order: _place(tried, one))
            if refused is not None:
                _blame(order, refused)
                _blame_others(order)


async def _names(work: Work, rows: Sequence[Row]) -> _Names:
    terms = TradingRelationship
    found = await work.session.execute(
        select(Organisation.name, terms.id)
        .join(terms, terms.buyer_id == Organisation.id)
        .where(
            terms.seller_id == work.actor.own_organisation,
            Organisation.name.in_({row.text("customer") for row in rows}),
            is_open(work),
            visible_relationships(work),
        )
    )
    customers: dict[str, list[UUID]] = {}
    for name, key in found:
        customers.setdefault(name, []).append(key)
    return _Names(customers, await skus_coded(work, {row.text("sku") for row in rows}))


def _read(names: _Names, rows: list[Row]) -> _Order:
    first, readable = rows[0], [row for row in rows if not row.faults]
    order = _Order(first.text("reference"), rows, [])
    customers = names.customers.get(first.text("customer"), ())
    if len(customers) == 1:
        order.relationship_id = customers[0]
    elif first.text("customer"):
        what = "single customer: several have the name" if customers else "customer"
        first.blame("customer", UnknownInFile(what, first.text("customer")))
    if len(order.reference) > LONGEST_REFERENCE or not order.reference.isprintable():
        wanted = f"a reference of at most {LONGEST_REFERENCE} readable characters."
        first.blame("reference", CellUnreadable(first.text("reference")[:SHOWN], wanted))
    if len(first.text("note")) > LONGEST_NOTE:
        wanted = f"one of at most {LONGEST_NOTE} characters."
        first.blame("note", CellUnreadable("So long a text", wanted))
    for row in readable:
        _read_line(names, order, row)
    return order


def _read_line(names: _Names, order: _Order, row: Row) -> None:
    found = names.skus.get(row.text("sku"), ())
    if len(found) != 1 and row.text("sku"):
        what = "single SKU: several owners use the code" if found else "SKU with the code"
        row.blame("sku", UnknownInFile(what, row.text("sku")))
    quantity = row.read("quantity", number)
    unit = row.read("packaging_level", level) or PackagingLevel.PIECE
    if quantity is not None and len(found) == 1:
        order.lines.append(LineWish(found[0], unit, quantity))
    wished, total = row.read("deliver_on", day), row.read("total", number)
    order.deliver_on = _agreed(row, "deliver_on", order.deliver_on, wished)
    order.total = _agreed(row, "total", order.total, total)
    order.note = _agreed(row, "note", order.note or None, row.text("note") or None) or ""


def _agreed(row: Row, column: str, said: Value | None, now: Value | None) -> Value | None:
    if said is not None and now is not None and said != now:
        wanted = f"what an earlier row of the order says, {said}: let its rows agree."
        row.blame(column, CellUnreadable(str(now), wanted))
    return now if said is None else said


async def _place(work: Work, order: _Order) -> None:
    assert order.relationship_id is not None, "an order of no customer is bad"
    wish = OrderWish(
        relationship_id=order.relationship_id,
        lines=order.lines,
        channel=OrderChannel.PARTNER_SYSTEM,
        requested_delivery_on=order.deliver_on,
        note=order.note,
        buyer_reference=order.reference,
    )

    relationship = await relationship_to_order_in(work, wish.relationship_id)
    await place(work, new_id(), relationship, wish, order.total)


def _blame(order: _Order, refused: DomainError) -> None:
    if line := _LINE.fullmatch(refused.path):
        column = _IN_LINE.get(line[2], "sku")
        order.rows[int(line[1])].blame(column, refused)
    else:
        order.rows[0].blame(_IN_ORDER.get(refused.path, "reference"), refused)


def _blame_others(order: _Order) -> bool:
    """Let no row of an order be good where one is bad; tells whether one is."""
    bad = next((row for row in order.rows if row.faults), None)
    if bad is None:
        return False
    for row in order.rows:
        if not row.faults:
            row.blame("reference", OrderIncomplete(order.reference, bad.number))
    return True
