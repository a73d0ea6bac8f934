"""Grant an order what its quote gave it, exactly within all limits, or start over."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert

from app.db.bulk import update_rows
from app.db.rows import Rows
from app.db.tables import table_of
from app.db.work import TryAgain, Work
from app.kernel.ids import new_id
from app.organisations.models import TradingRelationship
from app.promotions import locks
from app.promotions.errors import SchemeBudgetSpent
from app.promotions.models import CountedOrder, Coupon, CouponUse, GrantedBenefit
from app.promotions.operations.counting import (
    count,
    count_all,
    counts_of,
)
from app.promotions.operations.points import redeem
from app.promotions.operations.standing import Change, count_buyer
from app.promotions.rules.outcome import SchemeBenefit
from app.promotions.rules.words import BenefitStatus

Write = Callable[[Rows], Awaitable[None]]
_counted = table_of(CountedOrder)
_open_anew = insert(_counted)
_OPEN = _open_anew.on_conflict_do_update(
    index_elements=["tenant_id", "order_id"],
    set_={
        name: _open_anew.excluded[name]
        for name in [column.name for column in _counted.c]
        if name not in {"tenant_id", "order_id", "relationship_id"}
    },
    where=_counted.c.status == BenefitStatus.GIVEN_BACK,
).returning(_counted.c.order_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """What an order takes: benefits of schemes, coupons used, points redeemed.

    `net` is the order's net amount in `currency`: what counts towards the membership tier.
    """

    currency: str
    net: Decimal
    benefits: Sequence[SchemeBenefit] = ()
    coupon_ids: Sequence[UUID] = ()
    points_redeemed: int = 0


async def grant(  # noqa: PLR0913, PLR0917  # an order is known only by these
    work: Work,
    order_id: UUID,
    revision: int,
    relationship: TradingRelationship,
    granted: Granted,
    write: Write | None = None,
) -> None:
    """Count an order's benefits, coupons and points: all of them, or `TryAgain` (Our rule 5).

    An order that is not there yet tells how to `write` it with more rows beside. Two statements
    then, with any number of benefits; one more for an order that is there, four more with coupons,
    five with points. What all orders count in is counted and locked as the last of all that the
    work does, and `TryAgain` raised there.
    """
    benefits = _rows(work, order_id, revision, relationship, granted)
    counted = _counted_row(work, order_id, revision, relationship, granted)
    if write is not None:
        await write({CountedOrder: [counted], GrantedBenefit: benefits})
    else:
        await _open(work, counted)
        if benefits:
            await work.insert(GrantedBenefit, benefits)
    await work.at_last(partial(_count, work, order_id, revision, relationship, granted))


async def _count(
    work: Work,
    order_id: UUID,
    revision: int,
    relationship: TradingRelationship,
    granted: Granted,
) -> None:
    rows = counts_of(granted.benefits)
    change = Change(orders=1, net=granted.net, points=-granted.points_redeemed)
    if rows and not granted.coupon_ids and not granted.points_redeemed:
        _refuse(await count_all(work, relationship, rows, change))
        return
    if rows:
        _refuse(await count(work, relationship, rows))
    if granted.coupon_ids:
        await _use_coupons(work, order_id, revision, granted.coupon_ids)
    if granted.points_redeemed:
        await redeem(work, relationship.id, order_id, granted.points_redeemed)
    await count_buyer(work, relationship, change)


def _refuse(short: str | None) -> None:
    if short:
        raise TryAgain(SchemeBudgetSpent(short))


async def _open(work: Work, counted: dict[str, Any]) -> None:
    """Note that the order counts; fails when it does already, for that would count it twice."""
    row = {"tenant_id": work.tenant_id, **counted}
    if (await work.session.execute(_OPEN, row)).first() is None:
        msg = f"order {counted['order_id']} counts already: give it back before it is granted anew"
        raise LookupError(msg)


def _counted_row(
    work: Work,
    order_id: UUID,
    revision: int,
    relationship: TradingRelationship,
    granted: Granted,
) -> dict[str, Any]:
    return {
        "order_id": order_id,
        "relationship_id": relationship.id,
        "revision": revision,
        "currency": granted.currency,
        "net": granted.net,
        "points_redeemed": granted.points_redeemed,
        "points_taken": {},
        "status": BenefitStatus.GRANTED,
        "counted_at": work.now,
        "given_back_at": None,
        "points_earned_at": None,
    }


def _rows(
    work: Work,
    order_id: UUID,
    revision: int,
    relationship: TradingRelationship,
    granted: Granted,
) -> list[dict[str, Any]]:
    return [
        {
            "id": new_id(),
            "scheme_id": benefit.scheme_id,
            "version_id": benefit.version_id,
            "order_id": order_id,
            "revision": revision,
            "relationship_id": relationship.id,
            "benefit": benefit.benefit,
            "currency": granted.currency,
            "money": benefit.money,
            "goods": benefit.goods,
            "goods_sku_id": benefit.goods_sku_id,
            "points": benefit.points,
            "rebate": benefit.rebate,
            "qualifying_amount": benefit.qualifying_amount,
            "qualifying_quantity": benefit.qualifying_quantity,
            "funder_id": benefit.funder_id,
            "funded_percent": benefit.funded_percent,
            "funded_money": benefit.funded_money,
            "is_claimable": benefit.is_claimable,
            "status": BenefitStatus.GRANTED,
            "granted_at": work.now,
            "given_back_at": None,
        }
        for benefit in granted.benefits
    ]


async def _use_coupons(
    work: Work, order_id: UUID, revision: int, coupon_ids: Sequence[UUID]
) -> None:
    coupons = await locks.coupons(work, coupon_ids)
    for coupon in coupons:
        if coupon.withdrawn_at is not None or coupon.uses >= coupon.uses_limit:
            raise TryAgain(SchemeBudgetSpent(f"the coupon {coupon.code}"))
    await update_rows(
        work, Coupon, [{"id": coupon.id, "uses": 1} for coupon in coupons], add=["uses"]
    )
    await _note_uses(work, order_id, revision, coupons)


async def _note_uses(work: Work, order_id: UUID, revision: int, coupons: Sequence[Coupon]) -> None:
    noted = {
        "tenant_id": work.tenant_id,
        "order_id": order_id,
        "revision": revision,
        "status": BenefitStatus.GRANTED,
        "used_at": work.now,
    }
    statement = insert(table_of(CouponUse)).values(
        [noted | {"coupon_id": coupon.id} for coupon in coupons]
    )
    again = {name: statement.excluded[name] for name in ("revision", "status", "used_at")}
    await work.session.execute(
        statement.on_conflict_do_update(
            index_elements=["tenant_id", "coupon_id", "order_id"], set_=again
        )
    )
