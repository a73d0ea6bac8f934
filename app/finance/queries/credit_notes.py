"""What an actor may read of credit notes."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select

from app.db.keyset import newest_first
from app.db.work import Work
from app.finance.models import CreditNote, CreditNoteLine, InvoiceLine
from app.finance.operations.sight import visible_credit_notes
from app.finance.queries.invoices import InvoiceSide
from app.kernel.errors import NotFound
from app.kernel.paging import Page, PageRequest, page_of
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.INVOICE_READ)
async def credit_notes(
    work: Work, page: PageRequest, side: InvoiceSide | None = None
) -> Page[CreditNote]:
    """Return visible credit notes, the newest first."""
    statement = select(CreditNote).where(visible_credit_notes(work))
    own = work.actor.own_organisation
    if side is InvoiceSide.ISSUED:
        statement = statement.where(CreditNote.seller_id == own)
    if side is InvoiceSide.RECEIVED:
        statement = statement.where(CreditNote.buyer_id == own)
    rows = (await work.session.scalars(newest_first(statement, page, CreditNote.id))).all()
    return page_of(rows, page, lambda row: (str(row.id),))


@requires(Permission.INVOICE_READ)
async def credit_note(work: Work, note_id: UUID) -> CreditNote:
    """Return one visible credit note; raises `NotFound`."""
    found = (await credit_notes_by_id(work, {note_id})).get(note_id)
    if found is None:
        raise NotFound("CreditNote")
    return found


@requires()
async def credit_notes_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, CreditNote]:
    """Return visible credit notes by id; none without the permission INVOICE_READ."""
    if not work.actor.may(Permission.INVOICE_READ):
        return {}
    statement = select(CreditNote).where(CreditNote.id.in_(set(ids)), visible_credit_notes(work))
    return {row.id: row for row in await work.session.scalars(statement)}


@requires(Permission.INVOICE_READ)
async def credit_notes_of(
    work: Work, invoice_ids: Collection[UUID]
) -> dict[UUID, list[CreditNote]]:
    """Return the visible credit notes of each invoice, the earliest first; one statement."""
    notes: dict[UUID, list[CreditNote]] = {invoice_id: [] for invoice_id in invoice_ids}
    statement = (
        select(CreditNote)
        .where(CreditNote.invoice_id.in_(set(invoice_ids)), visible_credit_notes(work))
        .order_by(CreditNote.issued_at, CreditNote.id)
    )
    for row in await work.session.scalars(statement):
        notes[row.invoice_id].append(row)
    return notes


@requires(Permission.INVOICE_READ)
async def credit_note_lines(
    work: Work, note_ids: Collection[UUID]
) -> dict[UUID, Sequence[tuple[CreditNoteLine, InvoiceLine]]]:
    """Return the lines of visible credit notes with those they credit; one statement."""
    lines: dict[UUID, list[tuple[CreditNoteLine, InvoiceLine]]] = {key: [] for key in note_ids}
    statement = (
        select(CreditNoteLine, InvoiceLine)
        .join(InvoiceLine, InvoiceLine.id == CreditNoteLine.invoice_line_id)
        .join(CreditNote, CreditNote.id == CreditNoteLine.credit_note_id)
        .where(CreditNoteLine.credit_note_id.in_(set(note_ids)), visible_credit_notes(work))
        .order_by(CreditNoteLine.position)
    )
    for row, billed in (await work.session.execute(statement)).all():
        lines[row.credit_note_id].append((row, billed))
    return dict(lines)
