"""Rebates over a period: what has accrued (P14)."""

from collections.abc import Sequence
from decimal import Decimal

from app.kernel.money import currency_exponent
from app.promotions.rules.compiled import decimal_of, whole
from app.promotions.rules.terms import SchemeTier
from app.promotions.rules.tiers import MILLION, Tiers, half_up, reached
from app.promotions.rules.words import Calculation

_PERCENT = 100 * MILLION


def rebate_accrued(
    tiers: Sequence[SchemeTier],
    purchased: Decimal,
    calculation: Calculation,
    currency: str,
) -> Decimal:
    """Return the rebate on all purchases of the period so far, net of returns.

    STEP is retroactive: the reached tier's percent of everything. GRADUATED pays each part at its
    own tier. Purchases below zero accrue nothing.
    """
    exponent = currency_exponent(currency)
    ladder = tuple((whole(tier.threshold, 6), whole(tier.benefit, 6)) for tier in tiers)
    coins = max(0, whole(purchased, exponent))
    accrued = accrued_coins(ladder, calculation, coins * 10 ** (6 - exponent), 1, coins)
    return decimal_of(accrued, exponent)


def accrued_coins(tiers: Tiers, calculation: Calculation, n: int, d: int, coins: int) -> int:
    """Return the rebate in coins on an amount whose measure is n/d millionths.

    For GRADUATED the measure is the amount itself.
    """
    index = reached(tiers, n, d)
    if index < 0:
        return 0
    if calculation is not Calculation.GRADUATED:
        return half_up(coins * tiers[index][1], _PERCENT)
    total, top = 0, n
    for threshold, percent in tiers[index::-1]:
        total += (top - threshold * d) * percent
        top = threshold * d
    return half_up(total * coins, _PERCENT * n) if n else 0
