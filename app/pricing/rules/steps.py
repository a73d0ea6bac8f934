"""How a line's amount came about, as a chain of steps from zero to gross."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from app.kernel.money import AMOUNT_PLACES, round_half_up, round_money
from app.pricing.rules.candidate import PriceKind
from app.pricing.rules.ladder import Ladder, Rung
from app.pricing.rules.priced import PricedLine
from app.pricing.rules.result import PriceStep, StepName
from app.pricing.rules.tax import TaxableLine, TaxedAmount
from app.pricing.rules.terms import Terms
from app.pricing.rules.wording import shown

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


def explained(priced: PricedLine, amount: Decimal, currency: str) -> tuple[PriceStep, ...]:
    """Chain the steps that end at the line's amount, with tax or not as its price is.

    Amounts in between are what the line would cost if the waterfall ended there, rounded for the
    eye.
    """
    stages = list(_stages(priced))
    before, steps = round_money(Decimal(0), currency), list[PriceStep]()
    for index, (name, rung, price) in enumerate(stages):
        exact = price * Fraction(priced.base_quantity)
        after = amount if index == len(stages) - 1 else round_money(exact, currency)
        entry, source = rung.candidate.entry_id, rung.candidate.list_id
        steps.append(PriceStep(name, entry, source, before, after, _reason(rung, price)))
        before = after
    return tuple(steps)


def tax_step(line: TaxableLine, split: TaxedAmount) -> PriceStep:
    """Write the last step: from the line's amount to gross, which are one if prices hold tax."""
    percent = f"{shown(line.tax_rate * 100)} %"
    reason = f"{split.tax} tax at {percent} is {'included' if line.tax_inclusive else 'added'}"
    return PriceStep(StepName.TAX, line.tax_category_id, None, line.amount, split.gross, reason)


def _stages(priced: PricedLine) -> Iterator[tuple[StepName, Rung, Fraction]]:
    terms, top, counted = priced.terms, priced.rung, priced.counted
    is_contract = top.candidate.kind is PriceKind.CONTRACT
    standard = terms.standard if is_contract else priced.ladder
    for name, rung in _standard_stages(terms.base, standard, counted):
        is_break = name is StepName.QUANTITY_BREAK
        paid = replace(rung, price=_average(terms, standard, counted)) if is_break else rung
        yield name, rung, paid.price_as(terms.tax_rate, tax_inclusive=top.tax_inclusive)
    if is_contract:
        yield StepName.CONTRACT, top, priced.exact_unit_price


def _standard_stages(
    base: Ladder, standard: Ladder, counted: Decimal
) -> Iterator[tuple[StepName, Rung]]:
    if base.reached(counted) is not None:
        yield StepName.LIST, base.rungs[0]
    reached = standard.reached(counted)
    if reached is None:
        return
    first = standard.rungs[0]
    if first.candidate.kind is not PriceKind.BASE:
        yield _NAME_OF_KIND[first.candidate.kind], first
    if reached is not first:
        yield StepName.QUANTITY_BREAK, reached


def _average(terms: Terms, ladder: Ladder, counted: Decimal) -> Fraction:
    return ladder.total(counted, terms.tax_rate, divisible=terms.divisible) / Fraction(counted)


def _reason(rung: Rung, price: Fraction) -> str:
    row = rung.candidate
    each = f"{round_half_up(price, AMOUNT_PLACES)} per base unit"
    share = (
        "" if row.percent_of_list is None else f"{shown(row.percent_of_list)} % of the list price, "
    )
    start = (
        f"from {shown(rung.from_quantity)}, {rung.break_type.value}: " if rung.from_quantity else ""
    )
    return f"{row.list_name}: {start}{share}{each}"
