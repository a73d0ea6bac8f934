"""What stands between a cart and an order, and what would make it cheaper: pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from app.budgets.rules import BudgetOutcome, Standing
from app.catalog.rules import SkuFacts, pieces
from app.kernel.errors import DomainError
from app.kernel.quantity import PackagingLevel
from app.pricing.rules.guards import GuardVerdict
from app.quotes.rules import Quote, QuotedLine


class CartGapKind(StrEnum):
    """What is missing; the last three are hints, all others stand in the way of an order."""

    NOT_LISTED = "NOT_LISTED"
    NO_SUCH_PACKAGING = "NO_SUCH_PACKAGING"
    BAD_QUANTITY = "BAD_QUANTITY"
    NO_PRICE = "NO_PRICE"
    PRICE_NOT_POSSIBLE = "PRICE_NOT_POSSIBLE"
    MINIMUM_ORDER_VALUE = "MINIMUM_ORDER_VALUE"
    BUDGET_EXCEEDED = "BUDGET_EXCEEDED"
    NEEDS_APPROVAL = "NEEDS_APPROVAL"
    NEXT_BREAK = "NEXT_BREAK"
    NEXT_SCHEME_STEP = "NEXT_SCHEME_STEP"


_HINTS = frozenset(
    {CartGapKind.NEEDS_APPROVAL, CartGapKind.NEXT_BREAK, CartGapKind.NEXT_SCHEME_STEP}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedLine:
    """A line of a cart: so many packaging units of a SKU."""

    sku_id: UUID
    packaging_level: PackagingLevel
    quantity: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class CartGap:
    """One thing that is missing: of a line by its `place`, or of the whole cart.

    `missing_quantity` is in the line's packaging units, `missing_amount` in the cart's currency
    without tax.
    """

    kind: CartGapKind
    text: str
    place: int | None = None
    missing_quantity: Decimal | None = None
    missing_amount: Decimal | None = None

    @property
    def is_blocking(self) -> bool:
        """Whether nothing can be ordered while it is there."""
        return self.kind not in _HINTS


def usable(
    lines: Sequence[WantedLine], known: Mapping[UUID, SkuFacts]
) -> tuple[list[int], list[CartGap]]:
    """Tell the places of the lines that can be priced, and what is wrong with all others."""
    good: list[int] = []
    gaps: list[CartGap] = []
    for place, line in enumerate(lines):
        gap = _fault(line, known.get(line.sku_id))
        if gap is None:
            good.append(place)
        else:
            gaps.append(replace(gap, place=place))
    return good, gaps


def gaps_of(quote: Quote, minimum: Decimal) -> list[CartGap]:
    """Tell what is missing in a priced cart whose lines' keys are their places.

    `minimum` is the least net value of an order; a break counts all lines of its SKU.
    """
    return [
        *(
            CartGap(kind=CartGapKind.NO_PRICE, place=int(each.key), text=each.reason)
            for each in quote.refused
        ),
        *_of_lines(quote.lines),
        *_of_minimum(quote, minimum),
        *(
            CartGap(kind=CartGapKind.NEXT_SCHEME_STEP, text=f"{hint.name}: {hint.text}")
            for hint in quote.hints
        ),
    ]


def of_budgets(standings: Iterable[Standing]) -> list[CartGap]:
    """Tell which budgets of the buyer the cart goes beyond: they refuse it, or ask somebody."""
    return [
        CartGap(
            kind=CartGapKind.BUDGET_EXCEEDED
            if each.outcome is BudgetOutcome.REFUSE
            else CartGapKind.NEEDS_APPROVAL,
            text=each.in_words,
        )
        for each in standings
        if each.is_exceeded
    ]


def _fault(line: WantedLine, sku: SkuFacts | None) -> CartGap | None:
    if sku is None or not sku.is_listed:
        text = "This is not listed any more and cannot be ordered."
        return CartGap(kind=CartGapKind.NOT_LISTED, text=text)
    if line.packaging_level not in sku.packaging:
        possible = ", ".join(sku.packaging) or "none"
        text = f"{sku.code} is not packed by {line.packaging_level}; possible: {possible}."
        return CartGap(kind=CartGapKind.NO_SUCH_PACKAGING, text=text)
    try:
        pieces(sku, line.packaging_level, line.quantity)
    except DomainError as wrong:
        return CartGap(kind=CartGapKind.BAD_QUANTITY, text=wrong.message)
    return None


def _of_lines(lines: Iterable[QuotedLine]) -> Iterator[CartGap]:
    asked = [line for line in lines if not line.is_free]
    for line in asked:
        if line.guard is GuardVerdict.BLOCK:
            text = "The seller cannot sell at this price; please ask the seller."
            kind = CartGapKind.PRICE_NOT_POSSIBLE
            yield CartGap(kind=kind, place=int(line.key), text=text)
        elif line.guard is GuardVerdict.NEEDS_APPROVAL:
            text = "This price needs somebody's approval."
            yield CartGap(kind=CartGapKind.NEEDS_APPROVAL, place=int(line.key), text=text)
        if (found := _break(line, asked)) is not None:
            yield found


def _break(line: QuotedLine, asked: Sequence[QuotedLine]) -> CartGap | None:
    step = line.next_break
    if step is None:
        return None
    there = sum((each.base_quantity for each in asked if each.sku_id == line.sku_id), Decimal(0))
    lacking = step.from_quantity - there
    if lacking <= 0:
        return None
    units = -(-lacking // line.unit_factor)
    text = f"{units:f} more give a price of {step.unit_price:f} each."
    return CartGap(
        kind=CartGapKind.NEXT_BREAK, place=int(line.key), missing_quantity=units, text=text
    )


def _of_minimum(quote: Quote, minimum: Decimal) -> Iterator[CartGap]:
    missing = minimum - quote.net
    if missing > 0:
        text = (
            f"{quote.net:f} {quote.currency} is below the minimum order value of"
            f" {minimum.normalize():f} {quote.currency}."
        )
        kind = CartGapKind.MINIMUM_ORDER_VALUE
        yield CartGap(kind=kind, missing_amount=missing, text=text)
