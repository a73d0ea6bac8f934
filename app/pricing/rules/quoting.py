"""Prices and tax of all lines as one document: the quote that orders keep."""

from collections.abc import Sequence
from decimal import Decimal

from app.kernel.money import checked_amount, round_money
from app.pricing.rules.book import PriceBook
from app.pricing.rules.priced import PricedLine
from app.pricing.rules.request import PriceRequest
from app.pricing.rules.result import Quote, QuotedLine, RefusedLine
from app.pricing.rules.steps import tax_step
from app.pricing.rules.tax import TaxableLine, TaxedAmount, taxed
from app.pricing.rules.waterfall import price_lines


def quote(request: PriceRequest, book: PriceBook) -> Quote:
    """Price every line, or say why not; the order of lists and rows does not matter.

    Same question, same book, same instant: same answer, to the last reason. Fails with
    AmountOutOfRange when the totals cannot be stored.
    """
    answers = price_lines(request, book)
    priced = [answer for answer in answers if isinstance(answer, PricedLine)]
    amounts = taxed([_taxable(line) for line in priced], request.tax_mode, request.currency)
    lines = [_quoted(line, split) for line, split in zip(priced, amounts, strict=True)]
    refused = tuple(answer for answer in answers if isinstance(answer, RefusedLine))
    return _totalled(request, lines, refused)


def _totalled(
    request: PriceRequest, lines: Sequence[QuotedLine], refused: tuple[RefusedLine, ...]
) -> Quote:
    zero = round_money(Decimal(0), request.currency)
    return Quote(
        seller_id=request.seller_id,
        buyer_id=request.buyer_id,
        relationship_id=request.relationship_id,
        currency=request.currency,
        price_instant=request.price_instant,
        tax_mode=request.tax_mode,
        lines=tuple(lines),
        refused=refused,
        net=checked_amount(sum((line.net for line in lines), zero)),
        tax=checked_amount(sum((line.tax for line in lines), zero)),
        gross=checked_amount(sum((line.gross for line in lines), zero)),
    )


def _taxable(priced: PricedLine) -> TaxableLine:
    line = priced.line
    return TaxableLine(priced.amount, priced.tax_inclusive, line.tax_rate, line.tax_category_id)


def _quoted(priced: PricedLine, split: TaxedAmount) -> QuotedLine:
    line = priced.line
    return QuotedLine(
        key=line.key,
        sku_id=line.sku_id,
        packaging_level=line.packaging_level,
        quantity=line.quantity,
        unit_factor=line.unit_factor,
        base_quantity=priced.base_quantity,
        unit_price_display=priced.unit_price_display,
        tax_inclusive=priced.tax_inclusive,
        tax_rate=line.tax_rate,
        tax_category_id=line.tax_category_id,
        net=split.net,
        tax=split.tax,
        gross=split.gross,
        steps=(*priced.steps, tax_step(_taxable(priced), split)),
        losers=priced.losers,
        next_break=priced.next_break,
    )
