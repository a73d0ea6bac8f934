"""The one place where prices are made: catalogue page, cart, order and simulation ask it."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from app.kernel.money import (
    AMOUNT_PLACES,
    MAX_AMOUNT,
    checked_amount,
    currency_exponent,
    round_half_up,
    round_money,
    spread,
)
from app.kernel.quantity import MAX_QUANTITY, FractionalPieces, QuantityOutOfRange, to_base
from app.pricing.rules.basis import BreakBasis
from app.pricing.rules.book import PriceBook
from app.pricing.rules.counts import Counter, Counts, alone
from app.pricing.rules.exact import ONE, plus, product, rounded, times
from app.pricing.rules.losers import losers_of
from app.pricing.rules.price_list import BreakType
from app.pricing.rules.priced import Found, PricedLine, per_unit, per_units
from app.pricing.rules.request import PriceRequest, RequestLine
from app.pricing.rules.result import LadderRung, Offer, RefusalCode, RefusedLine
from app.pricing.rules.scale import Rung
from app.pricing.rules.shelf import Shelf
from app.pricing.rules.terms import Terms, terms_of
from app.pricing.rules.wording import shown


def price_lines(request: PriceRequest, book: PriceBook) -> list[PricedLine | RefusedLine]:
    """Answer each line in the order asked, before promotions and tax (steps 1 to 5).

    Breaks count all lines of one SKU in base units (P3), unless their list counts otherwise. The
    order of lists and rows does not matter.
    """
    shelf = Shelf(request, book)
    quantities = [_base_quantity(line) for line in request.lines]
    asked = list(zip(request.lines, quantities, strict=True))
    counter = Counter((line, found) for line, found in asked if isinstance(found, Decimal))
    answers = [_answer(shelf, counter, line, quantity) for line, quantity in asked]
    amounts = _graduated_amounts(answers, request.currency)
    places = currency_exponent(request.currency)
    return [
        _finished(answer, amounts.get(answer.terms.line.key), places)
        if isinstance(answer, Found)
        else answer
        for answer in answers
    ]


def ladder_for(request: PriceRequest, line: RequestLine, book: PriceBook) -> tuple[LadderRung, ...]:
    """Show every break that this buyer can reach for the line's SKU and unit, lowest first.

    Takes the way of price_lines, for the line alone; empty where it would have no price at all.
    """
    quantity = _base_quantity(line)
    if isinstance(quantity, RefusedLine):
        return ()
    terms = terms_of(Shelf(request, book), line, alone(quantity))
    return _visible(terms.visible(), line)


def offers(request: PriceRequest, book: PriceBook) -> dict[str, Offer]:
    """Price each line alone, by its key: lines of one SKU do not lift each other over a break."""
    shelf = Shelf(request, book)
    return {line.key: _offer(shelf, line) for line in request.lines}


def _offer(shelf: Shelf, line: RequestLine) -> Offer:
    quantity = _base_quantity(line)
    if isinstance(quantity, RefusedLine):
        return Offer(None, tax_inclusive=False, breaks=(), refusal=quantity)
    terms = terms_of(shelf, line, alone(quantity))
    visible = terms.visible()
    breaks = _visible(visible, line)
    ladder = terms.chosen()
    rung = ladder.reached(terms.counts)
    if rung is None:
        refusal = _without_price(shelf, terms)
        return Offer(None, tax_inclusive=False, breaks=breaks, refusal=refusal)
    if rung is visible[0] and rung.break_type is BreakType.ALL_UNITS:
        return Offer(breaks[0].unit_price, rung.tax_inclusive, breaks, None)
    price = per_unit(ladder.average(rung, terms.counts, line), line)
    return Offer(price, rung.tax_inclusive, breaks, None)


def _base_quantity(line: RequestLine) -> Decimal | RefusedLine:
    quantity = times(line.quantity, line.unit_factor) if _is_plain(line) else None
    if quantity is not None and quantity <= MAX_QUANTITY:
        return quantity
    try:
        quantity = to_base(line.quantity, line.unit_factor, divisible=line.divisible)
    except FractionalPieces as refused:
        return _refused(line, RefusalCode.FRACTIONAL_PIECES, str(refused))
    except QuantityOutOfRange as refused:
        return _refused(line, RefusalCode.QUANTITY_OUT_OF_RANGE, str(refused))
    if quantity <= 0:
        return _refused(line, RefusalCode.QUANTITY_NOT_POSITIVE, "the quantity must be above zero")
    return quantity


def _is_plain(line: RequestLine) -> bool:
    """Tell whether both numbers are whole and above zero, which needs none of to_base's checks."""
    quantity, factor = line.quantity, line.unit_factor
    return (
        quantity.is_finite()
        and quantity.to_integral_value() == quantity > 0
        and factor.is_finite()
        and factor.to_integral_value() == factor > 0
    )


