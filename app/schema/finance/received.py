"""Payments, and what they cover (R3-25)."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import strawberry
from strawberry import relay

from app.finance import models, queries
from app.finance.models import PaymentMethod
from app.schema.batch import batch
from app.schema.context import Info
from app.schema.cost import list_size
from app.schema.finance.invoices import Invoice, invoices_by_id

strawberry.enum(PaymentMethod, description=PaymentMethod.__doc__)


@strawberry.type
class PaymentAllocation:
    """So much of a payment covers an invoice, in the payment's currency."""

    amount: Decimal
    invoice_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def invoice(allocations: list["PaymentAllocation"], info: Info) -> list[Invoice | None]:
        """What it covers."""
        return await invoices_by_id(info, [each.invoice_id for each in allocations])


@strawberry.type
class Payment(relay.Node):
    """Money that came in, in `currency`; `unallocated` is what no invoice has taken yet.

    One that was reversed counts for nothing. `receivedOn` is the day it came, where that was told.
    """

    id: relay.NodeID[UUID]
    payment_id: UUID
    method: PaymentMethod
    currency: str
    amount: Decimal
    unallocated: Decimal
    reference: str
    received_at: datetime
    received_on: date | None
    reversed_at: datetime | None
    reversal_reason: str | None

    @list_size(5)
    @batch
    @staticmethod
    async def allocations(payments: list["Payment"], info: Info) -> list[list[PaymentAllocation]]:
        """What it covers, the earliest invoice first."""
        async with info.context.read() as work:
            found = await queries.allocations_of(work, [each.payment_id for each in payments])
        return [
            [
                PaymentAllocation(amount=amount, invoice_id=invoice_id)
                for invoice_id, amount in found[each.payment_id]
            ]
            for each in payments
        ]

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["Payment | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        keys = [UUID(key) for key in node_ids]
        async with info.context.read() as work:
            found = await queries.payments_by_id(work, keys)
        return [Payment.of(found[key]) if key in found else None for key in keys]

    @classmethod
    def of(cls, row: models.Payment) -> "Payment":
        """Show a payment."""
        return cls(
            id=row.id,
            payment_id=row.id,
            method=PaymentMethod(row.method),
            currency=row.currency,
            amount=row.amount,
            unallocated=row.unallocated,
            reference=row.reference,
            received_at=row.received_at,
            received_on=row.received_on,
            reversed_at=row.reversed_at,
            reversal_reason=row.reversal_reason,
        )


async def payments_by_source(info: Info, source_ids: Sequence[UUID]) -> list[list[Payment]]:
    """Load the payments for each source that the viewer may see, the earliest first."""
    async with info.context.read() as work:
        found = await queries.payments_by_source(work, source_ids)
    return [[Payment.of(row) for row in found[key]] for key in source_ids]
