"""Free goods: how many, of what, and from which lines (P7, P8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import lcm
from uuid import UUID

from app.kernel.money import spread_coins
from app.kernel.quantity import PackagingLevel
from app.promotions.rules.basket import Basket
from app.promotions.rules.compiled import Compiled, whole
from app.promotions.rules.left import goods_left, money_left, spent
from app.promotions.rules.outcome import FreeLine, Loss
from app.promotions.rules.terms import Gift
from app.promotions.rules.tiers import MILLION, half_up, lump_at
from app.promotions.rules.words import FreeGoodsKind, SchemeLossCode
from app.promotions.rules.working import Given, Plan, Reach, Working, WorkingLine


@dataclass(slots=True)
class _Recipient:
    """One SKU that is given: base units of one gift in millionths, lines in which it is bought."""

    sku_id: UUID
    factor: int
    lines: list[WorkingLine]

    @property
    def paid(self) -> int:
        return sum([line.paid for line in self.lines])


class GiftWithoutSize(LookupError):
    """The gift's packaging level has no known number of base units."""


def gift_plan(
    work: Working, one: Compiled, reach: Reach, targets: Sequence[WorkingLine]
) -> Plan | Loss:
    """Give whole units only, from what is paid for: never because of other free goods."""
    gift = gift_of(one)
    recipients = _recipients(work, gift, targets)
    units = _earned(work, one, reach, recipients)
    if units <= 0:
        return Loss(SchemeLossCode.NO_GAIN, "not one whole unit is free")
    parts, cap = _within_goods(work, one, _shared(units, recipients), recipients)
    if gift.kind is FreeGoodsKind.EXCLUSIVE:
        plan = _exclusive(recipients, parts)
    else:
        plan = _inclusive(work, one, recipients, parts)
        cap = plan.cap or cap
    plan.tier, plan.cap = reach.index, cap
    if plan.goods:
        return plan
    if cap is not None:
        return spent(cap)
    return Loss(SchemeLossCode.NO_GAIN, "the basket holds not one whole unit of the gift")


def gift_of(one: Compiled) -> Gift:
    """Return what a scheme of free goods gives; fails with ValueError if it does not say."""
    if one.gift is None:
        raise ValueError("the scheme says nothing about its gift")
    return one.gift


def _recipients(work: Working, gift: Gift, targets: Sequence[WorkingLine]) -> list[_Recipient]:
    level = gift.packaging_level
    if gift.sku_id is not None:
        lines = [line for line in work.lines if line.sku_id == gift.sku_id and line.is_promotable]
        return [_Recipient(gift.sku_id, _size(work.basket, lines, gift.sku_id, level), lines)]
    by_sku: dict[UUID, _Recipient] = {}
    for line in targets:
        known = by_sku.get(line.sku_id)
        if known is not None:
            known.lines.append(line)
        elif factor := line.factor(level):
            by_sku[line.sku_id] = _Recipient(line.sku_id, factor, [line])
    return sorted(by_sku.values(), key=lambda recipient: recipient.sku_id)


def _size(basket: Basket, lines: Sequence[WorkingLine], sku_id: UUID, level: PackagingLevel) -> int:
    for line in lines:
        if factor := line.factor(level):
            return factor
    packs = basket.gift_packs.get(sku_id, {})
    if level in packs:
        return whole(packs[level], 6)
    if level is PackagingLevel.PIECE:
        return MILLION
    raise GiftWithoutSize(f"how much a {level.value.lower()} of the gift holds is not known")


def _earned(work: Working, one: Compiled, reach: Reach, recipients: Sequence[_Recipient]) -> int:
    lump = lump_at(reach.tiers, one.terms.calculation, reach.index, reach.n, reach.d)
    units = lump.amount // (lump.divisor * MILLION)
    if not recipients or not one.terms.is_cumulative:
        return units if recipients else 0
    smallest = min(recipient.factor for recipient in recipients)
    return units - whole(work.use_of(one).buyer_goods, 6) // smallest


