"""What is owed."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from app.db.tables import table_of
from app.db.work import Work
from app.finance.models import CreditNote, Invoice, Payment, PrepaidAccount


async def receivable(work: Work, relationship_id: UUID) -> Decimal:
    """Return open invoices minus what was paid ahead, and credit; below zero the buyer is ahead."""
    statement = select(receivable_in(work.tenant_id, relationship_id))
    return Decimal((await work.session.execute(statement)).scalar_one())


def receivable_in(tenant_id: Any, relationship_id: Any) -> ColumnElement[Decimal]:
    """Select what `receivable` returns, for a statement that reads more than that."""
    bill, payment = table_of(Invoice).c, table_of(Payment).c
    note, prepaid = table_of(CreditNote).c, table_of(PrepaidAccount).c
    owed = select(func.coalesce(func.sum(bill.total - bill.paid), 0)).where(
        bill.tenant_id == tenant_id, bill.relationship_id == relationship_id
    )
    ahead = select(func.coalesce(func.sum(payment.unallocated), 0)).where(
        payment.tenant_id == tenant_id, payment.relationship_id == relationship_id
    )
    credited = select(func.coalesce(func.sum(note.unallocated), 0)).where(
        note.tenant_id == tenant_id, note.relationship_id == relationship_id
    )
    balance = select(func.coalesce(func.sum(prepaid.balance), 0)).where(
        prepaid.tenant_id == tenant_id, prepaid.relationship_id == relationship_id
    )
    parts = (ahead, credited, balance)
    return owed.scalar_subquery() - sum(part.scalar_subquery() for part in parts)


def oldest_unpaid_in(tenant_id: Any, relationship_id: Any) -> ColumnElement[datetime | None]:
    """Select since when the oldest invoice is owed that is not paid in full; none when all are."""
    bill = table_of(Invoice).c
    unpaid = select(func.min(bill.issued_at)).where(
        bill.tenant_id == tenant_id,
        bill.relationship_id == relationship_id,
        bill.paid < bill.total,
    )
    return unpaid.scalar_subquery()


async def invoices_of(work: Work, source_ids: Collection[UUID]) -> dict[UUID, Invoice]:
    """Return the invoice of each source that has one."""
    statement = select(Invoice).where(Invoice.source_id.in_(source_ids))
    return {
        invoice.source_id: invoice for invoice in (await work.session.execute(statement)).scalars()
    }
