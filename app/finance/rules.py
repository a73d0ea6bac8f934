"""Money between payments and invoices: plain functions over exact amounts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from app.kernel.money import currency_exponent, round_half_up


@dataclass(frozen=True, slots=True)
class InvoiceLineDraft:
    """What is to be billed of one line: pieces, their share of the stored quote, and deposits."""

    source_line_id: UUID
    position: int
    sku_id: UUID
    quantity: Decimal
    net: Decimal
    tax: Decimal
    tax_rate_percent: Decimal
    deposit: Decimal = Decimal(0)


def fits_currency(amount: Decimal, currency: str) -> bool:
    """Whether the amount is a whole number of the currency's smallest coin."""
    return round_half_up(amount, currency_exponent(currency)) == amount


def take(payments: Iterable[tuple[UUID, Decimal]], due: Decimal) -> Sequence[tuple[UUID, Decimal]]:
    """Take what is due from unallocated payments in their order; what is left stays theirs."""
    taken: list[tuple[UUID, Decimal]] = []
    for payment_id, unallocated in payments:
        amount = min(unallocated, due)
        if amount > 0:
            taken.append((payment_id, amount))
            due -= amount
    return taken
