"""The basket while schemes work on it: whole coins and millionths of base units."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from app.kernel.money import currency_exponent
from app.kernel.quantity import PackagingLevel
from app.promotions.rules.basket import Basket, BasketLine, SchemeUse
from app.promotions.rules.compiled import EXACT, Compiled, Slot, decimal_of, whole
from app.promotions.rules.eligible import BuyerTraits, numbers
from app.promotions.rules.outcome import Loss, SchemeStep
from app.promotions.rules.tiers import MILLION, Tiers
from app.promotions.rules.words import SchemeLossCode

NOTHING_USED = SchemeUse()
"""What stands for a scheme that no one has used."""


@dataclass(slots=True, eq=False)
class WorkingLine:
    """A line in whole numbers.

    `start` is its amount where the lane began, `now` what is left of it; `paid` are the millionths
    of base units that are not free, `shown` is `now` as a decimal.
    """

    line: BasketLine
    key: str
    sku_id: UUID
    start: int
    now: int
    paid: int
    is_promotable: bool
    shown: Decimal
    factors: dict[PackagingLevel, int] = field(default_factory=dict[PackagingLevel, int])

    def factor(self, level: PackagingLevel) -> int:
        """Return the millionths of base units in one unit of the level; 0 if there is none."""
        known = self.factors.get(level)
        if known is None:
            known = self.factors[level] = _factor(self.line, level)
        return known


Cuts = list[tuple[WorkingLine, int]]
"""Coins taken off lines."""

InSlots = dict[int, list[WorkingLine]]
"""Lines by the number of the slot that asks for them."""


class Given(NamedTuple):
    """Millionths of base units of a SKU that are free; one gift has `factor` of them."""

    sku_id: UUID
    factor: int
    goods: int
    of_line_key: str | None


@dataclass(slots=True)
class Plan:
    """What a scheme would do, before anything is done.

    Coins cut from lines, millionths of base units taken from them for nothing, lines given, and
    `gain` for comparison: coins first, then a count. `cap` says which limit cut it. Cuts that only
    a plan that is carried out needs are worked out by `later`.
    """

    tier: int
    gain: tuple[int, int]
    cuts: Cuts = field(default_factory=list)
    taken: list[tuple[WorkingLine, int]] = field(default_factory=list)
    free: list[Given] = field(default_factory=list[Given])
    goods: int = 0
    points: int = 0
    rebate: int = 0
    cap: SchemeLossCode | None = None
    later: Callable[[], Cuts] | None = None


@dataclass(slots=True)
class Reach:
    """How far the basket goes on a scheme's tiers: n/d millionths reach the tier `index`, or -1.

    `before` are the millionths that were bought before this basket.
    """

    lines: Sequence[WorkingLine]
    tiers: Tiers
    n: int
    d: int
    before: int
    index: int
    unmet: tuple[Slot, int] | None = None


@dataclass(slots=True, eq=False)
class Working:
    """All that changes while schemes are applied; lines stand by key, so that no order matters."""

    basket: Basket
    exponent: int
    coin: int
    unit: Decimal
    zero: Decimal
    lines: list[WorkingLine]
    has_closed_lines: bool
    in_slots: InSlots
    traits: BuyerTraits
    steps: list[SchemeStep] = field(default_factory=list)
    given: list[tuple[Compiled, Plan]] = field(default_factory=list)
    lost: list[tuple[Compiled, Loss]] = field(default_factory=list)
    reaches: dict[int, Reach] = field(default_factory=dict)
    covered: dict[int, Sequence[WorkingLine]] = field(default_factory=dict)

    def lines_in(self, slot: Slot) -> Sequence[WorkingLine]:
        """Return the promotable lines of a slot, by key."""
        if self.has_closed_lines:
            return [line for line in self.all_in(slot) if line.is_promotable]
        return self.all_in(slot)

    def all_in(self, slot: Slot) -> Sequence[WorkingLine]:
        """Return all lines of a slot, by key."""
        if not slot.is_everything:
            return self.in_slots.get(slot.number, ())
        if not slot.excluded:
            return self.lines
        return [line for line in self.lines if line.sku_id not in slot.excluded]

    def use_of(self, one: Compiled) -> SchemeUse:
        """Return what has been used of the scheme before."""
        return self.basket.uses.get(one.scheme_id, NOTHING_USED)

    def money(self, coins: int) -> Decimal:
        """Write coins as an amount of the basket's currency."""
        if not coins:
            return self.zero
        return EXACT.multiply(coins, self.unit)


def working(basket: Basket) -> Working:
    """Put the lines into whole numbers; fails with ValueError on fractions of a coin."""
    exponent = currency_exponent(basket.currency)
    unit = decimal_of(1, exponent)
    lines = [_working_line(line, exponent) for line in basket.lines]
    return Working(
        basket=basket,
        exponent=exponent,
        coin=10 ** (6 - exponent),
        unit=unit,
        zero=EXACT.multiply(0, unit),
        lines=sorted(lines, key=lambda line: line.key),
        has_closed_lines=not all(line.is_promotable for line in lines),
        in_slots={},
        traits=traits_of(basket),
    )


def traits_of(basket: Basket) -> BuyerTraits:
    """Return who the buyer is, in the order of BuyerTraits."""
    return (
        numbers((basket.relationship_id,)),
        numbers(basket.level_ids),
        numbers(basket.group_ids),
        numbers(basket.territory_ids),
        frozenset(() if basket.channel is None else (basket.channel,)),
        numbers((basket.membership_tier_id,)),
    )


def _working_line(line: BasketLine, exponent: int) -> WorkingLine:
    coins = whole(line.amount, exponent)
    base = whole(line.base_quantity, 6)
    if coins < 0 or base < 0:
        raise ValueError(f"line {line.key} is negative")
    shown = decimal_of(coins, exponent)
    return WorkingLine(line, line.key, line.sku_id, coins, coins, base, line.is_promotable, shown)


def _factor(line: BasketLine, level: PackagingLevel) -> int:
    factor = line.packs.get(level)
    if factor is None and line.packaging_level is level:
        factor = line.unit_factor
    if factor is None:
        return MILLION if level is PackagingLevel.PIECE else 0
    return whole(factor, 6)
