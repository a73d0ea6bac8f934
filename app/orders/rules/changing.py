"""What a change of an order's lines would make different, line by line and in all: pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID


@dataclass(frozen=True, slots=True)
class LineMoney:
    """How much of something, and what it costs; `total` is gross with deposits."""

    quantity: Decimal = Decimal(0)
    net: Decimal = Decimal(0)
    total: Decimal = Decimal(0)

    def __add__(self, other: "LineMoney") -> "LineMoney":
        """Add up lines of the same goods."""
        return LineMoney(
            self.quantity + other.quantity, self.net + other.net, self.total + other.total
        )


Goods = tuple[UUID, str, bool]
"""A SKU, its packaging unit, and whether it is free."""


class PricedGoods(NamedTuple):
    """A line of an order or a quote, as far as it is compared."""

    goods: Goods
    money: LineMoney


@dataclass(frozen=True, slots=True)
class LineDifference:
    """The same goods before and after a change; what was not there, or is gone, is nothing."""

    sku_id: UUID
    packaging_level: str
    is_free: bool
    before: LineMoney
    after: LineMoney

    @property
    def difference(self) -> Decimal:
        """How much more the goods cost; less where it is below zero."""
        return self.after.total - self.before.total


def differences(
    before: Iterable[PricedGoods], after: Iterable[PricedGoods]
) -> list[LineDifference]:
    """Compare goods by SKU, packaging unit and whether they are free: old ones first, then new."""
    old, new = _by_goods(before), _by_goods(after)
    return [
        LineDifference(*goods, old.get(goods, LineMoney()), new.get(goods, LineMoney()))
        for goods in dict.fromkeys((*old, *new))
    ]


def only_takes_away(found: Sequence[LineDifference]) -> bool:
    """Whether nothing is new, nothing more, and nothing cheaper by the unit (Our rule 9).

    What was approved then stays approved: less of the same at no lower a price. Free goods go with
    what they are given for, and count as any other.
    """
    return all(
        each.after.quantity <= each.before.quantity
        and each.after.net * each.before.quantity >= each.before.net * each.after.quantity
        for each in found
    )


def _by_goods(lines: Iterable[PricedGoods]) -> Mapping[Goods, LineMoney]:
    found: dict[Goods, LineMoney] = {}
    for goods, money in lines:
        found[goods] = found.get(goods, LineMoney()) + money
    return found
