"""Goods on their way that will not arrive (R2-20)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm.attributes import set_committed_value

from app.db.bulk import update_rows
from app.db.work import Work
from app.fulfilment.errors import MoreThanThere
from app.fulfilment.models import ShipmentLine, ShipmentStatus
from app.fulfilment.operations.shipments import OpenShipment, by_order_line, check_pieces, track
from app.orders.operations.benefits import take_back_if_cancelled
from app.orders.operations.documents import enter_state, move, settle_state
from app.orders.operations.exceptions import open_once
from app.orders.operations.spending import give_spending_back
from app.orders.rules import buckets
from app.orders.rules.states import ExceptionKind, OrderState
from app.orders.rules.transitions import OrderCommand


async def lose(work: Work, opened: OpenShipment, asked: Mapping[UUID, Decimal], note: str) -> None:
    """Note pieces by order line as lost, or all that is on its way; raises `MoreThanThere`.

    Nobody owes anything for them: an order of which nothing else is left is cancelled, and its
    credit is free.
    """
    lost = by_order_line(opened.lines, "lost")
    there = {
        line_id: pieces - lost[line_id]
        for line_id, pieces in by_order_line(opened.lines, "quantity").items()
    }
    check_pieces(opened.document, asked, there, "lines", least=1)
    losing = dict(asked) or {line_id: pieces for line_id, pieces in there.items() if pieces > 0}
    if not losing:
        raise MoreThanThere(position=1, given=Decimal(0), most=Decimal(0)).at("lines")
    await _note(work, opened, losing)
    movements = {line_id: buckets.lose(pieces) for line_id, pieces in losing.items()}
    await move(work, opened.document, movements)
    order, shipment = opened.document.order, opened.shipment
    is_all = all(line.lost == line.quantity for line in opened.lines)
    status = ShipmentStatus.LOST if is_all else ShipmentStatus(shipment.status)
    await track(work, shipment, status, note=note)
    pieces = sum(losing.values(), Decimal(0))
    state = settle_state(opened.document)
    await take_back_if_cancelled(work, order, state)
    if state is OrderState.CANCELLED:
        await give_spending_back(work, order.id)
    data = {"pieces": f"{pieces.normalize():f}"}
    enter_state(work, order, OrderCommand.LOSE_GOODS, state, reason=note, data=data)
    await open_once(work, order, ExceptionKind.LOST, note, shipment.id)


async def _note(work: Work, opened: OpenShipment, losing: Mapping[UUID, Decimal]) -> None:
    left, rows = dict(losing), list[dict[str, Any]]()
    for line in opened.lines:
        share = min(line.quantity - line.lost, left.get(line.order_line_id, Decimal(0)))
        if share > 0:
            left[line.order_line_id] -= share
            set_committed_value(line, "lost", line.lost + share)
            rows.append({"id": line.id, "lost": line.lost})
    await update_rows(work, ShipmentLine, rows)
