"""All schemes that may speak, made ready once and asked by many baskets."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol
from uuid import UUID

from app.promotions.rules.basket import Scheme
from app.promotions.rules.compiled import Compiled, Slot, compiled
from app.promotions.rules.hearing import Hearing
from app.promotions.rules.outcome import SchemeOffer
from app.promotions.rules.working import InSlots, WorkingLine

Entry = tuple[int, int, frozenset[UUID]]
"""Position of a scheme, number of its slot, SKUs excluded from it."""


class Goods(Protocol):
    """What schemes look for in a product."""

    @property
    def sku_id(self) -> UUID:
        """The SKU."""
        ...

    @property
    def brand_id(self) -> UUID | None:
        """Its brand."""
        ...

    @property
    def category_path(self) -> tuple[UUID, ...]:
        """Its category and those above it."""
        ...


class SchemeBook:
    """Schemes in the waterfall's order, found by SKU, brand and category; never changes.

    Build it once per set of scheme versions and keep it: a basket then costs only as much as the
    schemes that touch its lines.
    """

    __slots__ = (
        "_bits_by_brand",
        "_bits_by_category",
        "_bits_by_sku",
        "_by_brand",
        "_by_category",
        "_by_sku",
        "_everything",
        "_excluded",
        "_for_everything",
        "_gift_sku_ids",
        "_schemes",
        "by_turn",
        "counted",
        "giving_by_name",
        "hearing",
        "offers",
    )

    def __init__(self, schemes: Iterable[Scheme]) -> None:
        """Make schemes ready, whatever their order; one that cannot be will lose as RULE_FAILED."""
        ready: list[Compiled] = []
        next_slot = 0
        for scheme in schemes:
            ready.append(compiled(scheme, next_slot))
            next_slot += 2 + len(scheme.terms.requirements)
        ready.sort(key=lambda one: one.order)
        self._schemes = tuple(ready)
        self.offers: dict[tuple[int, int], tuple[SchemeOffer, ...]] = {}
        gifts = (one.terms.gift for one in ready)
        self._gift_sku_ids = frozenset(gift.sku_id for gift in gifts if gift and gift.sku_id)
        self.hearing = Hearing(self._schemes)
        for rank, one in enumerate(sorted(ready, key=lambda one: one.order[3:])):
            one.rank = rank
        self._by_sku: dict[int, list[Entry]] = {}
        self._by_brand: dict[int, list[Entry]] = {}
        self._by_category: dict[int, list[Entry]] = {}
        self._everything: list[Entry] = []
        for position, one in enumerate(ready):
            one.position = position
            self._index(one)
        self.by_turn = tuple(sorted(ready, key=lambda one: (one.terms.sequence, one.position)))
        for turn, one in enumerate(self.by_turn):
            one.turn = turn
        # As `covering` writes them: gifts that name their SKU; limits or earlier purchases count.
        self.giving_by_name = sum(1 << one.turn for one in ready if one.gift and one.gift.sku_id)
        self.counted = sum(1 << one.turn for one in ready if one.counts_buyers)
        self._for_everything = self._bits(self._everything)
        self._bits_by_sku = self._bits_of(self._by_sku)
        self._bits_by_brand = self._bits_of(self._by_brand)
        self._bits_by_category = self._bits_of(self._by_category)
        self._excluded = frozenset(_excluded(ready))

    def __len__(self) -> int:
        return len(self._schemes)

    @property
    def schemes(self) -> tuple[Compiled, ...]:
        """All schemes by lane, sequence, kind of benefit and id."""
        return self._schemes

    @property
    def gift_sku_ids(self) -> frozenset[UUID]:
        """SKUs that schemes give by name: a basket needs their packs in `gift_packs`."""
        return self._gift_sku_ids

    def touching(self, lines: Sequence[WorkingLine]) -> tuple[list[Compiled], InSlots]:
        """Find the schemes that ask for these lines, in their order, and the lines of each slot.

        A slot for everything is not listed: all lines are in it but the excluded ones.
        """
        positions = {entry[0] for entry in self._everything}
        in_slots: InSlots = {}
        for line in lines:
            for position, slot, excluded in self._entries(line.line):
                if excluded and line.sku_id in excluded:
                    continue
                positions.add(position)
                known = in_slots.get(slot)
                if known is None:
                    in_slots[slot] = [line]
                elif known[-1] is not line:
                    known.append(line)
        schemes = self._schemes
        return [schemes[position] for position in sorted(positions)], in_slots

    def covering(self, goods: Goods) -> int:
        """Find the schemes that count or reward a SKU: the bits at their turns are set."""
        if goods.sku_id in self._excluded:
            entries = (*self._everything, *self._entries(goods))
            return self._bits([entry for entry in entries if goods.sku_id not in entry[2]])
        found = self._for_everything | self._bits_by_sku.get(goods.sku_id.int, 0)
        if goods.brand_id is not None:
            found |= self._bits_by_brand.get(goods.brand_id.int, 0)
        for category in goods.category_path:
            found |= self._bits_by_category.get(category.int, 0)
        return found

    def _entries(self, line: Goods) -> list[Entry]:
        entries = [*self._by_sku.get(line.sku_id.int, ())]
        if line.brand_id is not None:
            entries += self._by_brand.get(line.brand_id.int, ())
        for category in line.category_path:
            entries += self._by_category.get(category.int, ())
        return entries

    def _index(self, one: Compiled) -> None:
        self._file(one, one.trigger)
        if one.trigger.is_everything:
            self._everything.append((one.position, one.trigger.number, one.trigger.excluded))
        if one.target is not one.trigger:
            self._file(one, one.target)
        for slot, _ in one.required:
            self._file(one, slot)

    def _file(self, one: Compiled, slot: Slot) -> None:
        entry = (one.position, slot.number, slot.excluded)
        for shelf, ids in (
            (self._by_sku, slot.scope.sku_ids),
            (self._by_brand, slot.scope.brand_ids),
            (self._by_category, slot.scope.category_ids),
        ):
            for each in dict.fromkeys(ids):
                shelf.setdefault(each.int, []).append(entry)

    def _bits(self, entries: Iterable[Entry]) -> int:
        found = 0
        for position, _, _ in entries:
            found |= 1 << self._schemes[position].turn
        return found

    def _bits_of(self, shelf: dict[int, list[Entry]]) -> dict[int, int]:
        return {key: self._bits(entries) for key, entries in shelf.items()}


def _excluded(schemes: Iterable[Compiled]) -> Iterator[UUID]:
    for one in schemes:
        for slot in (one.trigger, one.target, *(slot for slot, _ in one.required)):
            yield from slot.excluded
