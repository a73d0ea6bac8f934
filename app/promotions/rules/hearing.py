"""Which schemes of a book speak to one audience, decided once and asked by many baskets."""

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from app.promotions.rules.basket import Basket
from app.promotions.rules.compiled import Compiled
from app.promotions.rules.eligible import BuyerTraits, Ids, traits_of
from app.promotions.rules.outcome import LosingScheme, Loss
from app.promotions.rules.speaking import silence

MOST_AUDIENCES = 256
"""How many audiences a book remembers; the one asked longest ago is forgotten first."""

_Asking = tuple[str, bool, frozenset[UUID], BuyerTraits]


class Heard(NamedTuple):
    """By position in the waterfall: whether the scheme speaks, and why it does not.

    `turns` has the bits of those that speak and can be carried out, `limited` are those of them
    whose limits may be spent, `faulty` cannot be carried out. `known` keeps what was worked out for
    the audience and holds for all of it.
    """

    speaks: tuple[bool, ...]
    losses: tuple[Loss | None, ...]
    turns: int
    limited: tuple[Compiled, ...]
    faulty: tuple[Compiled, ...]
    known: dict[Hashable, tuple[Decimal | None, tuple[LosingScheme, ...]]]


class Hearing:
    """The schemes of one book; buyers who differ only in what no scheme names are one audience."""

    __slots__ = ("_coupons", "_heard", "_named", "_schemes")

    def __init__(self, schemes: Sequence[Compiled]) -> None:
        """Note what the schemes name at all."""
        self._schemes = schemes
        self._named = _named(schemes)
        self._coupons = frozenset(one.scheme_id for one in schemes if one.terms.needs_coupon)
        self._heard: OrderedDict[_Asking, Heard] = OrderedDict()

    def of(self, basket: Basket) -> Heard:
        """Tell who speaks to the basket's buyer; a scheme that could not be made ready does."""
        own = traits_of(basket)
        traits = tuple([ids & named for ids, named in zip(own, self._named, strict=True)])
        coupons = basket.coupon_scheme_ids
        if coupons:
            coupons &= self._coupons
        asking = basket.currency, basket.is_first_order, coupons, traits
        known = self._heard.get(asking)
        if known is None:
            known = self._heard[asking] = self._hear(basket, traits)
            if len(self._heard) > MOST_AUDIENCES:
                self._heard.popitem(last=False)
        else:
            self._heard.move_to_end(asking)
        return known

    def _hear(self, basket: Basket, traits: BuyerTraits) -> Heard:
        losses = tuple(None if one.fault else silence(basket, one, traits) for one in self._schemes)
        speaking = [one for one, loss in zip(self._schemes, losses, strict=True) if loss is None]
        sound = [one for one in speaking if one.fault is None]
        return Heard(
            speaks=tuple(loss is None for loss in losses),
            losses=losses,
            turns=sum(1 << one.turn for one in sound),
            limited=tuple(one for one in sound if one.limits is not None),
            faulty=tuple(one for one in speaking if one.fault is not None),
            known={},
        )


def _named(schemes: Sequence[Compiled]) -> BuyerTraits:
    named: list[set[int | str]] = [set(), set(), set(), set(), set(), set()]
    for one in schemes:
        for place, wanted, _ in one.asked:
            named[place] |= wanted
    return tuple(Ids(each) for each in named)
