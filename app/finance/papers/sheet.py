"""What an invoice or a credit note says, whatever it is printed on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from app.finance.models import CreditCause, PaperLanguage


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLine:
    """One line: pieces, amounts, and on a credit note why."""

    position: int
    title: str
    quantity: Decimal
    net: Decimal
    tax: Decimal
    rate: Decimal
    cause: CreditCause | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyPaper:
    """An invoice, or the credit note of one; `of_invoice` is that one's number.

    `day` is none on an invoice from before dates were kept.
    """

    number: str
    day: date | None
    due_on: date | None
    of_invoice: str | None
    reason: str
    currency: str
    net: Decimal
    tax: Decimal
    deposits: Decimal
    total: Decimal
    seller: Mapping[str, Any]
    buyer: Mapping[str, Any]
    lines: Sequence[PaperLine]

    @property
    def language(self) -> PaperLanguage:
        """The buyer's, as it was at the issue of the invoice."""
        return PaperLanguage(self.buyer.get("language", PaperLanguage.EN))
