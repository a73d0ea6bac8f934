"""What was delivered is accepted or refused, by whoever signs for it (R1-65, R3-61)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm.attributes import set_committed_value

from app.db.bulk import update_rows
from app.db.work import Work
from app.fulfilment.models import ShipmentLine, ShipmentStatus
from app.fulfilment.operations.shipments import OpenShipment, by_order_line, check_pieces, track
from app.orders.operations.documents import enter_state, move, settle_state
from app.orders.operations.exceptions import open_once, settle_exceptions
from app.orders.rules import buckets
from app.orders.rules.states import ExceptionKind
from app.orders.rules.transitions import OrderCommand


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed for a shipment, and the pieces refused by order line (R1-65).

    `cash` was taken at the door, none where nobody was to take any (R1-13). `code` is what the
    buyer was told, the files show who signed, and where or in which state the goods are.
    """

    shipment_id: UUID
    signed_by: str
    refused: Mapping[UUID, Decimal] = field(default_factory=dict[UUID, Decimal])
    refuses_all: bool = False
    reason: str | None = None
    cash: Decimal | None = None
    code: str | None = None
    signature_file_id: UUID | None = None
    photo_file_id: UUID | None = None


async def sign(work: Work, opened: OpenShipment, signature: Signature) -> None:
    """Note what is accepted and what is refused of a shipment; raises `MoreThanThere`."""
    refused = _refused(opened, signature)
    await _note_outcome(work, opened, refused)
    await _move_signed(work, opened)
    shipment = opened.shipment
    shipment.signed_at, shipment.signed_by = work.now, signature.signed_by
    shipment.signed_by_membership_id = work.actor.membership_id
    shipment.refusal_reason = signature.reason
    accepted = any(line.signed > 0 for line in opened.lines)
    status = ShipmentStatus.SIGNED if accepted else ShipmentStatus.REFUSED
    await track(work, shipment, status, note=signature.reason or "")
    enter_state(
        work,
        opened.document.order,
        OrderCommand.SIGN,
        settle_state(opened.document),
        reason=signature.reason,
        data={"signed_by": signature.signed_by},
    )
    order = opened.document.order
    late = [ExceptionKind.LATE]
    await settle_exceptions(work, order, late, shipment.id, "Delivered")
    if any(line.refused > 0 for line in opened.lines):
        note = signature.reason or ""
        await open_once(work, order, ExceptionKind.REFUSED, note, shipment.id)


def _refused(opened: OpenShipment, signature: Signature) -> Mapping[UUID, Decimal]:
    there = _open_pieces(opened)
    if signature.refuses_all:
        return there
    check_pieces(opened.document, signature.refused, there, "refused")
    return signature.refused


def _open_pieces(opened: OpenShipment) -> dict[UUID, Decimal]:
    lost = by_order_line(opened.lines, "lost")
    there = by_order_line(opened.lines, "quantity")
    return {line_id: pieces - lost[line_id] for line_id, pieces in there.items()}


async def _note_outcome(work: Work, opened: OpenShipment, refused: Mapping[UUID, Decimal]) -> None:
    left = dict(refused)
    rows: list[dict[str, Any]] = []
    for line in opened.lines:
        arrived = line.quantity - line.lost
        share = min(arrived, left.get(line.order_line_id, Decimal(0)))
        left[line.order_line_id] = left.get(line.order_line_id, Decimal(0)) - share
        rows.append({"id": line.id, "signed": arrived - share, "refused": share})
        set_committed_value(line, "refused", share)
        set_committed_value(line, "signed", arrived - share)
    await update_rows(work, ShipmentLine, rows)


async def _move_signed(work: Work, opened: OpenShipment) -> None:
    signed = by_order_line(opened.lines, "signed")
    refused = by_order_line(opened.lines, "refused")
    movements = {line_id: buckets.sign(signed[line_id], refused[line_id]) for line_id in signed}
    await move(work, opened.document, movements)
