"""Why a line costs what it costs, worked out when first asked: most quotes are never read so."""

from collections.abc import Callable
from dataclasses import dataclass

from app.kernel.later import Later
from app.pricing.rules import LosingCandidate, NextBreak, PriceStep


@dataclass(frozen=True, slots=True)
class Told:
    """Every step from zero to gross, every price that lost, and the nearest better break."""

    steps: tuple[PriceStep, ...] = ()
    losers: tuple[LosingCandidate, ...] = ()
    next_break: NextBreak | None = None


Explanation = Later[Told]
"""What a line tells of itself."""


class BreakApart(Later[Told]):
    """What a line tells, of which the nearest better break may be asked without all the rest."""

    __slots__ = ("_next_break",)

    def __init__(
        self, tell: Callable[[], Told], next_break: Callable[[], NextBreak | None]
    ) -> None:
        """Keep the ways to work out the story, and the break in it."""
        super().__init__(tell)
        self._next_break = next_break

    @property
    def next_break(self) -> NextBreak | None:
        """The break, as in the story."""
        return self._next_break()
