"""Why a line costs what it costs, worked out when first asked: most quotes are never read so."""

from collections.abc import Callable
from dataclasses import dataclass

from app.pricing.rules import LosingCandidate, NextBreak, PriceStep


@dataclass(frozen=True, slots=True)
class Told:
    """Every step from zero to gross, every price that lost, and the nearest better break."""

    steps: tuple[PriceStep, ...] = ()
    losers: tuple[LosingCandidate, ...] = ()
    next_break: NextBreak | None = None


class Explanation:
    """What a line tells of itself; the same whenever it is asked."""

    __slots__ = ("_tell", "_told")

    def __init__(self, tell: Callable[[], Told]) -> None:
        """Keep the way to work it out."""
        self._tell = tell
        self._told: Told | None = None

    @property
    def told(self) -> Told:
        """What there is to tell."""
        if self._told is None:
            self._told = self._tell()
        return self._told

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Explanation) and self.told == other.told

    def __hash__(self) -> int:
        return hash(self.told)


def known(told: Told) -> Explanation:
    """Wrap what is worked out already."""
    return Explanation(lambda: told)
