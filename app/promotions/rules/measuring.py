"""How far a basket's lines reach on a scheme's tiers."""

from collections.abc import Sequence
from math import gcd

from app.kernel.quantity import PackagingLevel
from app.promotions.rules.compiled import Compiled, Slot, whole
from app.promotions.rules.tiers import MILLION, Tiers, reached
from app.promotions.rules.words import Lane, Measure
from app.promotions.rules.working import Reach, Working, WorkingLine

_PIECE, _FREE_GOODS = PackagingLevel.PIECE, Lane.FREE_GOODS
_AMOUNT, _QUANTITY, _PACKS = Measure.AMOUNT, Measure.QUANTITY, Measure.PACKS


def in_units(lines: Sequence[WorkingLine], level: PackagingLevel | None) -> Sequence[WorkingLine]:
    """Leave out lines whose SKU does not come in the scheme's packaging level."""
    if level is None or level is _PIECE:
        return lines
    return [line for line in lines if line.factor(level)]


def reach(work: Working, one: Compiled, lines: Sequence[WorkingLine]) -> Reach:
    """Measure the lines, with earlier purchases if the scheme counts them."""
    n, d = _measured(work, one, lines)
    gives_own = one.may_give_own_trigger and _gives_own_trigger(one, lines)
    before = _before(work, one, gives_own=gives_own) if one.is_cumulative else 0
    tiers = _with_gift(one, lines) if gives_own else one.tiers
    if before:
        n += before * d
    unmet = _unmet(work, one) if one.required else None
    index = -1 if unmet else reached(tiers, n, d)
    return Reach(lines, tiers, n, d, before, index, unmet)


def _measured(work: Working, one: Compiled, lines: Sequence[WorkingLine]) -> tuple[int, int]:
    measure = one.terms.measure
    if measure is _AMOUNT:
        if one.lane is _FREE_GOODS:
            return sum([line.now for line in lines]) * work.coin, 1
        return sum([line.start for line in lines]) * work.coin, 1
    if measure is _QUANTITY:
        return sum([line.paid for line in lines]), 1
    if measure is _PACKS:
        return _packs(lines, one.unit_level or _PIECE)
    return len({line.sku_id for line in lines}) * MILLION, 1


def _packs(lines: Sequence[WorkingLine], level: PackagingLevel) -> tuple[int, int]:
    n, d = 0, 1
    for line in lines:
        factor = line.factor(level)
        if factor:
            n, d = n * factor + line.paid * MILLION * d, d * factor
            common = gcd(n, d)
            n, d = n // common, d // common
    return n, d


def _gives_own_trigger(one: Compiled, lines: Sequence[WorkingLine]) -> bool:
    """Tell whether the gift is among what is counted, by SKU, brand or category."""
    if one.gives_own_trigger or one.gift is None:
        return one.gives_own_trigger
    return any(line.sku_id == one.gift.sku_id for line in lines)


def _before(work: Working, one: Compiled, *, gives_own: bool) -> int:
    use = work.use_of(one)
    if one.terms.measure is _AMOUNT:
        return whole(use.purchased_amount, 6)
    free = use.buyer_goods if gives_own else 0
    return whole(use.purchased_quantity + free, 6)


def _unmet(work: Working, one: Compiled) -> tuple[Slot, int] | None:
    for slot, minimum in one.required:
        n, d = _measured(work, one, work.lines_in(slot))
        if n < minimum * d:
            return slot, -(-(minimum * d - n) // d)
    return None


def _with_gift(one: Compiled, lines: Sequence[WorkingLine]) -> Tiers:
    """Raise each threshold by its own inclusive gift: 10+1 is one of every 11 ordered (P7)."""
    gift = one.gift
    if gift is None:
        return one.tiers
    n, d = 0, 1
    for line in lines:
        unit = line.factor(gift.packaging_level)
        pack = line.factor(one.unit_level) if one.unit_level else MILLION
        if pack and unit * d > n * pack:
            n, d = unit, pack
    return tuple((threshold - (-benefit * n // d), benefit) for threshold, benefit in one.tiers)
