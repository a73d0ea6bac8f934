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
from app.pricing.rules.basis import BreakBasis
from app.pricing.rules.book import PriceBook
from app.pricing.rules.counts import Counter
from app.pricing.rules.exact import ONE, plus, product, rounded, times
from app.pricing.rules.losers import losers_of
from app.pricing.rules.price_list import BreakType
from app.pricing.rules.priced import Found, PricedLine, per_unit
from app.pricing.rules.refusing import base_quantity, refused, without_price
from app.pricing.rules.request import PriceRequest, RequestLine
from app.pricing.rules.result import RefusalCode, RefusedLine
from app.pricing.rules.scale import Rung
from app.pricing.rules.shelf import Shelf
from app.pricing.rules.terms import terms_of


def price_lines(request: PriceRequest, book: PriceBook) -> list[PricedLine | RefusedLine]:
    """Answer each line in the order asked, before promotions and tax (steps 1 to 5).

    Breaks count all lines of one SKU in base units (P3), unless their list counts otherwise. The
    order of lists and rows does not matter.
    """
    shelf = Shelf(request, book)
    quantities = [base_quantity(line) for line in request.lines]
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


def priced_alone(found: Found, currency: str) -> PricedLine | RefusedLine:
    """Answer a line that counts for itself as price_lines would if it were the only one."""
    shared = None
    if _is_shared(found.rung):
        shared = _graduated_amounts([found], currency)[found.terms.line.key]
    return _finished(found, shared, currency_exponent(currency))


def _answer(
    shelf: Shelf, counter: Counter, line: RequestLine, quantity: Decimal | RefusedLine
) -> Found | RefusedLine:
    if isinstance(quantity, RefusedLine):
        return quantity
    terms = terms_of(shelf, line, counter.at(line, quantity))
    rung = terms.paid()
    if rung is None:
        return without_price(shelf, terms)
    return Found(shelf, terms, rung, terms.price_of(rung))


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
        refusal = refused(line, RefusalCode.AMOUNT_OUT_OF_RANGE, str(too_large))
        return replace(refusal, losers=losers_of(found.shelf, found.terms))
    return PricedLine(line, quantity, amount, price, found)
