"""Write the double-entry books: every posting's entries sum to zero."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from app.db.work import Work
from app.finance.models import LedgerAccount, LedgerEntry
from app.kernel.ids import new_id


@dataclass(frozen=True, slots=True)
class Document:
    """What a posting speaks of: a source, between the two of a relationship."""

    relationship_id: UUID
    source_kind: str
    source_id: UUID
    currency: str


async def post(work: Work, document: Document, *postings: Mapping[LedgerAccount, Decimal]) -> None:
    """Write postings in one statement: debit positive, credit negative; nothing for zero."""
    entries = [
        {
            "id": new_id(),
            "posting_id": posting_id,
            "relationship_id": document.relationship_id,
            "account": account,
            "currency": document.currency,
            "amount": amount,
            "source_kind": document.source_kind,
            "source_id": document.source_id,
            "posted_at": work.now,
        }
        for posting_id, posting in _numbered(postings)
        for account, amount in posting.items()
        if amount
    ]
    if entries:
        await work.insert(LedgerEntry, entries)


def allocation(amount: Decimal) -> Mapping[LedgerAccount, Decimal]:
    """Return the posting by which an advance pays for an invoice."""
    return {LedgerAccount.ADVANCE: amount, LedgerAccount.RECEIVABLE: -amount}


def _numbered(
    postings: Sequence[Mapping[LedgerAccount, Decimal]],
) -> list[tuple[UUID, Mapping[LedgerAccount, Decimal]]]:
    return [(new_id(), posting) for posting in postings]
