"""Row locks of finance: the invoice of a source first, then its payments in order of arrival."""

from uuid import UUID

from sqlalchemy import select

from app.db.work import Work
from app.finance.models import Invoice, Payment


async def invoice_of(work: Work, source_id: UUID) -> Invoice | None:
    """Lock and return the invoice of a source, if there is one."""
    statement = select(Invoice).where(Invoice.source_id == source_id).with_for_update()
    fresh = statement.execution_options(populate_existing=True)
    return (await work.session.execute(fresh)).scalar_one_or_none()


async def own_invoice(work: Work, invoice_id: UUID) -> Invoice | None:
    """Lock and return an invoice that the own organisation issued."""
    statement = (
        select(Invoice)
        .where(Invoice.id == invoice_id, Invoice.seller_id == work.actor.own_organisation)
        .with_for_update()
    )
    fresh = statement.execution_options(populate_existing=True)
    return (await work.session.execute(fresh)).scalar_one_or_none()


async def unallocated_payments(work: Work, source_id: UUID) -> list[Payment]:
    """Lock and return the payments for a source that no invoice has taken in full."""
    statement = (
        select(Payment)
        .where(Payment.source_id == source_id, Payment.unallocated > 0)
        .order_by(Payment.received_at, Payment.id)
        .with_for_update()
    )
    fresh = statement.execution_options(populate_existing=True)
    return list((await work.session.execute(fresh)).scalars())
