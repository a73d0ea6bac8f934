"""Which lots serve whom: plain functions over what was read under lock (Our rule 10)."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import NamedTuple, TypeVar
from uuid import UUID

from app.inventory.rules.demands import Buyer, Demand, SourcingRule
from app.inventory.rules.quotas import Bounds, QuotaLeft

Key = TypeVar("Key", bound=Hashable)


class BeyondAllocated(ValueError):
    """More was to leave or to be given back than is allocated for the source."""


class ForSale(NamedTuple):
    """A SKU that an organisation may have for somebody, in lots that keep so many days from today.

    Today is the tenant's, as it is for orders' demands.
    """

    organisation_id: UUID
    sku_id: UUID
    keeps_days: int


@dataclass(frozen=True, slots=True)
class LotQuantity:
    """Pieces of one lot in one warehouse, for one line of a source."""

    source_line_id: UUID
    warehouse_id: UUID
    sku_id: UUID
    lot_id: UUID
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Receipt:
    """Pieces that come in, as the lot whose code stands on them."""

    sku_id: UUID
    quantity: Decimal
    lot_code: str
    produced_on: date | None
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class FreeLot:
    """Pieces of a lot that nobody has been promised."""

    warehouse_id: UUID
    sku_id: UUID
    lot_id: UUID
    free: Decimal
    expires_on: date | None
    region: str = ""

    def keeps_until(self, day: date | None) -> bool:
        """Whether the goods are still good on the day; goods without expiry always are."""
        return day is None or self.expires_on is None or self.expires_on >= day


@dataclass(frozen=True, slots=True)
class OpenAllocation:
    """Pieces of a lot that are set aside for a line and have not left yet."""

    allocation_id: UUID
    reservation_id: UUID
    source_line_id: UUID
    warehouse_id: UUID
    sku_id: UUID
    lot_id: UUID
    quantity: Decimal

    @property
    def place(self) -> tuple[UUID, ...]:
        """For which line, in which warehouse, of which lot."""
        return self.source_line_id, self.warehouse_id, self.lot_id


def allot(
    demands: Sequence[Demand],
    lots: Sequence[FreeLot],
    quotas: Sequence[QuotaLeft] = (),
    rules: Sequence[SourcingRule] = (),
) -> list[LotQuantity]:
    """Serve the demands in their order, as far as lots and quotas reach.

    Lots come in the order of the warehouses that serve: those that a rule names for the buyer come
    first, in the order of the rules, then those of the buyer's region. What a quota leaves is given
    in whole packs.
    """
    left = {(lot.warehouse_id, lot.lot_id): lot.free for lot in lots}
    of_sku: dict[UUID, list[FreeLot]] = {}
    for lot in lots:
        of_sku.setdefault(lot.sku_id, []).append(lot)
    bounds = Bounds(quotas)
    allotted: list[LotQuantity] = []
    for demand in demands:
        key = partial(_distance, rules, demand.buyer)
        near_first = sorted(of_sku.get(demand.sku_id, []), key=key)
        served = _serve(demand, bounds.within(demand), near_first, left)
        bounds.take(demand, sum((item.quantity for item in served), Decimal(0)))
        allotted += served
    return allotted


def draw(
    allocations: Sequence[OpenAllocation],
    wanted: Mapping[Key, Decimal],
    key: Callable[[OpenAllocation], Key],
) -> list[OpenAllocation]:
    """Take the wanted pieces of each key from the allocations in their order.

    Returns the allocations with the pieces drawn from each. Raises `BeyondAllocated`.
    """
    left = dict(wanted)
    drawn: list[OpenAllocation] = []
    for allocation in allocations:
        taken = min(allocation.quantity, left.get(key(allocation), Decimal(0)))
        if taken > 0:
            left[key(allocation)] -= taken
            drawn.append(replace(allocation, quantity=taken))
    short = {name: quantity for name, quantity in left.items() if quantity > 0}
    if short:
        raise BeyondAllocated(f"not allocated: {short}")
    return drawn


def totals(
    items: Sequence[OpenAllocation] | Sequence[LotQuantity], *names: str
) -> dict[tuple[UUID, ...], Decimal]:
    """Add up the pieces of all items that agree in the named attributes, sorted by those."""
    sums: dict[tuple[UUID, ...], Decimal] = {}
    for item in items:
        group = tuple(getattr(item, name) for name in names)
        sums[group] = sums.get(group, Decimal(0)) + item.quantity
    return dict(sorted(sums.items()))


def rule_for(
    rules: Sequence[SourcingRule], warehouse_id: UUID, buyer: Buyer
) -> SourcingRule | None:
    """Return the first rule that sends a buyer's goods from a warehouse."""
    return next((rule for rule in rules if rule.fits(warehouse_id, buyer)), None)


def _distance(rules: Sequence[SourcingRule], buyer: Buyer, lot: FreeLot) -> tuple[bool, int, bool]:
    rule = rule_for(rules, lot.warehouse_id, buyer)
    is_far = not lot.region or lot.region != buyer.region
    return rule is None, rule.position if rule else 0, is_far


def _serve(
    demand: Demand,
    wanted: Decimal,
    lots: Sequence[FreeLot],
    left: dict[tuple[UUID, UUID], Decimal],
) -> list[LotQuantity]:
    served: list[LotQuantity] = []
    for lot in lots:
        place = lot.warehouse_id, lot.lot_id
        taken = min(wanted, left[place])
        if taken > 0 and lot.keeps_until(demand.expires_not_before):
            wanted -= taken
            left[place] -= taken
            served.append(LotQuantity(demand.source_line_id, place[0], lot.sku_id, place[1], taken))
    return served
