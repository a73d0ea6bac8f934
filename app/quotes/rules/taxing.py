"""Tax of what is paid for, and of what is free (step 12, P9)."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from app.kernel.money import FreeGoodsTax, TaxMode
from app.pricing.rules import TaxedAmount, taxed
from app.quotes.rules.draft import Draft


def tax_all(
    drafts: Sequence[Draft], mode: TaxMode, free_goods_tax: FreeGoodsTax, currency: str
) -> None:
    """Split every amount into net and tax; goods that are free are taxed as the tenant says.

    DISCOUNT taxes what is paid. Otherwise free goods are taxed at their value: the buyer pays the
    tax with the line, or the seller bears it and no total holds it.
    """
    given = [] if free_goods_tax is FreeGoodsTax.DISCOUNT else _given(drafts)
    paid = [draft.taxable(draft.amount) for draft in drafts]
    if free_goods_tax is FreeGoodsTax.SUPPLY_BUYER_BEARS and given:
        values = [draft.taxable(draft.free_value) for draft in given]
        splits = taxed([*paid, *values], mode, currency)
    else:
        splits = taxed(paid, mode, currency)
    for draft, split in zip(drafts, splits, strict=False):
        draft.split = split
    if not given:
        return
    if free_goods_tax is FreeGoodsTax.SUPPLY_BUYER_BEARS:
        for draft, value in zip(given, splits[len(paid) :], strict=True):
            draft.buyer_tax = value.tax
            draft.split = _with(draft.split, value.tax)
        return
    values = [draft.taxable(draft.free_value) for draft in given]
    for draft, value in zip(given, taxed(values, mode, currency), strict=True):
        draft.seller_tax = value.tax


def _given(drafts: Sequence[Draft]) -> list[Draft]:
    return [draft for draft in drafts if draft.free_value]


def _with(split: TaxedAmount, more: Decimal) -> TaxedAmount:
    return replace(split, tax=split.tax + more, gross=split.gross + more)
