"""What goes back when goods are returned (Our rule 11, P12)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from app.kernel.money import round_money
from app.promotions.rules.basket import Basket, BasketLine, Scheme
from app.promotions.rules.book import SchemeBook
from app.promotions.rules.outcome import Promoted, SchemeBenefit
from app.promotions.rules.waterfall import apply_schemes
from app.promotions.rules.words import ReturnRule

_ZERO = Decimal(0)


class MoreThanBought(ValueError):
    """More is returned than was bought."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """What a scheme no longer gives, never below zero: taken off the refund, or off the tally.

    Goods are free base units that were not earned; who keeps them pays for them.
    """

    money: Decimal = _ZERO
    goods: Decimal = _ZERO
    points: int = 0
    rebate: Decimal = _ZERO


def proportional_refund(
    paid: Decimal, quantity: Decimal, returned: Decimal, currency: str
) -> Decimal:
    """Return the paid share of what comes back; nothing for nothing.

    With free goods counted into `quantity` this is the spread method: every unit costs the same.
    """
    if not 0 <= returned <= quantity:
        raise MoreThanBought(f"{returned} of {quantity}")
    if not returned:
        return round_money(_ZERO, currency)
    return round_money(Fraction(paid) * Fraction(returned) / Fraction(quantity), currency)


def taken_back(
    scheme: Scheme, sold: Basket, given: SchemeBenefit, kept: Mapping[str, Decimal]
) -> TakenBack:
    """Compare what the scheme gave with what it gives for the goods that are kept.

    `sold` holds the lines with the amounts that the scheme saw, and the uses before the sale;
    `kept` are the base units of each line that are not returned. KEEP takes nothing back. The
    scheme's own reduction of returned goods is not counted: the proportional refund has it.
    """
    if scheme.terms.return_rule is ReturnRule.KEEP:
        return TakenBack()
    outcome = apply_schemes(_kept_basket(sold, kept), SchemeBook([scheme]))
    now = _benefit(outcome, scheme)
    still = _still_reduced(apply_schemes(sold, SchemeBook([scheme])), sold, kept)
    return TakenBack(
        money=max(_ZERO, still - now.money),
        goods=max(_ZERO, given.goods - now.goods),
        points=max(0, given.points - now.points),
        rebate=max(_ZERO, given.rebate - now.rebate),
    )


def _kept_basket(sold: Basket, kept: Mapping[str, Decimal]) -> Basket:
    lines = tuple(
        _scaled(line, kept.get(line.key, line.base_quantity), sold.currency) for line in sold.lines
    )
    return replace(sold, lines=tuple(line for line in lines if line.base_quantity))


def _scaled(line: BasketLine, kept: Decimal, currency: str) -> BasketLine:
    amount = proportional_refund(line.amount, line.base_quantity, kept, currency)
    return replace(line, base_quantity=kept, amount=amount)


def _still_reduced(before: Promoted, sold: Basket, kept: Mapping[str, Decimal]) -> Decimal:
    quantities = {line.key: line.base_quantity for line in sold.lines}
    total = _ZERO
    for step in before.steps:
        bought = quantities[step.line_key]
        left = kept.get(step.line_key, bought)
        cut = step.before - step.after
        total += proportional_refund(cut, bought, left, sold.currency)
    return total


def _benefit(outcome: Promoted, scheme: Scheme) -> SchemeBenefit:
    found = [each for each in outcome.benefits if each.scheme_id == scheme.scheme_id]
    nothing = SchemeBenefit(
        scheme_id=scheme.scheme_id,
        version_id=scheme.version_id,
        name=scheme.name,
        benefit=scheme.terms.benefit,
    )
    return found[0] if found else nothing
