"""Put orders and customers on hold, let them go, or let one order go on nevertheless."""

from datetime import datetime
from uuid import UUID

from app.audit.operations import record
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.kernel.errors import Invalid, NotFound
from app.orders import locks
from app.orders.commands.decide import stated
from app.orders.models import HoldKind, HoldOverride, OrderHold
from app.orders.operations.documents import enter_state, open_for
from app.orders.operations.holds import holds_on
from app.orders.rules.states import OrderState
from app.orders.rules.transitions import OrderCommand
from app.organisations.operations import find_relationship
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.ORDER_REVIEW, Permission.CREDIT_RELEASE)
async def hold_order(
    work: Work, order_id: UUID, kind: HoldKind, reason: str, expires_at: datetime | None = None
) -> UUID:
    """Keep one order of a customer from going on: no stock is set aside, nothing is shipped."""
    document = await open_for(work, order_id, OrderCommand.HOLD)
    order = document.order
    hold = _new(work, order.seller_id, order.relationship_id, kind, reason, expires_at)
    hold.order_id = order.id
    await work.save(hold)
    state = OrderState(order.state)
    enter_state(work, order, OrderCommand.HOLD, state, reason=hold.reason, data={"kind": kind})
    return order_id


@requires(Permission.CREDIT_RELEASE)
async def hold_customer(
    work: Work,
    relationship_id: UUID,
    kind: HoldKind,
    reason: str,
    expires_at: datetime | None = None,
) -> OrderHold:
    """Keep all of a customer's orders from going on: those there are, and every new one.

    Raises `NotFound` where the actor's organisation is not the seller.
    """
    terms = await find_relationship(work, relationship_id)
    own = work.actor.own_organisation
    if terms is None or terms.seller_id != own:
        raise NotFound("TradingRelationship").at("relationshipId")
    hold = _new(work, own, relationship_id, kind, reason, expires_at)
    await work.save(hold)
    after = {"hold_id": str(hold.id), "kind": kind}
    record(
        work,
        "HOLD_CUSTOMER",
        "trading_relationship",
        relationship_id,
        after=after,
        reason=hold.reason,
    )
    return hold


@requires(Permission.CREDIT_RELEASE)
async def release_hold(work: Work, hold_id: UUID, reason: str) -> OrderHold:
    """End a hold of the own organisation; what it kept goes on if nothing else keeps it."""
    hold = await locks.hold(work, hold_id, OrderHold.seller_id == work.actor.own_organisation)
    if hold is None:
        raise NotFound("OrderHold")
    words = stated(reason)
    if hold.ended_at is None:
        hold.ended_at = work.now
        hold.ended_by_membership_id = work.actor.membership_id
        hold.ended_by_name = work.actor.name
        hold.end_reason = words
        _ended(work, hold, "RELEASE_HOLD", words)
    return hold


@requires(Permission.CREDIT_RELEASE)
async def override_holds(work: Work, order_id: UUID, reason: str) -> UUID:
    """Let one order go on whatever keeps it now; later holds count, and others' stay."""
    document = await open_for(work, order_id, OrderCommand.OVERRIDE_HOLD)
    order, words = document.order, stated(reason)
    found = await holds_on(work, order)
    rows = [
        {
            "hold_id": hold.id,
            "order_id": order.id,
            "by_membership_id": work.actor.membership_id,
            "by_name": work.actor.name,
            "reason": words,
            "at": work.now,
        }
        for hold in found
    ]
    await work.insert(HoldOverride, rows)
    state = OrderState(order.state)
    data = {"kinds": sorted({hold.kind for hold in found})}
    enter_state(work, order, OrderCommand.OVERRIDE_HOLD, state, reason=words, data=data)
    return order_id


@requires(Permission.CREDIT_RELEASE)
async def end_expired_hold(work: Work, hold_id: UUID) -> UUID:
    """Note that a hold's time is over; for the system. It counted no more from that instant on."""
    hold = await locks.hold(work, hold_id)
    if hold is None:
        raise NotFound("OrderHold")
    if hold.ended_at is None and hold.expires_at is not None and hold.expires_at <= work.now:
        hold.ended_at = hold.expires_at
        _ended(work, hold, "EXPIRE_HOLD", None)
    return hold_id


def _new(  # noqa: PLR0913, PLR0917  # a hold has these parts
    work: Work,
    seller_id: UUID,
    relationship_id: UUID,
    kind: HoldKind,
    reason: str,
    expires_at: datetime | None,
) -> OrderHold:
    if expires_at is not None and expires_at <= work.now:
        raise Invalid("expiresAt", "must be in the future")
    return OrderHold(
        seller_id=seller_id,
        relationship_id=relationship_id,
        kind=kind,
        reason=stated(reason),
        set_at=work.now,
        set_by_membership_id=work.actor.membership_id,
        set_by_name=work.actor.name,
        expires_at=expires_at,
    )


def _ended(work: Work, hold: OrderHold, action: str, reason: str | None) -> None:
    of_order = hold.order_id is not None
    kind = "order" if of_order else "trading_relationship"
    subject = hold.order_id or hold.relationship_id
    after = {"hold_id": str(hold.id), "kind": hold.kind}
    record(work, action, kind, subject, after=after, reason=reason)
    data = {"seller_id": str(hold.seller_id), "relationship_id": str(hold.relationship_id)}
    work.tell(DomainEvent("order_hold_ended", "order_hold", hold.id, data))
