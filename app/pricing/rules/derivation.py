"""How a price of a parent list becomes that of a list derived from it (Our rule 3)."""

from decimal import Decimal

from app.pricing.rules.exact import HUNDRED, ONE, Pair, plus, times, to_multiple
from app.pricing.rules.price_list import Derivation, ListTerms
from app.pricing.rules.wording import shown

Chain = tuple[ListTerms, ...]
"""The deriving lists that a row has passed through, the one nearest to its own list first."""


def through(chain: Chain, price: Pair) -> Pair:
    """Derive a price, per the unit of its row, through every list of the chain."""
    for terms in chain:
        derivation = terms.derivation
        if derivation is None:
            continue
        if derivation.only_multiplies:
            price = times(price[0], derivation.share), price[1]
        else:
            price = derived(derivation, price)
    return price


def share_through(chain: Chain) -> Decimal | None:
    """Give the one factor that the whole chain comes to, none if it does more than multiply."""
    share = ONE
    for terms in chain:
        derivation = terms.derivation
        if derivation is None or not derivation.only_multiplies:
            return None
        share = derivation.share if share is ONE else times(share, derivation.share)
    return share


def derived(derivation: Derivation, price: Pair) -> Pair:
    """Derive once, exactly but for rounding to the multiple; the result may be negative."""
    top, bottom = times(price[0], derivation.share), price[1]
    if derivation.amount:
        top = plus(top, times(derivation.amount, bottom))
    if derivation.multiple is not None:
        top, bottom = to_multiple((top, bottom), derivation.multiple), ONE
    if derivation.floor is not None and top < times(derivation.floor, bottom):
        top, bottom = derivation.floor, ONE
    if derivation.ceiling is not None and top > times(derivation.ceiling, bottom):
        top, bottom = derivation.ceiling, ONE
    return top, bottom


def described(derivation: Derivation, parent: str) -> str:
    """Say the derivation in words: 97 % of Base plus 0.10, rounded to 0.05."""
    words = [f"{shown(derivation.percent)} % of {parent}"]
    if derivation.percent == HUNDRED:
        words = [parent]
    if derivation.amount:
        sign = "minus" if derivation.amount < 0 else "plus"
        words.append(f"{sign} {shown(abs(derivation.amount))}")
    if derivation.multiple is not None:
        words.append(f"rounded to {shown(derivation.multiple)}")
    if derivation.floor is not None:
        words.append(f"at least {shown(derivation.floor)}")
    if derivation.ceiling is not None:
        words.append(f"at most {shown(derivation.ceiling)}")
    return " ".join(words)