def _shared(units: int, recipients: Sequence[_Recipient]) -> list[int]:
    if len(recipients) == 1:
        return [units]
    common = lcm(*(recipient.factor for recipient in recipients))
    return spread_coins(units, [each.paid * (common // each.factor) for each in recipients])


def _within_goods(
    work: Working, one: Compiled, parts: list[int], recipients: Sequence[_Recipient]
) -> tuple[list[int], SchemeLossCode | None]:
    left = goods_left(work, one)
    if left is None:
        return parts, None
    rest, code = left
    kept: list[int] = []
    for part, recipient in zip(parts, recipients, strict=True):
        kept.append(min(part, rest // recipient.factor))
        rest -= kept[-1] * recipient.factor
    return kept, code if kept != parts else None


def _exclusive(recipients: Sequence[_Recipient], parts: Sequence[int]) -> Plan:
    plan, value = Plan(0, (0, 0)), 0
    for recipient, units in zip(recipients, parts, strict=True):
        if units:
            goods = units * recipient.factor
            plan.goods += goods
            plan.free.append(Given(recipient.sku_id, recipient.factor, goods, None))
            value += _value(recipient, goods)
    plan.gain = (value, plan.goods)
    return plan


def _value(recipient: _Recipient, goods: int) -> int:
    paid = recipient.paid
    return half_up(sum([line.now for line in recipient.lines]) * goods, paid) if paid else 0


def _inclusive(
    work: Working, one: Compiled, recipients: Sequence[_Recipient], parts: Sequence[int]
) -> Plan:
    held = [
        min(part, each.paid // each.factor) for part, each in zip(parts, recipients, strict=True)
    ]
    plan = _inclusive_plan(recipients, held)
    left = money_left(work, one)
    if left is None or plan.gain[0] <= left[0]:
        return plan
    plan = _within_money(recipients, held, left[0])
    plan.cap = left[1]
    return plan


def _within_money(recipients: Sequence[_Recipient], parts: Sequence[int], coins: int) -> Plan:
    """Give the most units whose value the coins cover, by halving."""
    total = sum(parts)
    low, high = 0, total
    while low < high:
        middle = (low + high + 1) // 2
        fits = _inclusive_plan(recipients, _first(parts, middle)).gain[0] <= coins
        low, high = (middle, high) if fits else (low, middle - 1)
    return _inclusive_plan(recipients, _first(parts, low))


def _first(parts: Sequence[int], units: int) -> list[int]:
    kept: list[int] = []
    for part in parts:
        kept.append(min(part, units))
        units -= kept[-1]
    return kept


def _inclusive_plan(recipients: Sequence[_Recipient], parts: Sequence[int]) -> Plan:
    plan, value = Plan(0, (0, 0)), 0
    for recipient, units in zip(recipients, parts, strict=True):
        rest = units * recipient.factor
        for line in recipient.lines:
            goods = min(rest, line.paid - line.paid % MILLION)
            if goods:
                rest -= goods
                cut = half_up(line.now * goods, line.paid)
                plan.taken.append((line, goods))
                plan.cuts.append((line, cut))
                plan.free.append(Given(recipient.sku_id, recipient.factor, goods, line.key))
                plan.goods += goods
                value += cut
    plan.gain = (value, plan.goods)
    return plan


def free_line(one: Compiled, given: Given, reason: str) -> FreeLine:
    """Write a gift in units of its packaging level, or in pieces where a line has no whole one."""
    gift = gift_of(one)
    units, rest = divmod(given.goods, given.factor)
    base = Decimal(given.goods // MILLION)
    return FreeLine(
        scheme_id=one.scheme_id,
        version_id=one.scheme.version_id,
        kind=gift.kind,
        sku_id=given.sku_id,
        packaging_level=PackagingLevel.PIECE if rest else gift.packaging_level,
        quantity=base if rest else Decimal(units),
        base_quantity=base,
        of_line_key=given.of_line_key,
        reason=reason,
    )
