"""Why a line costs what it costs, worked out when first asked: most quotes are never read so."""

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
