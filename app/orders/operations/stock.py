"""Set stock aside for orders, give it back, and note what is missing (R1-19..R1-24)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select, update

from app.db.bulk import update_rows
from app.db.work import Work
from app.inventory.operations import Buyer, Demand, release, reserve, reserve_for_many
from app.orders.models import Order, OrderLine, Shortage
from app.orders.operations.benefits import take_back_if_cancelled
from app.orders.operations.documents import (
    OrderDocument,
    buckets_of,
    enter_state,
    event_of,
    move,
    move_all,
    open_many,
    settle_state,
)
from app.orders.operations.holds import is_held_in
from app.orders.rules import buckets
from app.orders.rules.transitions import OrderCommand
from app.organisations.models import ShortagePolicy, TradingRelationship
from app.organisations.operations import (
    find_relationship,
    find_relationships,
    organisations_named,
)
from app.quotes.operations.keeping import kept_days, lives_for
from app.rbac.operations import people_of
from app.rbac.permissions import Permission
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
        await record_shortages(work, [document])
    state = settle_state(document)
    await take_back_if_cancelled(work, order, state)
    enter_state(work, order, OrderCommand.ALLOCATE, state)


async def cover(work: Work, document: OrderDocument) -> Decimal:
    """Set free stock aside for what waits; returns the pieces covered."""
    terms = await _terms(work, document)
    covered = await _reserve(
        work, document, terms, {line.id: line.backordered for line in document.lines}
    )
    await move(work, document, _coverings(covered))
    enter_state(work, document.order, OrderCommand.COVER_BACKORDER, settle_state(document))
    await close_covered_shortages(work, covered)
    return sum(covered.values(), Decimal(0))


async def cover_waiting(work: Work, received: Mapping[UUID, Decimal]) -> None:
    """Goods came for lines of the seller's own orders upstream: set them aside for those waiting.

    `received` holds pieces by supply line. Those who waited longest are served first; the number of
    statements does not depend on how many waited.
    """
    wanted = _shares(await _open_shortages(work, received), received)
    if not wanted:
        return
    documents = await open_many(work, sorted({shortage.order_id for shortage, _ in wanted}))
    terms = await find_relationships(work, [item.order.relationship_id for item in documents])
    keeps = await days_to_keep(work, documents, terms)
    buyers = await buyers_of(work, documents, terms)
    packs = {line.id: line.unit_factor for each in documents for line in each.lines}
    demands = [
        Demand(
            item.order_line_id,
            item.sku_id,
            share,
            keeps[item.order_id, item.sku_id],
            buyers[item.order_id],
            packs[item.order_line_id],
        )
        for item, share in wanted
    ]
    sources = {item.order_line_id: item.order_id for item, _ in wanted}
    seller = documents[0].order.seller_id
    covered = await reserve_for_many(work, seller, sources, demands)
    await move_all(work, documents, _coverings(covered))
    for document in documents:
        if any(covered.get(line.id) for line in document.lines):
            state = settle_state(document)
            enter_state(work, document.order, OrderCommand.COVER_BACKORDER, state)
    await close_covered_shortages(work, covered)


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
    keeps = await days_to_keep(work, [document], {terms.id: terms})
    buyer = (await buyers_of(work, [document], {terms.id: terms}))[order.id]
    demands = [
        Demand(
            line.id,
            line.sku_id,
            wanted[line.id],
            keeps[order.id, line.sku_id],
            buyer,
            line.unit_factor,
        )
        for line in document.lines
        if wanted.get(line.id, 0) > 0
    ]
    return await reserve(work, order.seller_id, order.id, demands)


async def buyers_of(
    work: Work,
    documents: Sequence[OrderDocument],
    terms: Mapping[UUID, TradingRelationship],
) -> dict[UUID, Buyer]:
    """Return for whom each order's goods are, by order."""
    named = await organisations_named(work, {document.order.buyer_id for document in documents})
    return {
        order.id: Buyer(
            order.relationship_id,
            terms[order.relationship_id].level_id,
            named[order.buyer_id].region,
            order.delivery_mode,
        )
        for order in (document.order for document in documents)
    }


