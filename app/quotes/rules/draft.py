"""A line on its way down the waterfall: what is left of its amount, and what took the rest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from app.catalog.rules import SkuFacts
from app.pricing.rules import (
    NextBreak,
    PricedLine,
    PriceStep,
    RequestLine,
    StepName,
    TaxableLine,
    TaxedAmount,
)
from app.pricing.rules.wording import shown
from app.promotions.rules.outcome import FreeLine, SchemeStep
from app.promotions.rules.words import BenefitKind, Lane
from app.quotes.rules.explanation import Told
from app.quotes.rules.request import ManualPrice
from app.quotes.rules.result import NOTHING

_UNTAXED = TaxedAmount(NOTHING, NOTHING, NOTHING)
_NAMES = {
    BenefitKind.FIXED_PRICE: StepName.FIXED_PRICE,
    BenefitKind.AMOUNT_OFF: StepName.AMOUNT_OFF,
    BenefitKind.PERCENT_OFF: StepName.PERCENT_OFF,
    BenefitKind.FREE_GOODS: StepName.FREE_GOODS,
}


@dataclass(slots=True, eq=False)
class Draft:
    """A line between its price and its place in the quote; `free` is set where a scheme added it.

    `amount` is what is left to pay, with tax where the price holds tax; `free_value` is what its
    free goods would cost; `buyer_tax` and `seller_tax` are tax on them, by who bears it.
    """

    line: RequestLine
    sku: SkuFacts
    base_quantity: Decimal
    price_amount: Decimal
    amount: Decimal
    priced: PricedLine | None = None
    free: FreeLine | None = None
    manual: ManualPrice | None = None
    by_hand: PriceStep | None = None
    schemes: list[SchemeStep] = field(default_factory=list[SchemeStep])
    reductions: list[PriceStep] = field(default_factory=list[PriceStep])
    free_quantity: Decimal = NOTHING
    free_value: Decimal = NOTHING
    buyer_tax: Decimal = NOTHING
    seller_tax: Decimal = NOTHING
    split: TaxedAmount = _UNTAXED

    @property
    def tax_inclusive(self) -> bool:
        """Tell whether the amount holds tax."""
        return self.priced is not None and self.priced.tax_inclusive

    @property
    def is_promotable(self) -> bool:
        """Tell whether schemes may touch the line."""
        return self.priced is None or self.priced.is_promotable

    def taxable(self, amount: Decimal) -> TaxableLine:
        """Return an amount as the tax rules take it."""
        line = self.line
        return TaxableLine(amount, self.tax_inclusive, line.tax_rate, line.tax_category_id)

    def take_free(self, free: FreeLine) -> None:
        """Note goods of the line that a scheme made free: part of what is ordered (P7)."""
        self.free_quantity += free.base_quantity
        cuts = (step for step in self.schemes if step.scheme_id == free.scheme_id)
        self.free_value += sum((step.before - step.after for step in cuts), NOTHING)

    def reduce(self, name: StepName, cut: Decimal, reason: str) -> None:
        """Take something off, after all schemes."""
        after = self.amount - cut
        self.reductions.append(PriceStep(name, None, None, self.amount, after, reason))
        self.amount = after

    def tell(self) -> Told:
        """Tell the whole story, from zero to gross."""
        priced = self.priced
        if priced is None or self.free is not None:
            return Told(tuple(self._steps()))
        return Told(tuple(self._steps()), priced.losers, self.next_break())

    def next_break(self) -> NextBreak | None:
        """Tell the nearest quantity that lowers the price; none of given goods."""
        return None if self.priced is None or self.free is not None else self.priced.next_break

    def _steps(self) -> Iterator[PriceStep]:
        if self.priced is not None:
            yield from self.priced.steps
        if self.by_hand is not None:
            yield self.by_hand
        yield from map(_of_scheme, self.schemes)
        if self.free is not None:
            yield _given(self.free, self.price_amount, self.amount)
        yield from self.reductions
        yield self._tax_step()

    def _tax_step(self) -> PriceStep:
        line, split = self.line, self.split
        percent = f"{shown(line.tax_rate * 100)} %"
        how = "included" if self.tax_inclusive else "added"
        reason = f"{split.tax} tax at {percent} is {how}"
        if self.buyer_tax:
            reason += f", {self.buyer_tax} of it on free goods"
        return PriceStep(StepName.TAX, line.tax_category_id, None, self.amount, split.gross, reason)


def _of_scheme(step: SchemeStep) -> PriceStep:
    name = StepName.ORDER_DISCOUNT if step.lane is Lane.ORDER else _NAMES[step.benefit]
    return PriceStep(name, step.scheme_id, None, step.before, step.after, step.reason)


def _given(free: FreeLine, before: Decimal, after: Decimal) -> PriceStep:
    return PriceStep(StepName.FREE_GOODS, free.scheme_id, None, before, after, free.reason)


def total_of(drafts: Sequence[Draft]) -> Decimal:
    """Return what is left to pay of all lines, in amounts as they are."""
    return sum((draft.amount for draft in drafts), NOTHING)
