"""Sign for deliveries or refuse them, take goods back, confirm what was received (R1-65, R3-62)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from app.carriers.rules.signing import CarrierKeys
from app.db.bulk import update_rows
from app.db.work import Work
from app.fulfilment.errors import MoreThanThere
from app.fulfilment.models import Shipment, ShipmentLine, ShipmentStatus
from app.fulfilment.operations.deadlines import is_receipt_overdue
from app.fulfilment.operations.proving import check_code, count_try, keep_file
from app.fulfilment.operations.rating import Rating, rate
from app.fulfilment.operations.shipments import (
    ON_THE_WAY,
    by_order_line,
    check_pieces,
    lines_of,
    lots_of,
    open_shipment,
    track,
)
from app.fulfilment.operations.signing import Signature, sign
from app.inventory.operations import Receipt, bring_back, lots_by_id, receive
from app.kernel.errors import Forbidden, Invalid
from app.orders.operations.benefits import take_back_if_cancelled
from app.orders.operations.documents import (
    OrderDocument,
    buckets_of,
    enter_state,
    move,
    not_possible,
    open_for,
    settle_state,
)
from app.orders.operations.exceptions import open_exception, settle_exceptions
from app.orders.operations.paying import take_at_door
from app.orders.operations.settling import settle_at_receipt
from app.orders.operations.stock import cover_waiting
from app.orders.rules import buckets
from app.orders.rules.states import ExceptionKind, OrderState
from app.orders.rules.transitions import OrderCommand
from app.rbac.guard import requires
from app.rbac.permissions import Permission
from app.storage.rules.purposes import FilePurpose


@requires(Permission.RECEIPT_SIGN)
async def count_code(work: Work, signature: Signature) -> None:
    """Count a delivery code as wrong, before it is looked at in a work of its own (R1-65).

    Raises `TooManyDeliveryCodes`, and what `sign_delivery` would refuse before the code.
    """
    _check_words(signature)
    _check_cash(work, signature)
    opened = await open_shipment(work, signature.shipment_id, OrderCommand.SIGN, ON_THE_WAY)
    count_try(work, opened.shipment)


@requires(Permission.RECEIPT_SIGN)
async def sign_delivery(work: Work, signature: Signature, keys: CarrierKeys | None = None) -> UUID:
    """Accept a delivery, refuse it, or accept a part; returns the shipment's id (R3-61).

    A code is looked at with `keys`; raises `WrongDeliveryCode`.
    """
    _check_words(signature)
    _check_cash(work, signature)
    opened = await open_shipment(work, signature.shipment_id, OrderCommand.SIGN, ON_THE_WAY)
    if signature.code is not None:
        assert keys is not None
        check_code(work, opened.shipment, keys, signature.code)
    await _keep_proofs(work, opened.shipment, signature)
    await sign(work, opened, signature)
    if signature.cash is not None:
        if opened.document.order.seller_id != work.actor.own_organisation:
            raise Forbidden(Permission.PAYMENT_RECORD)
        await take_at_door(work, opened.document, signature.cash, signature.signed_by)
    return opened.shipment.id


@requires(Permission.SHIPMENT_WRITE)
async def return_to_warehouse(work: Work, shipment_id: UUID, *, deliver_again: bool) -> UUID:
    """Put refused goods back into stock: for a second delivery, or for good (R1-71)."""
    statuses = (ShipmentStatus.SIGNED, ShipmentStatus.REFUSED)
    opened = await open_shipment(work, shipment_id, OrderCommand.RETURN_TO_WAREHOUSE, statuses)
    order = opened.document.order
    returning = [line for line in opened.lines if line.refused > line.returned]
    if not returning:
        raise MoreThanThere(position=1, given=Decimal(0), most=Decimal(0)).at("shipmentId")
    lots = lots_of(returning, "refused")
    await bring_back(work, "order", order.id, lots, reserve_again=deliver_again)
    movements = {
        line_id: buckets.take_back(quantity, deliver_again=deliver_again)
        for line_id, quantity in by_order_line(returning, "refused").items()
    }
    await move(work, opened.document, movements)
    rows = [{"id": line.id, "returned": line.refused} for line in returning]
    await update_rows(work, ShipmentLine, rows)
    refusals = [ExceptionKind.REFUSED]
    await settle_exceptions(work, order, refusals, shipment_id, "Back in the warehouse")
    if opened.shipment.status == ShipmentStatus.REFUSED:
        await track(work, opened.shipment, ShipmentStatus.RETURNED_TO_WAREHOUSE)
    state = settle_state(opened.document)
    await take_back_if_cancelled(work, order, state)
    enter_state(work, order, OrderCommand.RETURN_TO_WAREHOUSE, state)
    return shipment_id


@requires(Permission.RECEIPT_CONFIRM)
async def confirm_receipt(
    work: Work,
    order_id: UUID,
    received: Mapping[UUID, Decimal] | None = None,
    rating: Rating | None = None,
) -> UUID:
    """Confirm what was signed for, in pieces by line; what is missing is recorded (R3-62).

    A rating is the buyer's, and is of all that was signed for and not rated yet (R1-66). The goods
    become the buyer's stock, and are set aside for its own orders that wait for them.
    """
    document = await open_for(work, order_id, OrderCommand.CONFIRM_RECEIPT)
    if rating is not None:
        await rate(work, document.order, rating)
    counted = _counted(document, received or {})
    movements = {
        line.id: buckets.confirm_receipt(
            counted[line.id], buckets_of(line).to_receive - counted[line.id]
        )
        for line in document.lines
    }
    missing = sum((movement["missing"] for movement in movements.values()), Decimal(0))
    await _into_stock(work, document, counted)
    await move(work, document, movements)
    if missing > 0:
        note = f"{missing:f} pieces fewer than signed for"
        await open_exception(work, document.order, ExceptionKind.RECEIPT_DIFFERENCE, note)
    enter_state(
        work,
        document.order,
        OrderCommand.CONFIRM_RECEIPT,
        settle_state(document),
        data={"missing": str(missing)},
    )
    await settle_at_receipt(work, document)
    await cover_waiting(work, {key: count for key, count in counted.items() if count > 0})
    return order_id


@requires(Permission.RECEIPT_CONFIRM)
async def confirm_overdue_receipt(work: Work, order_id: UUID) -> UUID:
    """Let what was signed for count as received, once the agreed days are over (R3-62).

    Raises `NotPossibleNow` when it was confirmed, or more was signed for, meanwhile.
    """
    document = await open_for(work, order_id, OrderCommand.CONFIRM_RECEIPT)
    if not await is_receipt_overdue(work, order_id):
        state = OrderState(document.order.state)
        reason = "The days to confirm the receipt are not over."
        raise not_possible(OrderCommand.CONFIRM_RECEIPT, reason, state)
    return await confirm_receipt(work, order_id)


async def _keep_proofs(work: Work, shipment: Shipment, signature: Signature) -> None:
    shipment.signature_id = await keep_file(
        work, signature.signature_file_id, FilePurpose.SIGNATURE, "signatureFileId"
    )
    shipment.photo_id = await keep_file(
        work, signature.photo_file_id, FilePurpose.DELIVERY_PROOF, "photoFileId"
    )


def _check_cash(work: Work, signature: Signature) -> None:
    """Let nobody but who hands goods over say that money was taken for them."""
    if signature.cash is None:
        return
    if not (signature.cash.is_finite() and signature.cash >= 0):
        raise Invalid("cash", "must not be negative")
    if not (work.actor.may(Permission.PAYMENT_RECORD) or work.actor.may(Permission.SHIPMENT_WRITE)):
        raise Forbidden(Permission.PAYMENT_RECORD)


def _check_words(signature: Signature) -> None:
    if not signature.signed_by.strip():
        raise Invalid("signedBy", "must name who signed")
    if (signature.refused or signature.refuses_all) and not (signature.reason or "").strip():
        raise Invalid("reason", "must say why goods are refused")


def _counted(document: OrderDocument, received: Mapping[UUID, Decimal]) -> dict[UUID, Decimal]:
    signed = {line.id: buckets_of(line).to_receive for line in document.lines}
    check_pieces(document, received, signed, "received")
    return {**signed, **received}


async def _into_stock(work: Work, document: OrderDocument, counted: Mapping[UUID, Decimal]) -> None:
    """Lots keep their codes and dates down the chain; what is missing is taken off the last."""
    shipments = select(Shipment.id).where(Shipment.order_id == document.order.id)
    ids = (await work.session.scalars(shipments)).all()
    arrived = [line for line in await lines_of(work, ids) if _uncounted(line) > 0]
    shares = _shares(arrived, counted)
    lots = await lots_by_id(work, {line.lot_id for line, _ in shares})
    receipts = [
        Receipt(
            line.sku_id,
            share,
            lots[line.lot_id].code,
            lots[line.lot_id].produced_on,
            lots[line.lot_id].expires_on,
        )
        for line, share in shares
    ]
    found = {line.id: share for line, share in shares}
    rows = [
        {
            "id": line.id,
            "received": found.get(line.id, Decimal(0)),
            "missing": _uncounted(line) - found.get(line.id, Decimal(0)),
        }
        for line in arrived
    ]
    await update_rows(work, ShipmentLine, rows, add=["received", "missing"])
    if receipts:
        await receive(work, document.order.buyer_id, None, receipts, "order", document.order.id)


def _shares(
    arrived: Sequence[ShipmentLine], counted: Mapping[UUID, Decimal]
) -> list[tuple[ShipmentLine, Decimal]]:
    left = dict(counted)
    shares: list[tuple[ShipmentLine, Decimal]] = []
    for line in arrived:
        share = min(_uncounted(line), left[line.order_line_id])
        if share > 0:
            left[line.order_line_id] -= share
            shares.append((line, share))
    return shares


def _uncounted(line: ShipmentLine) -> Decimal:
    return line.signed - line.received - line.missing
