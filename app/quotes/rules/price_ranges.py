"""Which ranges prices are counted in: round ones, few enough to be looked at."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from app.kernel.errors import Invalid

MOST_RANGES = 6
MOST_STEPS = 20
_ROUND = (Decimal(1), Decimal(2), Decimal(5))


@dataclass(frozen=True, slots=True)
class PriceRange:
    """How many prices are at least `minimum` and below `below`; none of both is without an end."""

    minimum: Decimal
    below: Decimal | None
    count: int


def counted(prices: Sequence[Decimal], steps: Sequence[Decimal] = ()) -> list[PriceRange]:
    """Count prices in ranges that begin at zero and at each step; without steps in round ones.

    Round ones leave out those that nothing is in. Raises `Invalid` for steps that do not rise.
    """
    if any(step <= before for before, step in pairwise((Decimal(0), *steps))):
        raise Invalid("priceSteps", "must rise, from above zero")
    if len(steps) > MOST_STEPS:
        raise Invalid("priceSteps", f"must be at most {MOST_STEPS}")
    edges = [Decimal(0), *(steps or _round_steps(prices))]
    counts = [0] * len(edges)
    for price in prices:
        counts[bisect_right(edges, price) - 1] += 1
    ends = [*edges[1:], None]
    ranges = [PriceRange(*each) for each in zip(edges, ends, counts, strict=True)]
    return ranges if steps else [each for each in ranges if each.count]


def _round_steps(prices: Sequence[Decimal]) -> list[Decimal]:
    highest = max(prices, default=Decimal(0))
    if highest <= 0:
        return []
    power = Decimal(10) ** (highest.adjusted() - 1)
    sizes = (power * number for number in (*_ROUND, *(each * 10 for each in _ROUND)))
    size = next(size for size in sizes if highest < size * MOST_RANGES)
    return [size * place for place in range(1, int(highest // size) + 1)]
