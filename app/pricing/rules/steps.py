"""How a line's amount came about, as a chain of steps from zero to gross."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from app.kernel.money import AMOUNT_PLACES, round_half_up, round_money
from app.pricing.rules.candidate import PriceKind
from app.pricing.rules.ladder import Ladder, Rung
from app.pricing.rules.result import PriceStep, StepName
from app.pricing.rules.tax import TaxableLine, TaxedAmount
from app.pricing.rules.terms import Terms

_NAME_OF_KIND = {
    PriceKind.BASE: StepName.LIST,
    PriceKind.PURCHASE_PLUS_MARGIN: StepName.FALLBACK,
    PriceKind.CHANNEL: StepName.CHANNEL,
    PriceKind.TERRITORY: StepName.TERRITORY,
    PriceKind.GROUP: StepName.GROUP,
    PriceKind.LEVEL: StepName.LEVEL,
    PriceKind.BUYER: StepName.BUYER,
    PriceKind.CONTRACT: StepName.CONTRACT,
}


def explained(
    terms: Terms,
    ladder: Ladder,
    counted: Decimal,
    quantity: Decimal,
    amount: Decimal,
    currency: str,
) -> tuple[PriceStep, ...]:
    """Chain the steps that end at the line's amount, with tax or not as its price is.

    Amounts in between are what the line would cost if the waterfall ended there, rounded for the
    eye; counted and quantity are base units of the SKU and of the line.
    """
    top = ladder.reached(counted)
    if top is None:
        return ()
    stages = list(_stages(terms, ladder, counted, top))
    before, steps = round_money(Decimal(0), currency), list[PriceStep]()
    for index, (name, rung, price) in enumerate(stages):
        is_last = index == len(stages) - 1
        after = amount if is_last else round_money(price * Fraction(quantity), currency)
        entry, source = rung.candidate.entry_id, rung.candidate.list_id
        steps.append(PriceStep(name, entry, source, before, after, _reason(name, rung, price)))
        before = after
    return tuple(steps)


def tax_step(line: TaxableLine, split: TaxedAmount) -> PriceStep:
    """Write the last step: from the line's amount to gross, which are one if prices hold tax."""
    percent = f"{(line.tax_rate * 100).normalize():f} %"
    reason = f"{split.tax} tax at {percent} is {'included' if line.tax_inclusive else 'added'}"
    return PriceStep(StepName.TAX, line.tax_category_id, None, line.amount, split.gross, reason)


def _stages(
    terms: Terms, ladder: Ladder, counted: Decimal, top: Rung
) -> Iterator[tuple[StepName, Rung, Fraction]]:
    def as_top(rung: Rung) -> Fraction:
        return rung.price_as(top.tax_inclusive, terms.tax_rate)

    standard = ladder
    if top.candidate.kind is PriceKind.CONTRACT:
        standard = terms.standard
    listed, reached = terms.base.rungs[:1], standard.reached(counted)
    for rung in listed:
        if rung.from_quantity <= counted:
            yield StepName.LIST, rung, as_top(rung)
    if reached is not None:
        first = standard.rungs[0]
        if first.candidate.kind is not PriceKind.BASE:
            yield _NAME_OF_KIND[first.candidate.kind], first, as_top(first)
        if reached is not first:
            total = standard.total(counted, terms.tax_rate, divisible=terms.divisible)
            average = replace(reached, price=total / Fraction(counted))
            yield StepName.QUANTITY_BREAK, reached, as_top(average)
    if top.candidate.kind is PriceKind.CONTRACT:
        yield StepName.CONTRACT, top, as_top(top)


def _reason(name: StepName, rung: Rung, price: Fraction) -> str:
    row = rung.candidate
    each = f"{round_half_up(price, AMOUNT_PLACES)} per base unit"
    share = "" if row.percent_of_list is None else f"{row.percent_of_list} % of the list price, "
    start = f"from {rung.from_quantity}, {rung.break_type.value}: " if rung.from_quantity else ""
    return f"{row.list_name}: {start}{share}{each}"
