"""Set stock aside for orders, give it back, and note what is missing (R1-19..R1-24)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select, update

from app.db.bulk import update_rows
from app.db.work import Work
from app.inventory.operations import Demand, release, reserve
from app.orders.models import Shortage
from app.orders.operations.documents import (
    OrderDocument,
    buckets_of,
    enter_state,
    move,
    open_many,
    settle_state,
)
from app.orders.rules import buckets
from app.orders.rules.transitions import OrderCommand
from app.organisations.models import ShortagePolicy, TradingRelationship
from app.organisations.operations import find_relationship, organisations_named
from app.tenants.operations import local_day


async def allocate(work: Work, document: OrderDocument) -> None:
    """Set aside what there is for all open lines; the rest waits or is closed short."""
    order = document.order
    terms = await _terms(work, document)
    covered = await _reserve(
        work, document, terms, {line.id: line.unallocated for line in document.lines}
    )
    short_close = terms.shortage_policy == ShortagePolicy.SHORT_CLOSE
    movements = {
        line.id: buckets.allocate(
            buckets_of(line), covered.get(line.id, Decimal(0)), short_close=short_close
        )
        for line in document.lines
        if line.unallocated > 0
    }
    await move(work, document, movements)
    if not short_close:
        await _record_shortages(work, document)
    enter_state(work, order, OrderCommand.ALLOCATE, settle_state(document))


async def cover(work: Work, document: OrderDocument) -> Decimal:
    """Set free stock aside for what waits; returns the pieces covered."""
    terms = await _terms(work, document)
    covered = await _reserve(
        work, document, terms, {line.id: line.backordered for line in document.lines}
    )
    await _move_covered(work, document, covered)
    await _close_shortages(work, covered, by_order=document.order.id)
    return sum(covered.values(), Decimal(0))


async def cover_waiting(work: Work, received: Mapping[UUID, Decimal]) -> None:
    """Goods came for lines of the seller's own orders upstream: set them aside for those waiting.

    `received` holds pieces by supply line. Those who waited longest are served first.
    """
    shortages = await _open_shortages(work, received)
    wanted = _shares(shortages, received)
    documents = await open_many(work, sorted({item.order_id for item, _ in wanted}))
    for document in documents:  # as many as orders waited; each takes its own lines' stock
        mine = {
            item.order_line_id: share
            for item, share in wanted
            if item.order_id == document.order.id
        }
        covered = await _reserve(work, document, await _terms(work, document), mine)
        await _move_covered(work, document, covered)
        await _close_shortages(work, covered, by_order=document.order.id)


async def give_back(work: Work, document: OrderDocument) -> None:
    """Release what is set aside and not picked, and close the order's shortages."""
    unpicked = {line.id: buckets_of(line).to_pick for line in document.lines}
    kept = {key: quantity for key, quantity in unpicked.items() if quantity > 0}
    if kept:
        await release(work, document.order.id, kept)
    await close_all_shortages(work, document.order.id)


async def close_all_shortages(work: Work, order_id: UUID) -> None:
    """Nothing of the order waits any more."""
    await work.session.execute(
        update(Shortage)
        .where(Shortage.order_id == order_id, Shortage.closed_at.is_(None))
        .values(closed_at=work.now)
    )


async def _terms(work: Work, document: OrderDocument) -> TradingRelationship:
    terms = await find_relationship(work, document.order.relationship_id)
    if terms is None:
        msg = "an order's relationship is never deleted"
        raise LookupError(msg)
    return terms


async def _reserve(
    work: Work,
    document: OrderDocument,
    terms: TradingRelationship,
    wanted: Mapping[UUID, Decimal],
) -> dict[UUID, Decimal]:
    order = document.order
    oldest = await _expires_not_before(work, document, terms)
    demands = [
        Demand(line.id, line.sku_id, wanted[line.id], oldest)
        for line in document.lines
        if wanted.get(line.id, 0) > 0
    ]
    buyer = (await organisations_named(work, [order.buyer_id]))[order.buyer_id]
    return await reserve(work, order.seller_id, order.id, demands, buyer.region)


async def _expires_not_before(
    work: Work, document: OrderDocument, terms: TradingRelationship
) -> date:
    today = await local_day(work)
    arrives = document.order.requested_delivery_on or today + timedelta(days=terms.delivery_days)
    return max(today, arrives) + timedelta(days=terms.minimum_shelf_life_days)


async def _record_shortages(work: Work, document: OrderDocument) -> None:
    rows = [
        Shortage(
            organisation_id=document.order.seller_id,
            order_id=document.order.id,
            order_line_id=line.id,
            sku_id=line.sku_id,
            quantity=line.backordered,
            recorded_at=work.now,
        )
        for line in document.lines
        if line.backordered > 0
    ]
    if rows:
        await work.save(*rows)


async def _open_shortages(work: Work, received: Mapping[UUID, Decimal]) -> Sequence[Shortage]:
    statement = (
        select(Shortage)
        .where(Shortage.supply_line_id.in_(received), Shortage.closed_at.is_(None))
        .order_by(Shortage.recorded_at, Shortage.id)
    )
    return (await work.session.scalars(statement)).all()


def _shares(
    shortages: Sequence[Shortage], received: Mapping[UUID, Decimal]
) -> list[tuple[Shortage, Decimal]]:
    left = dict(received)
    shares: list[tuple[Shortage, Decimal]] = []
    for shortage in shortages:
        supply = shortage.supply_line_id
        share = min(left[supply], shortage.quantity - shortage.covered) if supply else Decimal(0)
        if supply and share > 0:
            left[supply] -= share
            shares.append((shortage, share))
    return shares


async def _move_covered(
    work: Work, document: OrderDocument, covered: Mapping[UUID, Decimal]
) -> None:
    movements = {key: buckets.cover_backorder(quantity) for key, quantity in covered.items()}
    await move(work, document, movements)
    enter_state(work, document.order, OrderCommand.COVER_BACKORDER, settle_state(document))


async def _close_shortages(work: Work, covered: Mapping[UUID, Decimal], *, by_order: UUID) -> None:
    statement = select(Shortage).where(Shortage.order_id == by_order, Shortage.closed_at.is_(None))
    rows = [
        {
            "id": shortage.id,
            "covered": shortage.covered + covered[shortage.order_line_id],
            "closed_at": _closing(work, shortage, covered[shortage.order_line_id]),
        }
        for shortage in (await work.session.scalars(statement)).all()
        if covered.get(shortage.order_line_id)
    ]
    await update_rows(work, Shortage, rows)


def _closing(work: Work, shortage: Shortage, covered: Decimal) -> datetime | None:
    return work.now if shortage.covered + covered >= shortage.quantity else None
