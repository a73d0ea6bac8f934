"""What quotas leave, what is counted against them, and what is given back (domain.md (b) 26).

Read and counted under the locks of the SKU's balances: two who reserve one SKU of one seller come
one after the other, so a quota is exact.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, true

from app.db.bulk import update_rows
from app.db.work import Work
from app.inventory.models import QuotaEntry, QuotaUse, StockQuota
from app.inventory.operations.adding import add_up
from app.inventory.rules import Buyer, Demand, LotQuantity, QuotaLeft, QuotaPeriod, period_start
from app.tenants.operations import local_day

_NONE = Decimal(0)
_KEYS = ("quota_id", "relationship_id", "starts_on")
_ENTRY = ("quota_id", "source_line_id", "starts_on")


async def quotas_left(
    work: Work, organisation_id: UUID, demands: Sequence[Demand]
) -> list[QuotaLeft]:
    """Return what the quotas of a seller leave those who demand; none where nobody is known."""
    buyers = {each.buyer.relationship_id: each.buyer for each in demands}
    known = {key: buyer for key, buyer in buyers.items() if key is not None}
    if not known:
        return []
    today = await local_day(work)
    skus = {each.sku_id for each in demands}
    quotas = await _binding(work, organisation_id, skus, known, today)
    started = {
        quota.id: period_start(QuotaPeriod(quota.period), quota.starts_on, today)
        for quota in quotas
    }
    used = await _used(work, started, known)
    return [
        QuotaLeft(
            quota.id,
            relationship,
            quota.sku_id,
            started[quota.id],
            quota.pieces,
            quota.pieces - used.get((quota.id, relationship, started[quota.id]), _NONE),
        )
        for quota in quotas
        for relationship, buyer in sorted(known.items())
        if _binds(quota, buyer)
    ]


async def quotas_of_buyer(
    work: Work, organisation_id: UUID, buyer: Buyer
) -> list[tuple[StockQuota, QuotaLeft]]:
    """Return each quota of a seller that binds a buyer now, with what it leaves; two statements."""
    if buyer.relationship_id is None:
        return []
    today, known = await local_day(work), {buyer.relationship_id: buyer}
    quotas = [
        each
        for each in await _binding(work, organisation_id, None, known, today)
        if _binds(each, buyer)
    ]
    started = {
        each.id: period_start(QuotaPeriod(each.period), each.starts_on, today) for each in quotas
    }
    used = await _used(work, started, known)
    found: list[tuple[StockQuota, QuotaLeft]] = []
    for each in quotas:
        key = (each.id, buyer.relationship_id, started[each.id])
        left = max(each.pieces - used.get(key, _NONE), _NONE)
        found.append((each, QuotaLeft(*key[:2], each.sku_id, key[2], each.pieces, left)))
    return found


async def count(
    work: Work,
    quotas: Sequence[QuotaLeft],
    demands: Sequence[Demand],
    allotted: Sequence[LotQuantity],
) -> None:
    """Count what was allotted against the quotas that bind it; two statements, if any does."""
    taken: dict[UUID, Decimal] = {}
    for item in allotted:
        taken[item.source_line_id] = taken.get(item.source_line_id, _NONE) + item.quantity
    of_buyer: dict[tuple[UUID | None, UUID], list[QuotaLeft]] = {}
    for quota in quotas:
        of_buyer.setdefault((quota.relationship_id, quota.sku_id), []).append(quota)
    uses: dict[tuple[Any, ...], Decimal] = {}
    entries: list[dict[str, Any]] = []
    for demand in demands:
        pieces = taken.get(demand.source_line_id, _NONE)
        for quota in of_buyer.get((demand.buyer.relationship_id, demand.sku_id), []):
            key = (quota.quota_id, quota.relationship_id, quota.starts_on)
            uses[(*key, quota.most)] = uses.get((*key, quota.most), _NONE) + pieces
            named = dict(zip(_KEYS, key, strict=True))
            entries.append(named | {"source_line_id": demand.source_line_id, "pieces": pieces})
    used = [
        dict(zip((*_KEYS, "most"), key, strict=True)) | {"used": pieces}
        for key, pieces in sorted(uses.items())
        if pieces > 0
    ]
    if used:
        await add_up(work, QuotaUse, used, _KEYS, ("used",))
        counted = [entry for entry in entries if entry["pieces"] > 0]
        in_order = sorted(counted, key=lambda entry: [entry[name] for name in _ENTRY])
        await add_up(work, QuotaEntry, in_order, _ENTRY, ("pieces",))


async def give_back(work: Work, pieces: Mapping[tuple[UUID, ...], Decimal]) -> None:
    """Give pieces of lines back to the quotas that they were counted against, the latest first."""
    lines = [line for (line,) in pieces]
    statement = (
        select(QuotaEntry)
        .where(QuotaEntry.source_line_id.in_(lines), QuotaEntry.pieces > 0)
        .order_by(QuotaEntry.quota_id, QuotaEntry.starts_on.desc(), QuotaEntry.source_line_id)
    )
    left: dict[tuple[UUID, UUID], Decimal] = {}
    rows: list[dict[str, Any]] = []
    for entry in (await work.session.scalars(statement)).all():
        of_line = left.setdefault(
            (entry.quota_id, entry.source_line_id), pieces[entry.source_line_id,]
        )
        share = min(of_line, entry.pieces)
        left[entry.quota_id, entry.source_line_id] -= share
        names = ("quota_id", "source_line_id", "starts_on", "relationship_id")
        rows.append({name: getattr(entry, name) for name in names} | {"pieces": -share})
    await _take_off(work, [row for row in rows if row["pieces"]])


async def _take_off(work: Work, rows: Sequence[dict[str, Any]]) -> None:
    entries = [{name: row[name] for name in (*_ENTRY, "pieces")} for row in rows]
    uses: dict[tuple[Any, ...], Decimal] = {}
    for row in rows:
        key = tuple(row[name] for name in _KEYS)
        uses[key] = uses.get(key, _NONE) + row["pieces"]
    await update_rows(work, QuotaEntry, entries, keys=_ENTRY, add=("pieces",))
    used = [dict(zip(_KEYS, key, strict=True)) | {"used": uses[key]} for key in sorted(uses)]
    await update_rows(work, QuotaUse, used, keys=_KEYS, add=("used",))


async def _binding(
    work: Work,
    organisation_id: UUID,
    sku_ids: Collection[UUID] | None,
    buyers: Mapping[UUID, Buyer],
    today: date,
) -> Sequence[StockQuota]:
    levels = {buyer.level_id for buyer in buyers.values() if buyer.level_id}
    statement = (
        select(StockQuota)
        .where(
            StockQuota.organisation_id == organisation_id,
            true() if sku_ids is None else StockQuota.sku_id.in_(sku_ids),
            StockQuota.ended_at.is_(None),
            StockQuota.starts_on <= today,
            or_(StockQuota.ends_on.is_(None), StockQuota.ends_on >= today),
            or_(StockQuota.relationship_id.is_(None), StockQuota.relationship_id.in_(buyers)),
            or_(StockQuota.level_id.is_(None), StockQuota.level_id.in_(levels)),
        )
        .order_by(StockQuota.id)
    )
    return (await work.session.scalars(statement)).all()


async def _used(
    work: Work, started: Mapping[UUID, date], relationship_ids: Collection[UUID]
) -> dict[tuple[UUID, UUID, date], Decimal]:
    if not started:
        return {}
    statement = select(
        QuotaUse.quota_id, QuotaUse.relationship_id, QuotaUse.starts_on, QuotaUse.used
    ).where(
        QuotaUse.quota_id.in_(started),
        QuotaUse.relationship_id.in_(relationship_ids),
        QuotaUse.starts_on.in_(set(started.values())),
    )
    rows = await work.session.execute(statement)
    return {(quota, relationship, day): used for quota, relationship, day, used in rows}


def _binds(quota: StockQuota, buyer: Buyer) -> bool:
    if quota.relationship_id is not None:
        return quota.relationship_id == buyer.relationship_id
    return quota.level_id is None or quota.level_id == buyer.level_id
