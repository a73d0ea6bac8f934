"""Which of two price rows is stronger, and how to say so (Our rule 1)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.kernel.quantity import PackagingLevel
from app.pricing.rules.candidate import PriceCandidate, PriceKind
from app.pricing.rules.request import PriceRequest, RequestLine

_RANK = {
    PriceKind.CONTRACT: 0,
    PriceKind.BUYER: 1,
    PriceKind.LEVEL: 2,
    PriceKind.GROUP: 3,
    PriceKind.TERRITORY: 3,
    PriceKind.CHANNEL: 3,
    PriceKind.BASE: 4,
    PriceKind.PURCHASE_PLUS_MARGIN: 5,
}
_LEVELS = list(PackagingLevel)
_END_OF_TIME = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, order=True)
class Strength:
    """Orders rows from the strongest (smallest) to the weakest; never equal for two rows.

    Fields compare from the top: kind, how far up the buyer's levels, priority, scope, how far up
    the categories, unit, start, and last the ids so that the order is total.
    """

    kind: int
    level_distance: int
    lower_priority: int
    scope: int
    category_distance: int
    unit_distance: int
    earlier_start: timedelta
    entry_id: int
    list_id: int


_WHY = {
    "kind": "speaks to the buyer more directly",
    "level_distance": "is of a nearer customer level",
    "lower_priority": "has a higher priority",
    "scope": "names the product more narrowly",
    "category_distance": "names a nearer category",
    "unit_distance": "names the unit ordered",
    "earlier_start": "starts later",
    "entry_id": "has the lower id",
    "list_id": "has the lower id",
}


def covers(candidate: PriceCandidate, line: RequestLine) -> bool:
    """Tell whether the row's scope holds the line's SKU; a category holds its whole subtree."""
    if candidate.sku_id is not None:
        return candidate.sku_id == line.sku_id
    if candidate.brand_id is not None and candidate.brand_id != line.brand_id:
        return False
    return candidate.category_id is None or candidate.category_id in line.category_path


def strength(request: PriceRequest, line: RequestLine, candidate: PriceCandidate) -> Strength:
    """Rank a row that covers the line and speaks to the buyer."""
    level = candidate.level_id if candidate.kind is PriceKind.LEVEL else None
    category = candidate.category_id
    return Strength(
        _RANK[candidate.kind],
        0 if level is None else request.level_ids.index(level),
        -candidate.priority,
        _scope(candidate),
        0 if category is None else line.category_path.index(category),
        _unit_distance(candidate.packaging_level, line.packaging_level),
        _END_OF_TIME - candidate.start,
        candidate.entry_id.int,
        candidate.list_id.int,
    )


def why_stronger(winner: Strength, loser: Strength) -> str:
    """Say in words at which comparison the winner is ahead."""
    for name, reason in _WHY.items():
        if getattr(winner, name) != getattr(loser, name):
            return reason
    return "is the same row"


def _scope(candidate: PriceCandidate) -> int:
    if candidate.sku_id is not None:
        return 0
    if candidate.brand_id is not None:
        return 1
    return 2 if candidate.category_id is not None else 3


def _unit_distance(priced: PackagingLevel | None, ordered: PackagingLevel) -> int:
    if priced is None:
        return 1
    steps = abs(_LEVELS.index(priced) - _LEVELS.index(ordered))
    return 0 if steps == 0 else 1 + steps
