"""What a seller's points are worth, and corrections by hand (R0-51)."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.audit.operations import record
from app.db.idempotency import once
from app.db.work import Work
from app.kernel.errors import Invalid, NotFound
from app.kernel.money import (
    AmountOutOfRange,
    checked_amount,
    typed_currency,
)
from app.organisations.models import TradingRelationship
from app.organisations.operations import find_relationship
from app.promotions.errors import TooFewPoints
from app.promotions.models import PointsProgramme
from app.promotions.operations.counting import table_of
from app.promotions.operations.points import credit, enter, take
from app.promotions.operations.standing import Change, count_buyer
from app.promotions.rules.words import PointsCause
from app.rbac.guard import requires
from app.rbac.permissions import Permission

MOST_DAYS = 3_650
MOST_POINTS = 1_000_000_000
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Programme:
    """What a point is worth in a currency, and for how many days it can be spent."""

    currency: str
    value_per_point: Decimal
    days_valid: int | None = None


@dataclass(frozen=True, slots=True)
class PointsAdjustment:
    """Points given to a customer, or taken when negative, and why."""

    relationship_id: UUID
    points: int
    reason: str


@requires(Permission.SCHEME_WRITE)
async def set_points_programme(work: Work, wanted: Programme) -> PointsProgramme:
    """Set what the own organisation's points are worth; points earned before keep their expiry.

    Raises `Invalid` for a currency, value or number of days without meaning.
    """
    _check_programme(wanted)
    own = work.actor.own_organisation
    values = {
        "currency": wanted.currency,
        "value_per_point": wanted.value_per_point,
        "days_valid": wanted.days_valid,
        "changed_at": work.now,
    }
    before = await work.session.scalar(
        select(PointsProgramme).where(PointsProgramme.seller_id == own)
    )
    shown_before = _shown(before) if before else None
    statement = insert(table_of(PointsProgramme)).values(
        tenant_id=work.tenant_id, seller_id=own, **values
    )
    await work.session.execute(
        statement.on_conflict_do_update(index_elements=["tenant_id", "seller_id"], set_=values)
    )
    programme = PointsProgramme(tenant_id=work.tenant_id, seller_id=own, **values)
    after = _shown(programme)
    record(work, "POINTS_PROGRAMME_SET", "points_programme", own, before=shown_before, after=after)
    return programme


@requires(Permission.SCHEME_WRITE)
async def adjust_points(
    work: Work, wanted: PointsAdjustment, idempotency_key: str
) -> TradingRelationship:
    """Give a customer points, or take some; the same key does it once.

    Raises `Invalid`, `NotFound` for others' customers, `TooFewPoints`.
    """
    if not 0 < abs(wanted.points) <= MOST_POINTS:
        raise Invalid("points", f"must be up to {MOST_POINTS}, or that many taken, but not 0")
    if not 1 <= len(wanted.reason.strip()) <= LONGEST_REASON:
        raise Invalid("reason", f"must have 1 to {LONGEST_REASON} characters")
    relationship = await _customer(work, wanted.relationship_id)
    await once(
        work,
        idempotency_key,
        "adjustPoints",
        wanted,
        relationship.id,
        lambda _: _adjust(work, relationship, wanted),
    )
    return relationship


async def _adjust(work: Work, relationship: TradingRelationship, wanted: PointsAdjustment) -> None:
    if wanted.points > 0:
        own = PointsProgramme.seller_id == relationship.seller_id
        days = await work.session.scalar(select(PointsProgramme.days_valid).where(own))
        await credit(
            work,
            relationship,
            wanted.points,
            days,
            cause=PointsCause.ADJUSTED,
            reason=wanted.reason,
        )
    else:
        await _debit(work, relationship, wanted)
    record(
        work,
        "POINTS_ADJUSTED",
        "trading_relationship",
        relationship.id,
        after={"points": wanted.points},
        reason=wanted.reason,
    )


async def _debit(work: Work, relationship: TradingRelationship, wanted: PointsAdjustment) -> None:
    taken = sum((await take(work, relationship.id, -wanted.points)).values())
    if taken < -wanted.points:
        raise TooFewPoints(taken, -wanted.points)
    await count_buyer(work, relationship, Change(points=wanted.points))
    await enter(work, relationship.id, PointsCause.ADJUSTED, wanted.points, reason=wanted.reason)


async def _customer(work: Work, relationship_id: UUID) -> TradingRelationship:
    found = await find_relationship(work, relationship_id)
    if found is None or found.seller_id != work.actor.own_organisation:
        raise NotFound("TradingRelationship").at("relationshipId")
    return found


def _check_programme(wanted: Programme) -> None:
    typed_currency(wanted.currency)
    try:
        checked_amount(wanted.value_per_point)
    except AmountOutOfRange as beyond:
        raise Invalid("valuePerPoint", str(beyond)) from beyond
    if wanted.value_per_point <= 0:
        raise Invalid("valuePerPoint", "must be more than zero")
    if wanted.days_valid is not None and not 1 <= wanted.days_valid <= MOST_DAYS:
        raise Invalid("daysValid", f"must be between 1 and {MOST_DAYS}")


def _shown(programme: PointsProgramme) -> dict[str, str | int | None]:
    return {
        "currency": programme.currency,
        "value_per_point": str(programme.value_per_point),
        "days_valid": programme.days_valid,
    }
