"""Take back what an invoice billed, at the share of what it billed: never priced again."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select

from app.audit import operations as audit
from app.db.counters import next_number
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.finance.errors import CreditTooLarge
from app.finance.models import (
    CreditCause,
    CreditNote,
    CreditNoteLine,
    Invoice,
    InvoiceLine,
    LedgerAccount,
)
from app.finance.operations.allocating import Allocation, note_allocations
from app.finance.operations.parties import parties_of
from app.finance.operations.posting import Document, allocation, post
from app.finance.operations.telling import tell_of_money, watchers_of
from app.finance.rules import NO_SHARE, Share, document_number, share_of
from app.kernel.errors import Invalid
from app.kernel.ids import new_id

CREDIT_SERIES = "credit-note"


@dataclass(frozen=True, slots=True)
class CreditedPieces:
    """So many pieces of the invoice's line at `position`, and why."""

    position: int
    quantity: Decimal
    cause: CreditCause


@dataclass(frozen=True, slots=True)
class _Line:
    billed: InvoiceLine
    pieces: CreditedPieces
    share: Share


async def issue_credit_note(
    work: Work,
    note_id: UUID,
    invoice: Invoice,
    credited: Sequence[CreditedPieces],
    reason: str,
) -> CreditNote:
    """Credit pieces of an invoice that the caller has locked, under the seller's next number.

    What is open of the invoice is covered first. Raises `CreditTooLarge` beyond what was billed and
    not credited yet. Eight statements for any number of lines, nine where something was open.
    """
    lines = await _shares(work, invoice, credited)
    parties = await parties_of(work, invoice.relationship_id)
    year = parties.issued_on.year
    number = await next_number(work, invoice.seller_id, f"{CREDIT_SERIES}-{year}")
    net, tax, deposits = (
        sum((getattr(line.share, of) for line in lines), Decimal(0))
        for of in ("net", "tax", "deposit")
    )
    total = net + tax + deposits
    covered = min(total, invoice.total - invoice.paid)
    note = CreditNote(
        id=note_id,
        seller_id=invoice.seller_id,
        buyer_id=invoice.buyer_id,
        relationship_id=invoice.relationship_id,
        invoice_id=invoice.id,
        year=year,
        number=number,
        currency=invoice.currency,
        net=net,
        tax=tax,
        deposits=deposits,
        total=total,
        unallocated=total - covered,
        reason=reason,
        issued_at=work.now,
        issued_on=parties.issued_on,
    )
    invoice.paid += covered
    await work.save(note)
    await _write_lines(work, note, lines)
    if covered:
        await note_allocations(work, [Allocation(invoice.id, note.id, covered, is_credit=True)])
    await _post(work, note, covered)
    await _tell(work, note, invoice)
    return note


async def _shares(
    work: Work, invoice: Invoice, credited: Sequence[CreditedPieces]
) -> Sequence[_Line]:
    statement = select(InvoiceLine).where(InvoiceLine.invoice_id == invoice.id)
    billed = {line.position: line for line in (await work.session.scalars(statement)).all()}
    _check(credited, billed)
    before = await _credited_before(work, invoice.id)
    return [
        _line(billed[each.position], each, before, invoice.currency, place)
        for place, each in enumerate(credited)
    ]


def _check(credited: Sequence[CreditedPieces], billed: Mapping[int, InvoiceLine]) -> None:
    if not credited:
        raise Invalid("lines", "must name what is credited")
    times = Counter(each.position for each in credited)
    for place, each in enumerate(credited):
        if each.position not in billed:
            raise Invalid(f"lines.{place}.position", "is no line of the invoice")
        if times[each.position] > 1:
            raise Invalid(f"lines.{place}.position", "must be named once")
        if not (each.quantity.is_finite() and each.quantity > 0):
            raise Invalid(f"lines.{place}.quantity", "must be above zero")


async def _credited_before(work: Work, invoice_id: UUID) -> Mapping[UUID, tuple[Decimal, Share]]:
    line = CreditNoteLine
    statement = (
        select(
            line.invoice_line_id,
            func.sum(line.quantity),
            func.sum(line.net),
            func.sum(line.tax),
            func.sum(line.deposit),
        )
        .join(CreditNote, CreditNote.id == line.credit_note_id)
        .where(CreditNote.invoice_id == invoice_id)
        .group_by(line.invoice_line_id)
    )
    found = (await work.session.execute(statement)).all()
    return {key: (pieces, Share(net, tax, deposit)) for key, pieces, net, tax, deposit in found}


def _line(
    billed: InvoiceLine,
    pieces: CreditedPieces,
    before: Mapping[UUID, tuple[Decimal, Share]],
    currency: str,
    place: int,
) -> _Line:
    """Credit up to the sum of all credits of the line, so that all of it is exactly all of it."""
    earlier, share_before = before.get(billed.id, (Decimal(0), NO_SHARE))
    if earlier + pieces.quantity > billed.quantity:
        left = billed.quantity - earlier
        raise CreditTooLarge(left, pieces.quantity).at(f"lines.{place}.quantity")
    whole = Share(billed.net, billed.tax, billed.deposit)
    up_to = share_of(whole, earlier + pieces.quantity, billed.quantity, currency)
    return _Line(billed, pieces, up_to - share_before)


async def _write_lines(work: Work, note: CreditNote, lines: Sequence[_Line]) -> None:
    rows = [
        {
            "id": new_id(),
            "credit_note_id": note.id,
            "invoice_line_id": line.billed.id,
            "position": line.billed.position,
            "cause": line.pieces.cause,
            "quantity": line.pieces.quantity,
            "net": line.share.net,
            "tax": line.share.tax,
            "deposit": line.share.deposit,
        }
        for line in lines
    ]
    await work.insert(CreditNoteLine, rows)


async def _post(work: Work, note: CreditNote, covered: Decimal) -> None:
    document = Document(note.relationship_id, "credit_note", note.id, note.currency)
    taken_back = {
        LedgerAccount.REVENUE: note.net,
        LedgerAccount.TAX: note.tax,
        LedgerAccount.DEPOSIT: note.deposits,
        LedgerAccount.ADVANCE: -note.total,
    }
    await post(work, document, taken_back, allocation(covered))


async def _tell(work: Work, note: CreditNote, invoice: Invoice) -> None:
    data = {
        "number": document_number(note.year, note.number),
        "invoice_number": document_number(invoice.year, invoice.number),
        "total": str(note.total),
        "currency": note.currency,
    }
    after = data | {"invoice_id": str(invoice.id)}
    audit.record(work, "ISSUE_CREDIT_NOTE", "credit_note", note.id, after=after, reason=note.reason)
    parties = {"seller_id": str(note.seller_id), "buyer_id": str(note.buyer_id)}
    event = DomainEvent("credit_note_issued", "credit_note", note.id, after | parties)
    watchers = await watchers_of(work, note.relationship_id)
    tell_of_money(work, event, watchers, watchers.people[note.buyer_id])
