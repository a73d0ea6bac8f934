"""What an actor may read of invoices and payments (R3-26)."""

from collections.abc import Collection
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from app.db.keyset import newest_first
from app.db.work import Work
from app.finance.models import Invoice, InvoiceLine, Payment
from app.kernel.actor import Scope
from app.kernel.errors import NotFound
from app.kernel.paging import Page, PageRequest, page_of
from app.organisations.models import AssignedRep, TradingRelationship
from app.rbac.guard import requires
from app.rbac.permissions import Permission


class InvoiceSide(StrEnum):
    """Whose invoices: those the own organisation issued, or those it received."""

    ISSUED = "ISSUED"
    RECEIVED = "RECEIVED"


@requires(Permission.INVOICE_READ)
async def invoices(
    work: Work, page: PageRequest, side: InvoiceSide | None = None, *, only_open: bool = False
) -> Page[Invoice]:
    """Return visible invoices, the newest first; `only_open` leaves out what is paid in full."""
    statement = select(Invoice).where(_visible_invoices(work))
    if side is InvoiceSide.ISSUED:
        statement = statement.where(Invoice.seller_id == work.actor.own_organisation)
    if side is InvoiceSide.RECEIVED:
        statement = statement.where(Invoice.buyer_id == work.actor.own_organisation)
    if only_open:
        statement = statement.where(Invoice.paid < Invoice.total)
    in_order = newest_first(statement, page, Invoice.id)
    rows = (await work.session.execute(in_order)).scalars().all()
    return page_of(rows, page, lambda row: (str(row.id),))


@requires(Permission.INVOICE_READ)
async def invoice(work: Work, invoice_id: UUID) -> Invoice:
    """Return one visible invoice; raises `NotFound`."""
    found = (await _invoices_by(work, Invoice.id, {invoice_id})).get(invoice_id)
    if found is None:
        raise NotFound("Invoice")
    return found


@requires()
async def invoices_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, Invoice]:
    """Return visible invoices by id; none without the permission INVOICE_READ."""
    return await _invoices_by(work, Invoice.id, ids)


@requires()
async def invoices_by_source(work: Work, source_ids: Collection[UUID]) -> dict[UUID, Invoice]:
    """Return the visible invoice of each source; none without the permission INVOICE_READ."""
    return await _invoices_by(work, Invoice.source_id, source_ids)


@requires(Permission.INVOICE_READ)
async def invoice_lines(work: Work, invoice_ids: Collection[UUID]) -> dict[UUID, list[InvoiceLine]]:
    """Return the lines of visible invoices by position; one statement."""
    lines: dict[UUID, list[InvoiceLine]] = {invoice_id: [] for invoice_id in invoice_ids}
    statement = (
        select(InvoiceLine)
        .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
        .where(InvoiceLine.invoice_id.in_(set(invoice_ids)), _visible_invoices(work))
        .order_by(InvoiceLine.position)
    )
    for row in (await work.session.execute(statement)).scalars():
        lines[row.invoice_id].append(row)
    return lines


@requires()
async def payments_by_source(work: Work, source_ids: Collection[UUID]) -> dict[UUID, list[Payment]]:
    """Return visible payments for each source, the earliest first; none without INVOICE_READ."""
    payments: dict[UUID, list[Payment]] = {source: [] for source in source_ids}
    if not work.actor.may(Permission.INVOICE_READ):
        return payments
    statement = (
        select(Payment)
        .join(TradingRelationship, TradingRelationship.id == Payment.relationship_id)
        .where(Payment.source_id.in_(set(source_ids)), _visible_payments(work))
        .order_by(Payment.received_at, Payment.id)
    )
    for row in (await work.session.execute(statement)).scalars():
        payments[row.source_id].append(row)
    return payments


async def _invoices_by(
    work: Work, key: InstrumentedAttribute[UUID], ids: Collection[UUID]
) -> dict[UUID, Invoice]:
    if not work.actor.may(Permission.INVOICE_READ):
        return {}
    statement = select(Invoice).where(key.in_(set(ids)), _visible_invoices(work))
    rows = (await work.session.execute(statement)).scalars()
    return {getattr(row, key.key): row for row in rows}


def _visible_invoices(work: Work) -> ColumnElement[bool]:
    return _is_ours(work, Invoice.seller_id, Invoice.buyer_id, Invoice.relationship_id)


def _visible_payments(work: Work) -> ColumnElement[bool]:
    parties = TradingRelationship.seller_id, TradingRelationship.buyer_id
    return _is_ours(work, *parties, Payment.relationship_id)


def _is_ours(
    work: Work,
    seller: InstrumentedAttribute[UUID],
    buyer: InstrumentedAttribute[UUID],
    relationship: InstrumentedAttribute[UUID],
) -> ColumnElement[bool]:
    """Hold money between two parties to what the actor may see: the one place that decides (F2).

    ASSIGNED: customers looked after. Wider: where the own organisation sells or buys; relationships
    further down show orders upstream, never money.
    """
    if work.actor.is_system:
        return true()
    own = work.actor.own_organisation
    if work.actor.scope_of(Permission.INVOICE_READ).covers(Scope.ORGANISATION):
        return or_(seller == own, buyer == own)
    looked_after = select(AssignedRep.relationship_id).where(
        AssignedRep.tenant_id == work.tenant_id,
        AssignedRep.membership_id == work.actor.membership_id,
    )
    return and_(seller == own, relationship.in_(looked_after))
