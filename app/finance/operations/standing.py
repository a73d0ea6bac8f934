"""What is owed."""

from collections.abc import Collection
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from app.db.work import Work
from app.finance.models import Invoice, Payment


async def receivable(work: Work, relationship_id: UUID) -> Decimal:
    """Return open invoices minus unallocated payments; below zero the buyer is ahead."""
    statement = select(receivable_in(work, relationship_id))
    return Decimal((await work.session.execute(statement)).scalar_one())


def receivable_in(work: Work, relationship_id: UUID) -> ColumnElement[Decimal]:
    """Select what `receivable` returns, for a statement that reads more than that."""
    owed = select(func.coalesce(func.sum(Invoice.total - Invoice.paid), 0)).where(
        Invoice.tenant_id == work.tenant_id, Invoice.relationship_id == relationship_id
    )
    ahead = select(func.coalesce(func.sum(Payment.unallocated), 0)).where(
        Payment.tenant_id == work.tenant_id, Payment.relationship_id == relationship_id
    )
    return owed.scalar_subquery() - ahead.scalar_subquery()


async def invoices_of(work: Work, source_ids: Collection[UUID]) -> dict[UUID, Invoice]:
    """Return the invoice of each source that has one."""
    statement = select(Invoice).where(Invoice.source_id.in_(source_ids))
    return {
        invoice.source_id: invoice for invoice in (await work.session.execute(statement)).scalars()
    }
