"""Invoices and credit notes (R3-26)."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import strawberry
from strawberry import relay

from app.finance import models, queries
from app.finance.rules import by_rate, document_number
from app.schema.batch import batch
from app.schema.context import Info
from app.schema.cost import list_size
from app.schema.finance.lines import CreditNoteLine, InvoiceLine, PaperParty, TaxTotal
from app.schema.organisations import Organisation, organisations_by_id


@strawberry.type
class Invoice(relay.Node):
    """What a buyer owes a seller for one document; amounts are in `currency`.

    `number` counts up without a gap in the seller's series of the year, as `documentNumber` says.
    `paid` is what payments and credit notes cover, `open` what is still to be paid by `dueOn`.
    """

    id: relay.NodeID[UUID]
    number: int
    document_number: str
    currency: str
    net: Decimal
    tax: Decimal
    deposits: Decimal
    total: Decimal
    paid: Decimal
    open: Decimal
    issued_at: datetime
    issued_on: date | None = strawberry.field(description="The day of issue where the seller is.")
    due_on: date | None
    buyer_reference: str | None = strawberry.field(
        description="The number that the buyer's own system gave the order."
    )
    seller_details: PaperParty | None
    buyer_details: PaperParty | None
    source_id: relay.GlobalID
    seller_id: strawberry.Private[UUID]
    buyer_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def seller(
        invoices: list["Invoice"],
        info: Info,
    ) -> list[Organisation | None]:
        """Who is owed."""
        return await organisations_by_id(info, [invoice.seller_id for invoice in invoices])

    @batch
    @staticmethod
    async def buyer(
        invoices: list["Invoice"],
        info: Info,
    ) -> list[Organisation | None]:
        """Who owes."""
        return await organisations_by_id(info, [invoice.buyer_id for invoice in invoices])

    @list_size(20)
    @batch
    @staticmethod
    async def lines(
        invoices: list["Invoice"],
        info: Info,
    ) -> list[list[InvoiceLine]]:
        """What it bills, by position."""
        async with info.context.read() as work:
            found = await queries.invoice_lines(work, [invoice.id for invoice in invoices])
        return [[InvoiceLine.of(row) for row in found[invoice.id]] for invoice in invoices]

    @list_size(4)
    @batch
    @staticmethod
    async def taxes(
        invoices: list["Invoice"],
        info: Info,
    ) -> list[list[TaxTotal]]:
        """Net and tax by rate, the lowest first."""
        async with info.context.read() as work:
            found = await queries.invoice_lines(work, [invoice.id for invoice in invoices])
        return [
            [
                TaxTotal(rate_percent=rate, net=net, tax=tax)
                for rate, net, tax in by_rate(
                    (line.tax_rate_percent, line.net, line.tax) for line in found[invoice.id]
                )
            ]
            for invoice in invoices
        ]

    @list_size(3)
    @batch
    @staticmethod
    async def credit_notes(
        invoices: list["Invoice"],
        info: Info,
    ) -> list[list["CreditNote"]]:
        """What was taken back of it, the earliest first."""
        async with info.context.read() as work:
            found = await queries.credit_notes_of(work, [invoice.id for invoice in invoices])
        return [[CreditNote.of(row) for row in found[invoice.id]] for invoice in invoices]

    @classmethod
    def of(cls, row: models.Invoice) -> "Invoice":
        """Show an invoice."""
        return cls(
            id=row.id,
            number=row.number,
            document_number=document_number(row.year, row.number),
            currency=row.currency,
            net=row.net,
            tax=row.tax,
            deposits=row.deposits,
            total=row.total,
            paid=row.paid,
            open=row.total - row.paid,
            issued_at=row.issued_at,
            issued_on=row.issued_on,
            due_on=row.due_on,
            buyer_reference=(row.buyer_details or {}).get("reference"),
            seller_details=PaperParty.of(row.seller_details),
            buyer_details=PaperParty.of(row.buyer_details),
            source_id=relay.GlobalID(row.source_kind.title().replace("_", ""), str(row.source_id)),
            seller_id=row.seller_id,
            buyer_id=row.buyer_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["Invoice | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await invoices_by_id(info, [UUID(key) for key in node_ids])


@strawberry.type
class CreditNote(relay.Node):
    """What a seller takes back of an invoice; amounts are in `currency`.

    It covers what was open of the invoice; `unallocated` is the rest: the buyer's credit.
    """

    id: relay.NodeID[UUID]
    number: int
    document_number: str
    currency: str
    net: Decimal
    tax: Decimal
    deposits: Decimal
    total: Decimal
    unallocated: Decimal
    reason: str
    issued_at: datetime
    issued_on: date
    invoice_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def invoice(notes: list["CreditNote"], info: Info) -> list[Invoice | None]:
        """What it takes back from."""
        return await invoices_by_id(info, [note.invoice_id for note in notes])

    @list_size(20)
    @batch
    @staticmethod
    async def lines(notes: list["CreditNote"], info: Info) -> list[list[CreditNoteLine]]:
        """What it credits, by position."""
        async with info.context.read() as work:
            found = await queries.credit_note_lines(work, [note.id for note in notes])
        return [[CreditNoteLine.of(*pair) for pair in found[note.id]] for note in notes]

    @classmethod
    def of(cls, row: models.CreditNote) -> "CreditNote":
        """Show a credit note."""
        return cls(
            id=row.id,
            number=row.number,
            document_number=document_number(row.year, row.number),
            currency=row.currency,
            net=row.net,
            tax=row.tax,
            deposits=row.deposits,
            total=row.total,
            unallocated=row.unallocated,
            reason=row.reason,
            issued_at=row.issued_at,
            issued_on=row.issued_on,
            invoice_id=row.invoice_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["CreditNote | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        keys = [UUID(key) for key in node_ids]
        async with info.context.read() as work:
            found = await queries.credit_notes_by_id(work, keys)
        return [CreditNote.of(found[key]) if key in found else None for key in keys]


async def invoices_by_id(info: Info, ids: Sequence[UUID]) -> list[Invoice | None]:
    """Load invoices in the order of `ids`; null where the viewer may not see one."""
    async with info.context.read() as work:
        found = await queries.invoices_by_id(work, ids)
    return [Invoice.of(found[key]) if key in found else None for key in ids]


async def invoices_by_source(info: Info, source_ids: Sequence[UUID]) -> list[Invoice | None]:
    """Load the invoice of each source; null where there is none or it may not be seen."""
    async with info.context.read() as work:
        found = await queries.invoices_by_source(work, source_ids)
    return [Invoice.of(found[key]) if key in found else None for key in source_ids]
