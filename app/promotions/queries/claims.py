"""Sums that one level may claim of the next for what schemes gave (P15): never whose they were."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    func,
    or_,
    select,
    union,
)
from sqlalchemy.orm import aliased

from app.db.work import Work
from app.kernel.errors import Invalid
from app.kernel.period import DateOutOfSense, EmptyPeriod, Period, period_of_days
from app.organisations.models import FormerAncestry, Organisation, OrganisationAncestry
from app.promotions.models import GrantedBenefit, TradeScheme
from app.promotions.rules.words import BenefitStatus
from app.rbac.guard import requires
from app.rbac.permissions import Permission
from app.tenants.operations import tenant_of

_HUNDRED = Decimal(100)


class ClaimSide(StrEnum):
    """Whether the own organisation claims from the level above, or is claimed from by the below."""

    CLAIMING = "CLAIMING"
    CLAIMED = "CLAIMED"


@dataclass(frozen=True, slots=True)
class ClaimableTotal:
    """What one scheme gave in a period, between the own organisation and one neighbour.

    `money` is in `currency`; `goods` are base units of one SKU.
    """

    scheme_id: UUID
    scheme_name: str
    neighbour_id: UUID
    currency: str
    money: Decimal
    goods: Decimal
    goods_sku_id: UUID | None


@requires(Permission.SCHEME_READ)
async def claimable_benefits(
    work: Work, side: ClaimSide, first_day: date, last_day: date
) -> list[ClaimableTotal]:
    """Sum what claimable schemes gave in days of the network's zone, by scheme and neighbour.

    Who claims passes on in full what it is claimed for, level by level up to the funder; a funder
    that only sells to the scheme's owner is claimed from directly. What was given back does not
    count. Whose orders they were stays below. Two statements. Raises `Invalid`.
    """
    zone = (await tenant_of(work)).time_zone
    try:
        period = period_of_days(first_day, last_day, zone)
    except (EmptyPeriod, DateOutOfSense) as senseless:
        raise Invalid("lastDay", str(senseless)) from senseless
    reach, neighbour = _claiming(work) if side is ClaimSide.CLAIMING else _claimed(work)
    rows = await work.session.execute(_sums(work, period, neighbour).where(reach))
    return [ClaimableTotal(*row) for row in rows]


def _sums(work: Work, period: Period, neighbour: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    benefit, scheme = GrantedBenefit, TradeScheme
    goods = func.sum(benefit.goods * benefit.funded_percent / _HUNDRED)
    sums = select(
        scheme.id,
        scheme.name,
        neighbour.label("neighbour_id"),
        benefit.currency,
        func.sum(benefit.funded_money),
        goods,
        benefit.goods_sku_id,
    ).join(scheme, and_(scheme.tenant_id == benefit.tenant_id, scheme.id == benefit.scheme_id))
    sums = sums.where(
        benefit.tenant_id == work.tenant_id,
        benefit.status == BenefitStatus.GRANTED,
        benefit.is_claimable,
        benefit.funder_id.is_not(None),
        benefit.funder_id != scheme.seller_id,
        benefit.granted_at >= period.start,
        or_(benefit.funded_money > 0, benefit.goods > 0),
    )
    if period.end is not None:
        sums = sums.where(benefit.granted_at < period.end)
    columns = (scheme.id, scheme.name, "neighbour_id", benefit.currency, benefit.goods_sku_id)
    return sums.group_by(*columns).order_by(scheme.name, scheme.id, "neighbour_id", *columns[3:])


def _claiming(work: Work) -> tuple[ColumnElement[bool], ColumnElement[Any]]:
    """Reach own schemes, and those below that a funder above pays for: the parent is claimed."""
    own = work.actor.own_organisation
    funder_above = _is_above(work, GrantedBenefit.funder_id, own)
    below = _is_above(work, own, TradeScheme.seller_id)
    now = (
        select(Organisation.parent_id)
        .where(Organisation.tenant_id == work.tenant_id, Organisation.id == own)
        .scalar_subquery()
    )
    parent = func.coalesce(_former_parent(work, own), now)
    reach = or_(TradeScheme.seller_id == own, and_(below, funder_above))
    return reach, case((funder_above, parent), else_=GrantedBenefit.funder_id)


def _claimed(work: Work) -> tuple[ColumnElement[bool], ColumnElement[Any]]:
    """Reach what the own organisation funds or passes on: the child on the way down claims."""
    own = work.actor.own_organisation
    child, way = aliased(Organisation), _ever_above(work, TradeScheme.seller_id)
    on_the_way = (
        select(child.id)
        .join(way, way.c.id == child.id)
        .where(
            child.tenant_id == work.tenant_id,
            func.coalesce(_former_parent(work, child.id), child.parent_id) == own,
            or_(
                child.id == TradeScheme.seller_id, _is_above(work, child.id, TradeScheme.seller_id)
            ),
        )
        .correlate(TradeScheme, GrantedBenefit)
        .limit(1)
        .scalar_subquery()
    )
    between = and_(
        _is_above(work, own, TradeScheme.seller_id), _is_above(work, GrantedBenefit.funder_id, own)
    )
    return (
        or_(GrantedBenefit.funder_id == own, between),
        func.coalesce(on_the_way, TradeScheme.seller_id),
    )


def _is_above(work: Work, upper: Any, lower: Any) -> ColumnElement[bool]:
    """Tell whether one stood above another when a benefit was given: moves change no claims."""
    link, former = aliased(OrganisationAncestry), aliased(FormerAncestry)
    stands = select(link.ancestor_id).where(
        link.tenant_id == work.tenant_id,
        link.ancestor_id == upper,
        link.descendant_id == lower,
        link.distance > 0,
        _had_begun(link.since),
    )
    stood = select(former.ancestor_id).where(
        former.tenant_id == work.tenant_id,
        former.ancestor_id == upper,
        former.descendant_id == lower,
        _had_begun(former.since),
        former.until > GrantedBenefit.granted_at,
    )
    return or_(stands.correlate_except(link).exists(), stood.correlate_except(former).exists())


def _former_parent(work: Work, organisation: Any) -> ColumnElement[Any]:
    """Find the parent of that time, if it has changed since."""
    former = aliased(FormerAncestry)
    return (
        select(former.ancestor_id)
        .where(
            former.tenant_id == work.tenant_id,
            former.descendant_id == organisation,
            former.distance == 1,
            _had_begun(former.since),
            former.until > GrantedBenefit.granted_at,
        )
        .order_by(former.until)
        .limit(1)
        .correlate_except(former)
        .scalar_subquery()
    )


def _ever_above(work: Work, lower: Any) -> Subquery:
    """Select the few that stand or stood above an organisation, itself included."""
    ways = (
        select(each.ancestor_id.label("id"))
        .where(each.tenant_id == work.tenant_id, each.descendant_id == lower)
        .correlate(TradeScheme)
        for each in (aliased(OrganisationAncestry), aliased(FormerAncestry))
    )
    return union(*ways).subquery()


def _had_begun(since: Any) -> ColumnElement[bool]:
    return or_(since.is_(None), since <= GrantedBenefit.granted_at)
