"""Invoices and payments (R3-25, R3-26)."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import strawberry
from strawberry import relay

from app.finance import models, queries
from app.finance.models import PaymentMethod
from app.finance.queries import InvoiceSide
from app.schema.batch import batch
from app.schema.catalog import Sku, skus_by_id
from app.schema.context import Info
from app.schema.cost import list_size
from app.schema.ids import key_of
from app.schema.operation import query
from app.schema.organisations import Organisation, organisations_by_id
from app.schema.paging import FIRST, connection, page_request

strawberry.enum(PaymentMethod, description=PaymentMethod.__doc__)
strawberry.enum(InvoiceSide, description=InvoiceSide.__doc__)


@strawberry.type
class InvoiceLine:
    """One line of an invoice: `quantity` in pieces, amounts in the invoice's currency.

    `deposit` is for the containers, beside net and tax.
    """

    position: int
    quantity: Decimal
    net: Decimal
    tax: Decimal
    tax_rate_percent: Decimal
    deposit: Decimal
    sku_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def sku(
        lines: list["InvoiceLine"],
        info: Info,
    ) -> list[Sku | None]:
        """What was delivered."""
        return await skus_by_id(info, [line.sku_id for line in lines])

    @classmethod
    def of(cls, row: models.InvoiceLine) -> "InvoiceLine":
        """Show a line."""
        return cls(
            position=row.position,
            quantity=row.quantity,
            net=row.net,
            tax=row.tax,
            tax_rate_percent=row.tax_rate_percent,
            deposit=row.deposit,
            sku_id=row.sku_id,
        )


@strawberry.type
class Invoice(relay.Node):
    """What a buyer owes a seller for one document; amounts are in `currency`.

    `number` counts up in the seller's series without a gap; `open` is what is still to be paid.
    """

    id: relay.NodeID[UUID]
    number: int
    currency: str
    net: Decimal
    tax: Decimal
    deposits: Decimal
    total: Decimal
    paid: Decimal
    open: Decimal
    issued_at: datetime
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

    @classmethod
    def of(cls, row: models.Invoice) -> "Invoice":
        """Show an invoice."""
        return cls(
            id=row.id,
            number=row.number,
            currency=row.currency,
            net=row.net,
            tax=row.tax,
            deposits=row.deposits,
            total=row.total,
            paid=row.paid,
            open=row.total - row.paid,
            issued_at=row.issued_at,
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
class Payment:
    """Money that came in, in `currency`; `unallocated` is what no invoice has taken yet."""

    payment_id: UUID
    method: PaymentMethod
    currency: str
    amount: Decimal
    unallocated: Decimal
    reference: str
    received_at: datetime

    @classmethod
    def of(cls, row: models.Payment) -> "Payment":
        """Show a payment."""
        return cls(
            payment_id=row.id,
            method=PaymentMethod(row.method),
            currency=row.currency,
            amount=row.amount,
            unallocated=row.unallocated,
            reference=row.reference,
            received_at=row.received_at,
        )


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


async def payments_by_source(info: Info, source_ids: Sequence[UUID]) -> list[list[Payment]]:
    """Load the payments for each source that the viewer may see, the earliest first."""
    async with info.context.read() as work:
        found = await queries.payments_by_source(work, source_ids)
    return [[Payment.of(row) for row in found[key]] for key in source_ids]


@strawberry.type
class FinanceQuery:
    """Questions about money owed and paid."""

    @query(queries.invoice)
    async def invoice(self, info: Info, id: relay.GlobalID) -> Invoice:
        """One invoice."""
        async with info.context.read() as work:
            return Invoice.of(await queries.invoice(work, key_of(id, "Invoice")))

    @query(queries.invoices)
    async def invoices(
        self,
        info: Info,
        side: InvoiceSide | None = None,
        only_open: bool = False,  # noqa: FBT001, FBT002  # a GraphQL argument, given by name
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[Invoice]:
        """Invoices that the own organisation issued or received, the newest first."""
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await queries.invoices(work, page, side, only_open=only_open)
        return connection(found, Invoice.of)