async def days_to_keep(
    work: Work,
    documents: Sequence[OrderDocument],
    terms: Mapping[UUID, TradingRelationship],
) -> dict[tuple[UUID, UUID], date]:
    """Return until when goods must keep, by order and SKU: delivery plus the buyer's minimum."""
    today = await local_day(work)
    skus = {line.sku_id for document in documents for line in document.lines}
    lives = await lives_for(work, terms.values(), skus)
    days: dict[tuple[UUID, UUID], date] = {}
    for document in documents:
        asked = terms[document.order.relationship_id]
        usual = today + timedelta(days=asked.delivery_days)
        arrives = max(today, document.order.requested_delivery_on or usual)
        for sku_id in {line.sku_id for line in document.lines}:
            kept = timedelta(days=kept_days(asked, lives.get(sku_id)))
            days[document.order.id, sku_id] = arrives + kept
    return days


async def record_shortages(work: Work, documents: Sequence[OrderDocument]) -> None:
    """Note what orders that were just allocated wait for, and tell who buys for the seller (R1-23).

    Two statements, none where nothing waits.
    """
    rows = [
        Shortage(
            organisation_id=document.order.seller_id,
            order_id=document.order.id,
            order_line_id=line.id,
            sku_id=line.sku_id,
            quantity=line.backordered,
            recorded_at=work.now,
        )
        for document in documents
        for line in document.lines
        if line.backordered > 0
    ]
    if not rows:
        return
    await work.save(*rows)
    (seller_id,) = {row.organisation_id for row in rows}
    buyers = await people_of(work, [seller_id], Permission.PROCUREMENT_WRITE)
    told = {"recipients": [str(person) for person in buyers]}
    for document in documents:
        pieces = sum(
            (row.quantity for row in rows if row.order_id == document.order.id), Decimal(0)
        )
        if pieces > 0:
            data = {"pieces": f"{pieces.normalize():f}", **told}
            work.tell(event_of("goods_short", document.order, data))


async def miss(work: Work, document: OrderDocument, line: OrderLine, quantity: Decimal) -> None:
    """Goods set aside for a line were not found: they wait again, or are closed short.

    The state is for the caller to enter.
    """
    terms = await _terms(work, document)
    short_close = terms.shortage_policy == ShortagePolicy.SHORT_CLOSE
    await move(work, document, {line.id: buckets.fall_short(quantity, short_close=short_close)})
    if short_close:
        return
    statement = select(Shortage).where(
        Shortage.order_line_id == line.id, Shortage.closed_at.is_(None)
    )
    known = await work.session.scalar(statement)
    if known is None:
        await record_shortages(work, [OrderDocument(document.order, [line])])
    else:
        known.quantity += quantity


async def _open_shortages(work: Work, received: Mapping[UUID, Decimal]) -> Sequence[Shortage]:
    statement = (
        select(Shortage)
        .join(Order, Order.id == Shortage.order_id)
        .where(
            Shortage.supply_line_id.in_(received),
            Shortage.closed_at.is_(None),
            ~is_held_in(work),
        )
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


def _coverings(covered: Mapping[UUID, Decimal]) -> dict[UUID, buckets.Movement]:
    return {key: buckets.cover_backorder(quantity) for key, quantity in covered.items()}


async def close_covered_shortages(work: Work, covered: Mapping[UUID, Decimal]) -> None:
    """Note what is covered; a line has one open shortage at most."""
    statement = select(Shortage).where(
        Shortage.order_line_id.in_(covered), Shortage.closed_at.is_(None)
    )
    rows = [
        {
            "id": shortage.id,
            "covered": shortage.covered + covered[shortage.order_line_id],
            "closed_at": _closing(work, shortage, covered[shortage.order_line_id]),
        }
        for shortage in (await work.session.scalars(statement)).all()
        if covered[shortage.order_line_id]
    ]
    await update_rows(work, Shortage, rows)


def _closing(work: Work, shortage: Shortage, covered: Decimal) -> datetime | None:
    return work.now if shortage.covered + covered >= shortage.quantity else None
