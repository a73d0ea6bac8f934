"""Note which payments and credit notes cover which invoices."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from app.db.work import Work
from app.finance.models import InvoiceAllocation
from app.kernel.ids import new_id


@dataclass(frozen=True, slots=True)
class Allocation:
    """So much of a payment covers an invoice; of a credit note where `is_credit`."""

    invoice_id: UUID
    source_id: UUID
    amount: Decimal
    is_credit: bool = False


async def note_allocations(work: Work, allocations: Sequence[Allocation]) -> None:
    """Write allocations in one statement; what the invoices have as paid is for the caller."""
    rows = [
        {
            "id": new_id(),
            "invoice_id": each.invoice_id,
            "payment_id": None if each.is_credit else each.source_id,
            "credit_note_id": each.source_id if each.is_credit else None,
            "amount": each.amount,
            "allocated_at": work.now,
        }
        for each in allocations
    ]
    if rows:
        await work.insert(InvoiceAllocation, rows)
