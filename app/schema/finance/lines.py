"""What stands on invoices and credit notes: parties, lines, tax by rate (R3-26)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

import strawberry

from app.finance import models
from app.finance.models import CreditCause, PaperLanguage
from app.schema.batch import batch
from app.schema.catalog import Sku, skus_by_id
from app.schema.context import Info

strawberry.enum(CreditCause, description=CreditCause.__doc__)
strawberry.enum(PaperLanguage, description=PaperLanguage.__doc__)


@strawberry.type
class PaperParty:
    """One of the two as an invoice names it for ever; empty where it had said nothing."""

    name: str
    tax_number: str
    street: str
    postal_code: str
    city: str
    region: str
    country: str
    bank_account: str

    @classmethod
    def of(cls, kept: Mapping[str, Any] | None) -> "PaperParty | None":
        """Show what is kept; none where nothing is."""
        return cls(**{name: kept[name] for name in _PARTY}) if kept else None


_PARTY = tuple(PaperParty.__annotations__)


@strawberry.type
class TaxTotal:
    """What the lines of one rate come to together; each line was rounded, no total is."""

    rate_percent: Decimal
    net: Decimal
    tax: Decimal


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
    title: str = strawberry.field(description="What the goods were called when it was issued.")
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
            title=row.title,
            sku_id=row.sku_id,
        )


@strawberry.type
class CreditNoteLine:
    """Pieces of one line of the invoice that are credited, at the share of what was billed."""

    position: int = strawberry.field(description="The line's place on the invoice.")
    title: str
    cause: CreditCause
    quantity: Decimal
    net: Decimal
    tax: Decimal
    tax_rate_percent: Decimal
    deposit: Decimal

    @classmethod
    def of(cls, row: models.CreditNoteLine, billed: models.InvoiceLine) -> "CreditNoteLine":
        """Show a line with the one that it credits."""
        return cls(
            position=row.position,
            title=billed.title,
            cause=CreditCause(row.cause),
            quantity=row.quantity,
            net=row.net,
            tax=row.tax,
            tax_rate_percent=billed.tax_rate_percent,
            deposit=row.deposit,
        )
