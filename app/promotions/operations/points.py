"""Points in lots (R0-51): earned with settled orders, spent and expired first-expiring first."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, update

from app.db.bulk import update_rows
from app.db.work import TryAgain, Work
from app.organisations.models import TradingRelationship
from app.promotions import locks
from app.promotions.errors import SchemeBudgetSpent
from app.promotions.models import (
    BuyerStanding,
    CountedOrder,
    GrantedBenefit,
    PointsEntry,
    PointsLot,
    PointsProgramme,
)
from app.promotions.operations.standing import Change, count_buyer
from app.promotions.rules.words import BenefitStatus, PointsCause

MOST_A_RUN = 1_000


async def redeem(work: Work, relationship_id: UUID, order_id: UUID, points: int) -> None:
    """Spend a buyer's points on an order; `TryAgain` when there are not that many any more.

    Their number is taken off the standing by the caller. Four statements.
    """
    taken = await take(work, relationship_id, points)
    if sum(taken.values()) < points:
        raise TryAgain(SchemeBudgetSpent("the points account"))
    noted = {str(lot_id): number for lot_id, number in taken.items()}
    await work.session.execute(
        update(CountedOrder)
        .where(CountedOrder.tenant_id == work.tenant_id, CountedOrder.order_id == order_id)
        .values(points_taken=noted)
        .execution_options(synchronize_session=False)
    )
    await enter(work, relationship_id, PointsCause.REDEEMED, -points, order_id=order_id)


async def take(
    work: Work, relationship_id: UUID, points: int, first: UUID | None = None
) -> dict[UUID, int]:
    """Take up to so many points out of a buyer's lots, by lot; those of order `first` first."""
    lots = await locks.points_lots(work, relationship_id)
    taken = shares(sorted(lots, key=lambda lot: lot.order_id != first), points)
    await update_rows(
        work,
        PointsLot,
        [{"id": lot_id, "remaining": -number} for lot_id, number in taken.items()],
        add=["remaining"],
    )
    return taken


def shares(lots: Sequence[PointsLot], points: int) -> dict[UUID, int]:
    """Say how many points come out of each lot, in the lots' order."""
    taken: dict[UUID, int] = {}
    for lot in lots:
        number = min(lot.remaining, points)
        if number > 0:
            taken[lot.id] = number
            points -= number
    return taken


async def earned_points(work: Work, order_id: UUID, earned_at: datetime) -> int:
    """Return how many points an order earned when it was settled."""
    statement = select(func.coalesce(func.sum(PointsLot.points), 0)).where(
        PointsLot.tenant_id == work.tenant_id,
        PointsLot.order_id == order_id,
        PointsLot.earned_at == earned_at,
    )
    return int(await work.session.scalar(statement) or 0)


async def put_back(work: Work, taken: Mapping[str, int]) -> None:
    """Put points back into the lots they came from, with those lots' expiry."""
    rows = [{"id": UUID(lot_id), "remaining": number} for lot_id, number in taken.items()]
    await update_rows(work, PointsLot, rows, add=["remaining"])


async def enter(  # noqa: PLR0913  # an entry has this many particulars
    work: Work,
    relationship_id: UUID,
    cause: PointsCause,
    points: int,
    *,
    order_id: UUID | None = None,
    reason: str = "",
) -> None:
    """Write one movement of points."""
    entry = PointsEntry(
        relationship_id=relationship_id,
        order_id=order_id,
        cause=cause,
        points=points,
        reason=reason,
        recorded_at=work.now,
    )
    await work.save(entry)


async def earn(work: Work, order_id: UUID) -> None:
    """Give the buyer the points that a settled order earned, once; they expire as told.

    One statement where there is nothing to earn any more, five at most.
    """
    statement = (
        update(CountedOrder)
        .where(
            CountedOrder.tenant_id == work.tenant_id,
            CountedOrder.order_id == order_id,
            CountedOrder.status == BenefitStatus.GRANTED,
            CountedOrder.points_earned_at.is_(None),
        )
        .values(points_earned_at=work.now)
        .returning(CountedOrder.relationship_id)
        .execution_options(synchronize_session=False)
    )
    relationship_id = await work.session.scalar(statement)
    if relationship_id is None:
        return
    relationship, points, days = await _earned(work, order_id)
    if points:
        await credit(work, relationship, points, days, order_id=order_id)


async def credit(  # noqa: PLR0913  # a lot and its entry have this many particulars
    work: Work,
    relationship: TradingRelationship,
    points: int,
    days_valid: int | None,
    *,
    cause: PointsCause = PointsCause.EARNED,
    order_id: UUID | None = None,
    reason: str = "",
) -> None:
    """Write a new lot of points, its entry and the standing; three statements."""
    await count_buyer(work, relationship, Change(points=points))
    lot = PointsLot(
        relationship_id=relationship.id,
        order_id=order_id,
        points=points,
        remaining=points,
        earned_at=work.now,
        expires_at=work.now + timedelta(days=days_valid) if days_valid else None,
    )
    await work.save(lot)
    await enter(work, relationship.id, cause, points, order_id=order_id, reason=reason)


async def _earned(work: Work, order_id: UUID) -> tuple[TradingRelationship, int, int | None]:
    """Return the order's relationship, the points it earns and for how many days."""
    points = (
        select(func.coalesce(func.sum(GrantedBenefit.points), 0))
        .where(
            GrantedBenefit.tenant_id == work.tenant_id,
            GrantedBenefit.order_id == order_id,
            GrantedBenefit.status == BenefitStatus.GRANTED,
        )
        .scalar_subquery()
    )
    statement = (
        select(TradingRelationship, points, PointsProgramme.days_valid)
        .join(CountedOrder, CountedOrder.relationship_id == TradingRelationship.id)
        .outerjoin(PointsProgramme, PointsProgramme.seller_id == TradingRelationship.seller_id)
        .where(CountedOrder.order_id == order_id)
    )
    found = await work.session.execute(statement)
    relationship, number, days = found.one()
    return relationship, number, days


async def expire_points(work: Work) -> int:
    """Let points expire whose time is over, in the whole tenant; returns how many.

    Four statements, whatever their number: lock, empty the lots, note it, take it off standings.
    """
    emptied = await locks.expired_lots(work, MOST_A_RUN)
    rows = [{"id": lot.id, "remaining": 0} for lot in emptied]
    totals: dict[UUID, int] = {}
    for lot in emptied:
        totals[lot.relationship_id] = totals.get(lot.relationship_id, 0) + lot.remaining
    await update_rows(work, PointsLot, rows)
    await work.insert(
        PointsEntry,
        [
            {
                "relationship_id": key,
                "order_id": None,
                "cause": PointsCause.EXPIRED,
                "points": -points,
                "reason": "",
                "recorded_at": work.now,
            }
            for key, points in totals.items()
        ],
    )
    await update_rows(
        work,
        BuyerStanding,
        [{"relationship_id": key, "points": -points} for key, points in totals.items()],
        keys=["relationship_id"],
        add=["points"],
    )
    return sum(totals.values())
