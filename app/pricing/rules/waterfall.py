"""The one place where prices are made: catalogue page, cart, order and simulation ask it."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from app.kernel.money import AMOUNT_PLACES, checked_amount, round_half_up, round_money, spread
from app.kernel.quantity import FractionalPieces, QuantityOutOfRange, to_base
from app.pricing.rules.candidate import BreakType, PriceCandidate
from app.pricing.rules.ladder import Rung
from app.pricing.rules.priced import PricedLine
from app.pricing.rules.request import PriceRequest, RequestLine
from app.pricing.rules.result import (
    LadderRung,
    NextBreak,
    Offer,
    Quote,
    QuotedLine,
    RefusalCode,
    RefusedLine,
)
from app.pricing.rules.steps import explained, tax_step
from app.pricing.rules.tax import TaxableLine, TaxedAmount, taxed
from app.pricing.rules.terms import Shelf, Terms, terms_of
from app.pricing.rules.wording import shown


def quote(request: PriceRequest, candidates: Iterable[PriceCandidate]) -> Quote:
    """Price every line, or say why not; the order of candidates does not matter.

    Same question, same candidates, same instant: same answer, to the last reason. Fails with
    AmountOutOfRange when the totals cannot be stored.
    """
    answers = price_lines(request, candidates)
    priced = [answer for answer in answers if isinstance(answer, PricedLine)]
    refused = tuple(answer for answer in answers if isinstance(answer, RefusedLine))
    taxables = [_taxable(answer) for answer in priced]
    amounts = taxed(taxables, request.tax_mode, request.currency)
    lines = tuple(_quoted(line, split) for line, split in zip(priced, amounts, strict=True))
    zero = round_money(Decimal(0), request.currency)
    return Quote(
        seller_id=request.seller_id,
        buyer_id=request.buyer_id,
        relationship_id=request.relationship_id,
        currency=request.currency,
        price_instant=request.price_instant,
        tax_mode=request.tax_mode,
        lines=lines,
        refused=refused,
        net=checked_amount(sum((line.net for line in lines), zero)),
        tax=checked_amount(sum((line.tax for line in lines), zero)),
        gross=checked_amount(sum((line.gross for line in lines), zero)),
    )


def price_lines(
    request: PriceRequest, candidates: Iterable[PriceCandidate]
) -> list[PricedLine | RefusedLine]:
    """Answer each line in the order asked, before promotions and tax (steps 1 to 5).

    Breaks count all lines of one SKU in base units (P3).
    """
    shelf = Shelf(request, candidates)
    quantities = {line.key: _base_quantity(line) for line in request.lines}
    counted = _counted(request.lines, quantities)
    answers = [
        _answer(shelf, line, quantities[line.key], counted.get(line.sku_id, Decimal(0)))
        for line in request.lines
    ]
    amounts = _amounts([a for a in answers if isinstance(a, PricedLine)], request.currency)
    return [_finished(a, amounts, request.currency) for a in answers]


def ladder_for(
    request: PriceRequest, line: RequestLine, candidates: Iterable[PriceCandidate]
) -> tuple[LadderRung, ...]:
    """Show every break that this buyer can reach for the line's SKU and unit, lowest first.

    Takes the way of quote, for the line alone; empty where the line would have no price at all.
    """
    quantity = _base_quantity(line)
    if isinstance(quantity, RefusedLine):
        return ()
    terms = terms_of(Shelf(request, candidates), line, quantity)
    return tuple(_visible(rung, line) for rung in terms.visible())


def offers(request: PriceRequest, candidates: Iterable[PriceCandidate]) -> dict[str, Offer]:
    """Price each line alone, by its key: lines of one SKU do not lift each other over a break.

    One pass over the candidates, whatever the number of lines.
    """
    shelf = Shelf(request, candidates)
    return {line.key: _offer(shelf, line) for line in request.lines}


def _offer(shelf: Shelf, line: RequestLine) -> Offer:
    quantity = _base_quantity(line)
    if isinstance(quantity, RefusedLine):
        return Offer(unit_price=None, tax_inclusive=False, breaks=(), refusal=quantity)
    breaks = tuple(_visible(rung, line) for rung in terms_of(shelf, line, quantity).visible())
    answer = _answer(shelf, line, quantity, quantity)
    if isinstance(answer, RefusedLine):
        return Offer(unit_price=None, tax_inclusive=False, breaks=breaks, refusal=answer)
    price = _per_unit(answer.exact_unit_price, line)
    inclusive = answer.rung.tax_inclusive
    return Offer(unit_price=price, tax_inclusive=inclusive, breaks=breaks, refusal=None)


def _base_quantity(line: RequestLine) -> Decimal | RefusedLine:
    try:
        quantity = to_base(line.quantity, line.unit_factor, divisible=line.divisible)
    except FractionalPieces as refused:
        return _refused(line, RefusalCode.FRACTIONAL_PIECES, str(refused))
    except QuantityOutOfRange as refused:
        return _refused(line, RefusalCode.QUANTITY_OUT_OF_RANGE, str(refused))
    if quantity <= 0:
        return _refused(line, RefusalCode.QUANTITY_NOT_POSITIVE, "the quantity must be above zero")
    return quantity


def _refused(line: RequestLine, code: RefusalCode, reason: str) -> RefusedLine:
    return RefusedLine(key=line.key, sku_id=line.sku_id, code=code, reason=reason, losers=())


def _counted(
    lines: Sequence[RequestLine], quantities: dict[str, Decimal | RefusedLine]
) -> dict[UUID, Decimal]:
    counted: dict[UUID, Decimal] = {}
    for line in lines:
        quantity = quantities[line.key]
        if isinstance(quantity, Decimal):
            counted[line.sku_id] = counted.get(line.sku_id, Decimal(0)) + quantity
    return counted


def _answer(
    shelf: Shelf, line: RequestLine, quantity: Decimal | RefusedLine, counted: Decimal
) -> PricedLine | RefusedLine:
    if isinstance(quantity, RefusedLine):
        return quantity
    terms = terms_of(shelf, line, counted)
    ladder = terms.chosen(counted)
    rung = ladder.reached(counted)
    if rung is None:
        return _without_price(line, terms, counted)
    total = ladder.total(counted, line.tax_rate, divisible=line.divisible)
    price = total / Fraction(counted)
    return PricedLine(line, terms, ladder, rung, quantity, counted, price, Decimal(0))


def _without_price(line: RequestLine, terms: Terms, counted: Decimal) -> RefusedLine:
    visible = terms.visible()
    if visible:
        code = RefusalCode.BELOW_LOWEST_BREAK
        reason = f"the lowest price starts at {shown(visible[0].from_quantity)} base units"
    else:
        code, reason = RefusalCode.NO_PRICE, "no valid price row covers this SKU for this buyer"
    return replace(_refused(line, code, reason), losers=terms.losers_at(counted))


def _amounts(priced: Sequence[PricedLine], currency: str) -> dict[str, Decimal]:
    """Round each line once; graduated lines of one SKU share one rounded amount.

    Each of them pays the same average price per base unit. What they cost together is rounded
    once and spread over them by largest remainder in the order asked.
    """
    groups: dict[object, list[PricedLine]] = {}
    for line in priced:
        groups.setdefault(_shared(line), []).append(line)
    amounts: dict[str, Decimal] = {}
    for group in groups.values():
        weights = [line.base_quantity for line in group]
        exact = group[0].exact_unit_price * sum(map(Fraction, weights), Fraction(0))
        parts = spread(round_money(exact, currency), weights, currency)
        amounts |= {line.line.key: part for line, part in zip(group, parts, strict=True)}
    return amounts


def _shared(priced: PricedLine) -> object:
    if priced.rung.break_type is BreakType.ALL_UNITS:
        return priced.line.key
    return (priced.line.sku_id, priced.rung.tax_inclusive, priced.exact_unit_price)


def _finished(
    answer: PricedLine | RefusedLine, amounts: dict[str, Decimal], currency: str
) -> PricedLine | RefusedLine:
    if isinstance(answer, RefusedLine):
        return answer
    amount = amounts[answer.line.key]
    try:
        gross = Fraction(amount) * (1 + Fraction(answer.line.tax_rate))
        checked_amount(round_half_up(gross, AMOUNT_PLACES))
        checked_amount(_per_unit(answer.exact_unit_price, answer.line))
    except ValueError as too_large:
        losers = answer.terms.losers_at(answer.counted)
        refusal = _refused(answer.line, RefusalCode.AMOUNT_OUT_OF_RANGE, str(too_large))
        return replace(refusal, losers=losers)
    return replace(answer, amount=amount, steps=explained(answer, amount, currency))


def _taxable(priced: PricedLine) -> TaxableLine:
    line = priced.line
    return TaxableLine(
        priced.amount, priced.rung.tax_inclusive, line.tax_rate, line.tax_category_id
    )


def _quoted(priced: PricedLine, split: TaxedAmount) -> QuotedLine:
    line = priced.line
    return QuotedLine(
        key=line.key,
        sku_id=line.sku_id,
        packaging_level=line.packaging_level,
        quantity=line.quantity,
        unit_factor=line.unit_factor,
        base_quantity=priced.base_quantity,
        unit_price_display=_per_unit(priced.exact_unit_price, line),
        tax_inclusive=priced.rung.tax_inclusive,
        tax_rate=line.tax_rate,
        tax_category_id=line.tax_category_id,
        net=split.net,
        tax=split.tax,
        gross=split.gross,
        steps=(*priced.steps, tax_step(_taxable(priced), split)),
        losers=priced.terms.losers_at(priced.counted),
        next_break=_next_break(priced),
    )


def _per_unit(price: Fraction, line: RequestLine) -> Decimal:
    return round_half_up(price * Fraction(line.unit_factor), AMOUNT_PLACES)


def _visible(rung: Rung, line: RequestLine) -> LadderRung:
    return LadderRung(
        rung.from_quantity,
        _per_unit(rung.price, line),
        rung.tax_inclusive,
        rung.break_type,
        rung.candidate.entry_id,
        rung.candidate.list_id,
    )


def _next_break(priced: PricedLine) -> NextBreak | None:
    line, rung = priced.line, priced.rung
    for above in priced.terms.visible():
        price = above.price_as(line.tax_rate, tax_inclusive=rung.tax_inclusive)
        if above.from_quantity > priced.counted and price < rung.price:
            return NextBreak(above.from_quantity, _per_unit(price, line))
    return None
