"""What to order, from what goes out, what is there and what is coming (P20): pure and exact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import ceil
from uuid import UUID

from app.kernel.quantity import PackagingLevel

MOST_STEPS = 1_000
_LEVELS = (PackagingLevel.CASE, PackagingLevel.INNER, PackagingLevel.PIECE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Horizon:
    """For how many days the goods must last: until they come, until the next order, and spare."""

    lead_days: int = 2
    cycle_days: int = 7
    safety_days: int = 3

    @property
    def days(self) -> int:
        """All of them."""
        return self.lead_days + self.cycle_days + self.safety_days


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """The pieces of a SKU: so many went out over so many days, are there, and are coming."""

    sku_id: UUID
    gone: Decimal
    over_days: int
    stock: Decimal = Decimal(0)
    in_transit: Decimal = Decimal(0)

    @property
    def per_day(self) -> Fraction:
        """How many go out a day, exactly."""
        return Fraction(self.gone) / self.over_days


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """So many packs of a SKU, and why: `target` and `need` are pieces.

    `for_minimum` of the packs are there to reach the least value that is delivered.
    """

    flow: Flow
    target: int
    need: Decimal
    level: PackagingLevel
    factor: Decimal
    packs: int
    for_minimum: int = 0

    @property
    def pieces(self) -> Decimal:
        """How many pieces that is."""
        return self.packs * self.factor

    @property
    def days_covered(self) -> Fraction:
        """For how many days all that is there, coming and suggested lasts."""
        there = Fraction(self.flow.stock) + Fraction(self.flow.in_transit) + Fraction(self.pieces)
        return there / self.flow.per_day


def pack_of(packaging: Mapping[PackagingLevel, Decimal]) -> tuple[PackagingLevel, Decimal] | None:
    """Return the unit to suggest: whole cases, else inner packs, else pieces; none for none."""
    level = next((each for each in _LEVELS if each in packaging), None)
    return (level, packaging[level]) if level else None


def suggested(
    flow: Flow, horizon: Horizon, level: PackagingLevel, factor: Decimal
) -> Suggestion | None:
    """Suggest the fewest packs that last for the horizon; none where enough is there or coming."""
    target = ceil(flow.per_day * horizon.days)
    need = target - flow.stock - flow.in_transit
    if need <= 0 or flow.gone <= 0:
        return None
    packs = ceil(Fraction(need) / Fraction(factor))
    return Suggestion(flow=flow, target=target, need=need, level=level, factor=factor, packs=packs)


def raised(
    suggestions: Sequence[Suggestion], prices: Mapping[UUID, Decimal], minimum: Decimal
) -> list[Suggestion]:
    """Add packs until the order is worth the least that is delivered; `prices` are of one pack.

    Each pack goes to what would be used up first; where that many single packs do not do, all that
    is missing goes there at once. What has no price is left alone.
    """
    found = {each.flow.sku_id: each for each in suggestions}
    priced = [key for key in found if prices.get(key, Decimal(0)) > 0]
    value = sum((found[key].packs * prices[key] for key in priced), Decimal(0))
    steps = 0
    while priced and value < minimum:
        key = min(priced, key=lambda each: (found[each].days_covered, each.int))
        steps += 1
        more = 1 if steps <= MOST_STEPS else ceil((minimum - value) / prices[key])
        line = found[key]
        found[key] = replace(line, packs=line.packs + more, for_minimum=line.for_minimum + more)
        value += more * prices[key]
    return list(found.values())


def reason_of(line: Suggestion, horizon: Horizon) -> str:
    """Say in words how a suggestion came about."""
    flow = line.flow
    rate = (Decimal(flow.per_day.numerator) / flow.per_day.denominator).quantize(Decimal("0.01"))
    said = (
        f"{rate.normalize():f} a day for {horizon.days} days are {line.target};"
        f" {flow.stock.normalize():f} are there and {flow.in_transit.normalize():f} are coming:"
        f" {line.need.normalize():f} are missing,"
        f" which takes {line.packs - line.for_minimum} {line.level} of {line.factor.normalize():f}."
    )
    if line.for_minimum:
        said += f" {line.for_minimum} more reach the minimum order value."
    return said
