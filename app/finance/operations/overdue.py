"""Which invoices were not paid when they were due."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.db.work import Work
from app.finance.models import Invoice
from app.tenants.operations import local_day

MOST_A_RUN = 100


async def overdue_invoices(work: Work) -> Sequence[UUID]:
    """Return open invoices due before today, of which nobody was told; bounded, oldest first."""
    statement = (
        select(Invoice.id)
        .where(
            Invoice.due_on < await local_day(work),
            Invoice.paid < Invoice.total,
            Invoice.overdue_told_at.is_(None),
        )
        .order_by(Invoice.due_on, Invoice.id)
        .limit(MOST_A_RUN)
    )
    return (await work.session.scalars(statement)).all()
