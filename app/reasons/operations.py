"""The facts behind reasons: what of a record and of people decides; unguarded."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import and_, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.catalog.models import Product
from app.db.tables import table_of
from app.db.work import Work
from app.inventory.models import StockLot, Warehouse
from app.kernel.errors import NotFound
from app.orders.models import Order, OrderLine
from app.orders.rules.states import OrderState
from app.organisations.models import (
    BranchConsent,
    Organisation,
    OrganisationAncestry,
    TradingRelationship,
    UpstreamVisibility,
)
from app.organisations.operations import counts, present_reps, visible_below_of
from app.pricing.models import PriceList
from app.rbac import operations as rbac
from app.rbac.models import Membership
from app.reasons.rules import HeldRole, Record, RecordKind, Somebody

_Column = InstrumentedAttribute[UUID]
_OWNERS: dict[RecordKind, tuple[_Column, _Column]] = {
    RecordKind.PRICE_LIST: (PriceList.id, PriceList.seller_id),
    RecordKind.PRODUCT: (Product.id, Product.owner_id),
    RecordKind.STOCK_LOT: (StockLot.id, StockLot.organisation_id),
    RecordKind.WAREHOUSE: (Warehouse.id, Warehouse.organisation_id),
}


_OVER = {OrderState.DRAFT, OrderState.COMPLETED, OrderState.REJECTED, OrderState.CANCELLED}
IN_HAND = tuple(state.value for state in OrderState if state not in _OVER)


async def record_of(work: Work, kind: RecordKind, record_id: UUID) -> Record:
    """Return what decides who reaches a record; at most three statements; raises `NotFound`."""
    if kind is RecordKind.ORDER:
        return await _order(work, record_id)
    if kind is RecordKind.CUSTOMER:
        return await _customer(work, record_id)
    if kind is RecordKind.ORGANISATION:
        await _one(work, Organisation.id, Organisation.id, record_id)
        seen_from = await _seen_from(work, record_id, None)
        consents = await _consents(work, record_id)
        return Record(kind, record_id, seen_from=seen_from, consents=consents)
    key, owner = _OWNERS[kind]
    (owner_id,) = await _one(work, key, owner, record_id)
    return Record(kind, owner_id)


async def somebodies(work: Work, members: Sequence[Membership]) -> list[Somebody]:
    """Return people with the roles that they hold, in the order given; two statements."""
    held = await rbac.roles_of(work, [member.id for member in members])
    rights = await rbac.rights_of(work, {role.id for of in held.values() for role in of})
    return [
        Somebody(
            member.id,
            member.organisation_id,
            member.ended_at is None,
            tuple(HeldRole(role.name, tuple(rights[role.id])) for role in held[member.id]),
            rbac.compiled({role.id: rights[role.id] for role in held[member.id]}),
        )
        for member in members
    ]


async def _order(work: Work, order_id: UUID) -> Record:
    row = (
        await work.session.execute(
            select(
                Order.seller_id,
                Order.buyer_id,
                Order.placed_by_membership_id,
                Order.placed_by_organisation_id,
                Order.submitted_at,
                Order.relationship_id,
                TradingRelationship.upstream_visibility,
            )
            .join(TradingRelationship, TradingRelationship.id == Order.relationship_id)
            .where(Order.id == order_id)
        )
    ).first()
    if row is None:
        raise NotFound("Order")
    seller, buyer, placed_by, drafter, submitted, relationship, shows = row
    is_shown = shows == UpstreamVisibility.ORDERS
    return Record(
        RecordKind.ORDER,
        seller,
        buyer,
        placed_by,
        None if submitted else drafter,
        await _looked_after_by(work, relationship),
        await _seen_from(work, seller, submitted) if is_shown else frozenset(),
    )


async def _customer(work: Work, relationship_id: UUID) -> Record:
    found = await work.session.scalar(
        select(TradingRelationship).where(TradingRelationship.id == relationship_id)
    )
    if found is None:
        raise NotFound("TradingRelationship")
    is_shown = found.upstream_visibility == UpstreamVisibility.ORDERS
    seller = found.seller_id
    return Record(
        RecordKind.CUSTOMER,
        seller,
        found.buyer_id,
        looked_after_by=await _looked_after_by(work, relationship_id),
        seen_from=await _seen_from(work, seller, found.valid_until) if is_shown else frozenset(),
    )


async def _looked_after_by(work: Work, relationship_id: UUID) -> frozenset[UUID]:
    return frozenset(await present_reps(work, relationship_id))


async def _seen_from(work: Work, organisation_id: UUID, until: datetime | None) -> frozenset[UUID]:
    """Return who stands above an organisation and sees it, and stood there by an instant."""
    above = table_of(OrganisationAncestry).alias("above")
    below = visible_below_of(literal(work.tenant_id), above.c.ancestor_id, literal(work.now))
    came_in_time = [] if until is None else [or_(above.c.since.is_(None), above.c.since <= until)]
    statement = select(above.c.ancestor_id).where(
        above.c.tenant_id == work.tenant_id,
        above.c.descendant_id == organisation_id,
        above.c.distance > 0,
        above.c.descendant_id.in_(below.correlate(above)),
        *came_in_time,
    )
    return frozenset(await work.session.scalars(statement))


async def _consents(work: Work, organisation_id: UUID) -> frozenset[tuple[UUID, str]]:
    """Return who above reaches an organisation by its consent, with the permission."""
    statement = select(BranchConsent.above_id, BranchConsent.permission).where(
        BranchConsent.below_id == organisation_id, counts(work)
    )
    found = await work.session.execute(statement)
    return frozenset((above_id, permission) for above_id, permission in found)


async def _one(
    work: Work,
    key: InstrumentedAttribute[UUID],
    owner: InstrumentedAttribute[UUID],
    record_id: UUID,
) -> Sequence[Any]:
    row = (await work.session.execute(select(owner).where(key == record_id))).first()
    if row is None:
        raise NotFound(key.class_.__name__)
    return row


async def discounts_in_hand(work: Work, membership_id: UUID) -> Sequence[Decimal]:
    """Return the discounts by hand that somebody gave on orders of the own organisation in hand.

    One a line of an order's present revision, in percent; one statement. Orders in hand are neither
    drafted, completed, rejected nor cancelled.
    """
    percents = await work.session.scalars(
        select(OrderLine.discount_percent)
        .join(Order, and_(Order.id == OrderLine.order_id, Order.revision == OrderLine.revision))
        .where(
            Order.seller_id == work.actor.own_organisation,
            Order.state.in_(IN_HAND),
            OrderLine.discounted_by_membership_id == membership_id,
            OrderLine.discount_percent.is_not(None),
        )
    )
    return [percent for percent in percents if percent is not None]