def _refused(line: RequestLine, code: RefusalCode, reason: str) -> RefusedLine:
    return RefusedLine(key=line.key, sku_id=line.sku_id, code=code, reason=reason, losers=())


def _answer(
    shelf: Shelf, counter: Counter, line: RequestLine, quantity: Decimal | RefusedLine
) -> Found | RefusedLine:
    if isinstance(quantity, RefusedLine):
        return quantity
    counts: Counts = counter.at(line, quantity)
    terms = terms_of(shelf, line, counts)
    ladder = terms.chosen()
    rung = ladder.reached(counts)
    if rung is None:
        return _without_price(shelf, terms)
    return Found(shelf, terms, ladder, rung, ladder.average(rung, counts, line))


def _without_price(shelf: Shelf, terms: Terms) -> RefusedLine:
    visible = terms.visible()
    if visible:
        code = RefusalCode.BELOW_LOWEST_BREAK
        reason = f"the lowest price starts at {shown(visible[0].from_quantity)} base units"
    else:
        code, reason = RefusalCode.NO_PRICE, "no valid price row covers this SKU for this buyer"
    return replace(_refused(terms.line, code, reason), losers=losers_of(shelf, terms))


def _graduated_amounts(answers: Sequence[Found | RefusedLine], currency: str) -> dict[str, Decimal]:
    """Share one rounded amount among graduated lines that count together.

    Each of them pays the same average price per base unit. What they cost together is rounded
    once and spread over them by largest remainder in the order asked.
    """
    groups: dict[object, list[Found]] = {}
    for found in answers:
        if isinstance(found, Found) and _is_shared(found.rung):
            groups.setdefault(_shared(found), []).append(found)
    amounts: dict[str, Decimal] = {}
    for group in groups.values():
        weights = [found.counts.line for found in group]
        exact = _exact(group[0]) * sum(map(Fraction, weights), Fraction(0))
        parts = spread(round_money(exact, currency), weights, currency)
        amounts |= {found.terms.line.key: part for found, part in zip(group, parts, strict=True)}
    return amounts


def _is_shared(rung: Rung) -> bool:
    basis = rung.scale.contender.terms.break_basis
    return rung.break_type is BreakType.GRADUATED and basis is not BreakBasis.LINE


def _shared(found: Found) -> object:
    return (found.terms.line.sku_id, found.rung.tax_inclusive, _exact(found))


def _exact(found: Found) -> Fraction:
    return Fraction(found.price[0]) / Fraction(found.price[1])


def _finished(found: Found, shared: Decimal | None, places: int) -> PricedLine | RefusedLine:
    line, quantity = found.terms.line, found.counts.line
    amount = rounded(product(found.price, quantity), places) if shared is None else shared
    price = per_unit(found.price, line)
    gross = times(amount, plus(ONE, line.tax_rate))
    if gross <= MAX_AMOUNT and price <= MAX_AMOUNT:
        return PricedLine(line, quantity, amount, price, found)
    try:
        checked_amount(round_half_up(gross, AMOUNT_PLACES))
        checked_amount(price)
    except ValueError as too_large:
        refusal = _refused(line, RefusalCode.AMOUNT_OUT_OF_RANGE, str(too_large))
        return replace(refusal, losers=losers_of(found.shelf, found.terms))
    return PricedLine(line, quantity, amount, price, found)


def _visible(rungs: Sequence[Rung], line: RequestLine) -> tuple[LadderRung, ...]:
    # Of a tuple, in half the time: hundreds are made for a page.
    new = tuple.__new__  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    prices = per_units([rung.price for rung in rungs], line)
    return tuple(
        [
            new(LadderRung, (start, price, inclusive, breaks, row[0], scale.contender.list_id))
            for (scale, row, _, start, _, inclusive, breaks, _), price in zip(
                rungs, prices, strict=True
            )
        ]
    )
