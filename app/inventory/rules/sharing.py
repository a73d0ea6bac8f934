"""Fair shares of what does not suffice for all (P19, domain.md (b) 26): pure arithmetic."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from heapq import heapify, heappop, heappush
from itertools import groupby
from uuid import UUID

from app.inventory.rules.allotting import FreeLot, allot
from app.inventory.rules.demands import Demand
from app.inventory.rules.quotas import Bounds, QuotaLeft

_NONE = Decimal(0)


class SharingManner(StrEnum):
    """How a shortage is shared.

    PROPORTIONAL: everybody gets the same part of what they asked for. PRIORITY: customers of a
    higher allocation priority come first, equals share in proportion.
    """

    PROPORTIONAL = "PROPORTIONAL"
    PRIORITY = "PRIORITY"


class ShareReason(StrEnum):
    """Why somebody gets what they get.

    FULL: all that was asked. FAIR_SHARE: the part that a shortage leaves. QUOTA: a quota leaves no
    more. SHELF_LIFE: no more goods keep as long as the customer needs. NOTHING_LEFT: nothing
    remains after the others.
    """

    FULL = "FULL"
    FAIR_SHARE = "FAIR_SHARE"
    QUOTA = "QUOTA"
    SHELF_LIFE = "SHELF_LIFE"
    NOTHING_LEFT = "NOTHING_LEFT"


@dataclass(frozen=True, slots=True)
class Wish:
    """Pieces that somebody asks for, in packs; a higher priority comes first where that counts."""

    key: UUID
    asked: Decimal
    pack: Decimal = Decimal(1)
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Share:
    """What a line gets of what it asked for, in pieces, and why."""

    line_id: UUID
    asked: Decimal
    given: Decimal
    reason: ShareReason


def shares(
    available: Decimal, wishes: Sequence[Wish], manner: SharingManner
) -> dict[UUID, Decimal]:
    """Share what is there among wishes, the earlier first where two have an equal claim.

    Whole packs each, but that a wish granted to the last piece may end with less than a pack. The
    largest remainder gets the next pack (P19). Never more in all than there is, nor more to
    anybody than asked.
    """
    if manner is SharingManner.PROPORTIONAL:
        return _proportional(available, wishes)
    given: dict[UUID, Decimal] = {}
    by_priority = sorted(wishes, key=lambda wish: -wish.priority)
    for _, equals in groupby(by_priority, key=lambda wish: wish.priority):
        given |= _proportional(available - sum(given.values(), _NONE), list(equals))
    return given


def fair_shares(
    demands: Sequence[Demand],
    lots: Sequence[FreeLot],
    quotas: Sequence[QuotaLeft],
    manner: SharingManner,
    priorities: Mapping[UUID, int],
) -> list[Share]:
    """Share the lots of one SKU among demands, the earliest demand first; `priorities` by line.

    Who cannot take a fair share, by a quota or since too little keeps long enough, leaves the rest
    of it to the others.
    """
    available = sum((lot.free for lot in lots), _NONE)
    allowed = _within(demands, quotas)
    wanted = dict(allowed)
    while True:
        wishes = [
            Wish(each.source_line_id, wanted[each.source_line_id], each.pack, priority)
            for each in demands
            for priority in (priorities.get(each.source_line_id, 0),)
        ]
        given = shares(available, wishes, manner)
        served = serve(demands, given, lots)
        if served == given:
            break
        wanted |= {line: pieces for line, pieces in served.items() if pieces < given[line]}
    return [_explained(each, allowed, wanted, given) for each in demands]


def in_order_of_keeping(demands: Sequence[Demand]) -> list[Demand]:
    """Sort demands so that whoever needs the longest shelf life chooses first."""
    return sorted(
        demands,
        key=lambda each: each.expires_not_before.toordinal() if each.expires_not_before else 0,
        reverse=True,
    )


def serve(
    demands: Sequence[Demand], given: Mapping[UUID, Decimal], lots: Sequence[FreeLot]
) -> dict[UUID, Decimal]:
    """Return how much of what each line is given its lots can bear out."""
    capped = [_capped(each, given[each.source_line_id]) for each in demands]
    served = dict.fromkeys(given, _NONE)
    for item in allot(in_order_of_keeping(capped), lots):
        served[item.source_line_id] += item.quantity
    return served


def _capped(demand: Demand, quantity: Decimal) -> Demand:
    return Demand(
        demand.source_line_id,
        demand.sku_id,
        quantity,
        demand.expires_not_before,
        demand.buyer,
        demand.pack,
    )


def _within(demands: Sequence[Demand], quotas: Sequence[QuotaLeft]) -> dict[UUID, Decimal]:
    bounds = Bounds(quotas)
    allowed: dict[UUID, Decimal] = {}
    for demand in demands:
        allowed[demand.source_line_id] = bounds.within(demand)
        bounds.take(demand, allowed[demand.source_line_id])
    return allowed


def _explained(
    demand: Demand,
    allowed: Mapping[UUID, Decimal],
    wanted: Mapping[UUID, Decimal],
    given: Mapping[UUID, Decimal],
) -> Share:
    line = demand.source_line_id
    if given[line] == demand.quantity:
        reason = ShareReason.FULL
    elif given[line] == allowed[line]:
        reason = ShareReason.QUOTA
    elif given[line] == wanted[line]:
        reason = ShareReason.SHELF_LIFE
    else:
        reason = ShareReason.FAIR_SHARE if given[line] else ShareReason.NOTHING_LEFT
    return Share(line, demand.quantity, given[line], reason)


def _proportional(available: Decimal, wishes: Sequence[Wish]) -> dict[UUID, Decimal]:
    total = sum((wish.asked for wish in wishes), _NONE)
    if total <= available:
        return {wish.key: wish.asked for wish in wishes}
    part = Fraction(available) / Fraction(total)
    fair = [Fraction(wish.asked) * part for wish in wishes]
    given = [
        wish.pack * (share // Fraction(wish.pack)) for wish, share in zip(wishes, fair, strict=True)
    ]
    left = available - sum(given, _NONE)
    waiting = [(Fraction(given[place]) - share, place) for place, share in enumerate(fair)]
    heapify(waiting)
    while waiting and left > 0:
        _, place = heappop(waiting)
        step = min(wishes[place].pack, wishes[place].asked - given[place])
        if 0 < step <= left:
            given[place] += step
            left -= step
            heappush(waiting, (Fraction(given[place]) - fair[place], place))
    return {wish.key: pieces for wish, pieces in zip(wishes, given, strict=True)}
