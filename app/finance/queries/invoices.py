"""What an actor may read of invoices and payments (R3-26)."""

from collections.abc import Collection
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Select, Uuid, any_, bindparam, select
from sqlalchemy.orm import InstrumentedAttribute

from app.db.keyset import newest_first
from app.db.reading import TENANT, rows_like
from app.db.tables import table_of
from app.db.work import Work
from app.finance.models import Invoice, InvoiceLine, Payment
from app.finance.operations.sight import (
    ANYBODY,
    ours,
    reach_of,
    visible_invoices,
    visible_payments,
)
from app.kernel.actor import Scope
from app.kernel.errors import NotFound
from app.kernel.paging import Page, PageRequest, page_of
from app.organisations.models import TradingRelationship
from app.rbac.guard import requires
from app.rbac.permissions import Permission

_invoice = table_of(Invoice)
_IDS = bindparam("ids", type_=ARRAY(Uuid()))


class InvoiceSide(StrEnum):
    """Whose invoices: those the own organisation issued, or those it received."""

    ISSUED = "ISSUED"
    RECEIVED = "RECEIVED"


@requires(Permission.INVOICE_READ)
async def invoices(
    work: Work, page: PageRequest, side: InvoiceSide | None = None, *, only_open: bool = False
) -> Page[Invoice]:
    """Return visible invoices, the newest first; `only_open` leaves out what is paid in full."""
    statement = select(Invoice).where(visible_invoices(work))
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
        .where(InvoiceLine.invoice_id.in_(set(invoice_ids)), visible_invoices(work))
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
        .where(Payment.source_id.in_(set(source_ids)), visible_payments(work))
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
    own, member = work.actor.organisation_id, work.actor.membership_id
    given = {
        "ids": list(set(ids)),
        "own_organisation": own,
        "own_membership": member,
        "now": work.now,
    }
    found = await rows_like(Invoice, work, _seen_by(key.key, reach_of(work)), **given)
    return {getattr(row, key.key): row for row in found}


@cache
def _seen_by(key: str, reach: Scope) -> Select[Any]:
    columns = _invoice.c
    parties = columns.seller_id, columns.buyer_id, columns.relationship_id
    return select(_invoice).where(
        columns.tenant_id == TENANT, columns[key] == any_(_IDS), ours(reach, parties, ANYBODY)
    )
