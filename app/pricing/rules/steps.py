"""How a line's amount came about, as a chain of steps from zero to gross."""

from collections.abc import Iterator
from decimal import Decimal

from app.kernel.money import AMOUNT_PLACES
from app.pricing.rules.book import PriceBook
from app.pricing.rules.derivation import described
from app.pricing.rules.exact import ONE, Pair, product, rounded
from app.pricing.rules.ladder import Ladder
from app.pricing.rules.price_list import PriceKind
from app.pricing.rules.result import PriceStep, StepName
from app.pricing.rules.scale import Rung
from app.pricing.rules.terms import Terms
from app.pricing.rules.wording import shown

_NAME_OF_KIND = {
    PriceKind.BASE: StepName.LIST,
    PriceKind.INHERITED: StepName.INHERITED,
    PriceKind.PURCHASE_PLUS_MARGIN: StepName.FALLBACK,
    PriceKind.CHANNEL: StepName.CHANNEL,
    PriceKind.TERRITORY: StepName.TERRITORY,
    PriceKind.GROUP: StepName.GROUP,
    PriceKind.LEVEL: StepName.LEVEL,
    PriceKind.BUYER: StepName.BUYER,
    PriceKind.CONTRACT: StepName.CONTRACT,
}
_LIST_STEPS = (StepName.LIST, StepName.INHERITED)

Stage = tuple[StepName, Rung, Pair]
"""One step before it is rounded: the price per base unit that the line has after it."""


def stages_of(terms: Terms, top: Rung, price: Pair) -> list[Stage]:
    """Name the steps that lead to a price, each with the exact price after it."""
    is_contract = top.scale.contender.is_contract
    standard = terms.standard if is_contract else terms.chosen()
    rate, inclusive = terms.line.tax_rate, top.tax_inclusive
    stages: list[Stage] = []
    for name, rung in _standard_stages(terms, standard):
        paid = rung
        if name is StepName.QUANTITY_BREAK:
            paid = rung._replace(price=standard.average(rung, terms.counts, terms.line))
        stages.append((name, rung, paid.price_as(rate, tax_inclusive=inclusive)))
    if is_contract:
        stages.append((StepName.CONTRACT, top, price))
    return stages


def list_amount_of(terms: Terms, top: Rung, quantity: Decimal, places: int) -> Decimal | None:
    """Tell what so many base units cost at the list price, with tax if the price paid has it."""
    if terms.base.reached(terms.counts) is None:
        return None
    first = terms.base.rungs[0]
    price = first.price_as(terms.line.tax_rate, tax_inclusive=top.tax_inclusive)
    return rounded(product(price, quantity), places)


def explained(
    stages: list[Stage], quantity: Decimal, amount: Decimal, places: int, book: PriceBook
) -> tuple[PriceStep, ...]:
    """Chain the steps that end at the line's amount, with tax or not as its price is.

    Amounts in between are what the line would cost if the waterfall ended there, rounded for the
    eye.
    """
    before, steps = rounded((Decimal(0), ONE), places), list[PriceStep]()
    for place, (name, rung, price) in enumerate(stages, start=1):
        is_last = place == len(stages)
        after = amount if is_last else rounded(product(price, quantity), places)
        source = rung.scale.contender.terms.list_id
        reason = _reason(rung, price, book)
        steps.append(PriceStep(name, rung.row.entry_id, source, before, after, reason))
        before = after
    return tuple(steps)


def _standard_stages(terms: Terms, standard: Ladder) -> Iterator[tuple[StepName, Rung]]:
    base, counts = terms.base, terms.counts
    if base.reached(counts) is not None:
        yield _name(base.rungs[0]), base.rungs[0]
    reached = standard.reached(counts)
    if reached is None:
        return
    first = standard.rungs[0]
    if _name(first) not in _LIST_STEPS:
        yield _name(first), first
    if reached is not first:
        yield StepName.QUANTITY_BREAK, reached


def _name(rung: Rung) -> StepName:
    return _NAME_OF_KIND[rung.scale.contender.terms.kind]


def _reason(rung: Rung, price: Pair, book: PriceBook) -> str:
    row = rung.row
    start = (
        f"from {shown(rung.from_quantity)}, {rung.break_type.value}: " if rung.from_quantity else ""
    )
    share = (
        "" if row.percent_of_list is None else f"{shown(row.percent_of_list)} % of the list price, "
    )
    each = f"{rounded(price, AMOUNT_PLACES)} per base unit"
    return f"{rung.list_name}: {start}{share}{_derivations(rung, book)}{each}"


def _derivations(rung: Rung, book: PriceBook) -> str:
    parent, words = book.lists[rung.row.list_id.int].name, ""
    for terms in rung.chain:
        if terms.derivation is not None:
            words += f"{described(terms.derivation, parent)}, "
        parent = terms.name
    return words
