"""How many base units are ordered, by each basis that breaks can have."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from app.pricing.rules.exact import ZERO, plus
from app.pricing.rules.request import RequestLine


class Counts(NamedTuple):
    """Base units of the line, of its SKU, of its own category, and of the order.

    The fields stand in the order of BreakBasis.
    """

    line: Decimal
    sku: Decimal
    product_group: Decimal
    order: Decimal


def alone(quantity: Decimal) -> Counts:
    """Count a line that stands for itself."""
    return Counts(quantity, quantity, quantity, quantity)


class Counter:
    """Counts all lines of a question once (P3: mixed units of one SKU count together)."""

    def __init__(self, ordered: Iterable[tuple[RequestLine, Decimal]]) -> None:
        self._skus: dict[int, Decimal] = {}
        self._groups: dict[int, Decimal] = {}
        self._order = ZERO
        for line, quantity in ordered:
            _add(self._skus, line.sku_id, quantity)
            _add(self._groups, _group(line), quantity)
            self._order = plus(self._order, quantity)

    def at(self, line: RequestLine, quantity: Decimal) -> Counts:
        """Give the counts that breaks of the line see; a line that was not counted stands alone."""
        return Counts(
            quantity,
            self._skus[line.sku_id.int],
            self._groups[_group(line).int],
            self._order,
        )


def _group(line: RequestLine) -> UUID:
    return line.category_path[0] if line.category_path else line.sku_id


def _add(counted: dict[int, Decimal], key: UUID, quantity: Decimal) -> None:
    before = counted.get(key.int)
    counted[key.int] = quantity if before is None else plus(before, quantity)
