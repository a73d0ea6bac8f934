"""What a scheme may still give: to this buyer, and in all."""

from decimal import ROUND_FLOOR, Context, Decimal

from app.promotions.rules.compiled import Compiled
from app.promotions.rules.outcome import Loss
from app.promotions.rules.words import SchemeLossCode
from app.promotions.rules.working import Working

_DOWN = Context(prec=120, rounding=ROUND_FLOOR)

Left = tuple[int, SchemeLossCode]
"""How much is left, never below zero, and which limit says so."""


def money_left(work: Working, one: Compiled) -> Left | None:
    """Return the coins left, rounded down, or none without a limit of money."""
    limits = one.limits
    if limits is None:
        return None
    use = work.use_of(one)
    return _least(
        work.exponent,
        (limits.money_per_buyer, use.buyer_money),
        (limits.money, use.money),
    )


def goods_left(work: Working, one: Compiled) -> Left | None:
    """Return the millionths of base units left, or none without a limit of goods."""
    limits = one.limits
    if limits is None:
        return None
    use = work.use_of(one)
    return _least(6, (limits.goods_per_buyer, use.buyer_goods), (limits.goods, use.goods))


def spent(code: SchemeLossCode) -> Loss:
    """Say that nothing is left of a limit."""
    whose = "the buyer's limit" if code is SchemeLossCode.BUYER_LIMIT_REACHED else "the budget"
    return Loss(code, f"{whose} is spent")


def _least(
    places: int, buyer: tuple[Decimal | None, Decimal], every: tuple[Decimal | None, Decimal]
) -> Left | None:
    found: list[tuple[int, int, SchemeLossCode]] = []
    codes = (SchemeLossCode.BUYER_LIMIT_REACHED, SchemeLossCode.BUDGET_SPENT)
    for rank, (code, (limit, used)) in enumerate(zip(codes, (buyer, every), strict=True)):
        if limit is not None:
            exact = _DOWN.scaleb(_DOWN.subtract(limit, used), places)
            found.append((max(0, int(_DOWN.to_integral_value(exact))), rank, code))
    if not found:
        return None
    amount, _, code = min(found)
    return amount, code
