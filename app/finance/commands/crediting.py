"""Credit what was billed and did not arrive as billed (R3-28)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.db.idempotency import once
from app.db.work import Work
from app.finance import locks
from app.finance.operations.crediting import CreditedPieces, issue_credit_note
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import new_id
from app.rbac.guard import requires
from app.rbac.permissions import Permission

LONGEST_REASON = 500
MOST_LINES = 500


@dataclass(frozen=True, slots=True)
class CreditWish:
    """Pieces of an own invoice to credit, and why."""

    invoice_id: UUID
    lines: Sequence[CreditedPieces]
    reason: str
    idempotency_key: str


@requires(Permission.ORDER_SETTLE)
async def credit_invoice(work: Work, wish: CreditWish) -> UUID:
    """Issue a credit note for pieces of an invoice of the own organisation, at what was billed.

    Returns the note's id. Raises `CreditTooLarge`, and `NotFound` for others' invoices.
    """
    reason = wish.reason.strip()
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise Invalid("reason", f"must have 1 to {LONGEST_REASON} characters")
    if len(wish.lines) > MOST_LINES:
        raise Invalid("lines", f"must be at most {MOST_LINES}")

    async def command(note_id: UUID) -> None:
        invoice = await locks.own_invoice(work, wish.invoice_id)
        if invoice is None:
            raise NotFound("Invoice").at("invoiceId")
        await issue_credit_note(work, note_id, invoice, wish.lines, reason)

    body = [wish.invoice_id, [[each.position, each.quantity, each.cause] for each in wish.lines]]
    return await once(
        work, wish.idempotency_key, "creditInvoice", [*body, reason], new_id(), command
    )
