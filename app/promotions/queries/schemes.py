"""Read the own organisation's schemes: versions on both time axes, budgets, buyers, coupons."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, or_, select

from app.db.keyset import keyset, keyset_of_each
from app.db.work import Work
from app.kernel.actor import Scope
from app.kernel.paging import Page, PageRequest, page_of
from app.organisations.models import TradingRelationship
from app.organisations.operations import visible_relationships
from app.promotions.models import (
    Coupon,
    MembershipTier,
    PointsProgramme,
    SchemeStanding,
    TradeScheme,
    TradeSchemeVersion,
)
from app.promotions.operations.checklists import checklists
from app.promotions.operations.offering import valid_at
from app.promotions.operations.schemes import (
    SchemeAsKnown,
    has_status,
    own_scheme,
    own_schemes,
    with_versions,
)
from app.promotions.rules.checklist import CheckedPoint
from app.promotions.rules.rebates import rebate_accrued
from app.promotions.rules.terms import SchemeTerms
from app.promotions.rules.words import BenefitKind, Measure, SchemeStatus
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@dataclass(frozen=True, slots=True)
class StandingAsKnown:
    """What one buyer has got and bought under a scheme, against the scheme's terms now."""

    row: SchemeStanding
    terms: SchemeTerms

    @property
    def tier_reached(self) -> Decimal | None:
        """The highest threshold that purchases so far reach; none below the first."""
        bought = purchased(self.terms, self.row.purchased_amount, self.row.purchased_quantity)
        reached = [tier.threshold for tier in self.terms.tiers if tier.threshold <= bought]
        return reached[-1] if reached else None

    @property
    def rebate(self) -> Decimal | None:
        """The rebate accrued on purchases so far (P14); none for schemes of other kinds."""
        if self.terms.benefit is not BenefitKind.REBATE:
            return None
        return rebate_accrued(
            self.terms.tiers,
            self.row.purchased_amount,
            self.terms.calculation,
            self.terms.currency,
        )


def purchased(terms: SchemeTerms, amount: Decimal, quantity: Decimal) -> Decimal:
    """Return purchases as the terms' tiers measure them; packs and lines are not kept."""
    return amount if terms.measure is Measure.AMOUNT else quantity


@requires(Permission.SCHEME_READ)
async def trade_schemes(
    work: Work,
    page: PageRequest,
    status: SchemeStatus | None = None,
    at: datetime | None = None,
) -> Page[SchemeAsKnown]:
    """Return the own organisation's schemes by name; with `at` those with a version in force."""
    statement = select(TradeScheme).where(own_schemes(work))
    if status is not None:
        statement = statement.where(has_status(work, status))
    if at is not None:
        in_force = exists().where(
            TradeSchemeVersion.tenant_id == TradeScheme.tenant_id,
            TradeSchemeVersion.scheme_id == TradeScheme.id,
            valid_at(at, None),
        )
        statement = statement.where(in_force)
    rows = await work.session.scalars(keyset(statement, page, TradeScheme.name, TradeScheme.id))
    found = await with_versions(work, rows.all())
    return page_of(found, page, lambda each: (each.row.name, str(each.row.id)))


@requires(Permission.SCHEME_READ)
async def trade_scheme(work: Work, scheme_id: UUID) -> SchemeAsKnown:
    """Return one of the own organisation's schemes; raises `NotFound`."""
    return await own_scheme(work, scheme_id)


@requires()
async def trade_schemes_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, SchemeAsKnown]:
    """Return own schemes by id; none to those who may not read them."""
    if not work.actor.may(Permission.SCHEME_READ):
        return {}
    rows = await work.session.scalars(
        select(TradeScheme).where(TradeScheme.id.in_(set(ids)), own_schemes(work))
    )
    return {found.row.id: found for found in await with_versions(work, rows.all())}


@requires(Permission.SCHEME_READ)
async def checklists_of(work: Work, scheme_ids: Collection[UUID]) -> dict[UUID, list[CheckedPoint]]:
    """Return what to see to before own schemes begin; the same statements for any number."""
    rows = await work.session.scalars(
        select(TradeScheme).where(TradeScheme.id.in_(set(scheme_ids)), own_schemes(work))
    )
    return await checklists(work, await with_versions(work, rows.all()))


@requires(Permission.SCHEME_READ)
async def versions_of(
    work: Work, scheme_ids: Collection[UUID], page: PageRequest, known_at: datetime | None
) -> dict[UUID, Page[TradeSchemeVersion]]:
    """Return a page of each own scheme's versions by number, closed ones too.

    With `known_at` only those that were known at that instant.
    """
    version = TradeSchemeVersion
    statement = (
        select(version)
        .join(TradeScheme, TradeScheme.id == version.scheme_id)
        .where(version.scheme_id.in_(set(scheme_ids)), own_schemes(work))
    )
    if known_at is not None:
        still = or_(version.known_until.is_(None), version.known_until > known_at)
        statement = statement.where(version.known_from <= known_at, still)
    rows = await work.session.scalars(
        keyset_of_each(statement, page, version.scheme_id, version.id)
    )
    found: dict[UUID, list[TradeSchemeVersion]] = {key: [] for key in scheme_ids}
    for row in rows:
        found[row.scheme_id].append(row)
    return {key: page_of(own, page, lambda row: (str(row.id),)) for key, own in found.items()}


@requires(Permission.SCHEME_READ)
async def scheme_standings(work: Work, scheme_id: UUID, page: PageRequest) -> Page[StandingAsKnown]:
    """Return what each buyer has got of an own scheme, of customers the actor may see (R3-41).

    Raises `NotFound`.
    """
    terms = (await own_scheme(work, scheme_id)).terms
    customers = select(TradingRelationship.id).where(
        TradingRelationship.tenant_id == work.tenant_id, visible_relationships(work)
    )
    statement = select(SchemeStanding).where(
        SchemeStanding.scheme_id == scheme_id, SchemeStanding.relationship_id.in_(customers)
    )
    rows = await work.session.scalars(keyset(statement, page, SchemeStanding.relationship_id))
    found = [StandingAsKnown(row, terms) for row in rows]
    return page_of(found, page, lambda each: (str(each.row.relationship_id),))


@requires(Permission.SCHEME_READ)
async def coupons_of(
    work: Work, scheme_ids: Collection[UUID], page: PageRequest
) -> dict[UUID, Page[Coupon]]:
    """Return a page of each own scheme's coupons in the order of issue.

    Those for one customer show to whoever may see that customer (R3-41).
    """
    statement = (
        select(Coupon)
        .join(TradeScheme, TradeScheme.id == Coupon.scheme_id)
        .where(Coupon.scheme_id.in_(set(scheme_ids)), own_schemes(work), _of_visible_customer(work))
    )
    rows = await work.session.scalars(keyset_of_each(statement, page, Coupon.scheme_id, Coupon.id))
    found: dict[UUID, list[Coupon]] = {key: [] for key in scheme_ids}
    for row in rows:
        found[row.scheme_id].append(row)
    return {key: page_of(own, page, lambda row: (str(row.id),)) for key, own in found.items()}


@requires()
async def coupons_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, Coupon]:
    """Return coupons by id: the own organisation's as a seller, or those given to it as a buyer."""
    if work.actor.organisation_id is None:
        return {}
    own = work.actor.own_organisation
    given_to_own = select(TradingRelationship.id).where(
        TradingRelationship.tenant_id == work.tenant_id, TradingRelationship.buyer_id == own
    )
    issued = false()
    if work.actor.may(Permission.SCHEME_READ):
        issued = and_(Coupon.seller_id == own, _of_visible_customer(work))
    held = Coupon.relationship_id.in_(given_to_own) if may_ask_as_buyer(work) else false()
    rows = await work.session.scalars(
        select(Coupon).where(Coupon.id.in_(set(ids)), or_(issued, held))
    )
    return {row.id: row for row in rows}


def _of_visible_customer(work: Work) -> ColumnElement[bool]:
    customers = select(TradingRelationship.id).where(
        TradingRelationship.tenant_id == work.tenant_id, visible_relationships(work)
    )
    return or_(Coupon.relationship_id.is_(None), Coupon.relationship_id.in_(customers))


def may_ask_as_buyer(work: Work) -> bool:
    """Tell whether the actor may see what sellers offer to the own organisation."""
    asking = (Permission.ORDER_PLACE, Permission.CATALOGUE_READ)
    held = (work.actor.scope_of(each) for each in asking if work.actor.may(each))
    return any(scope.covers(Scope.ORGANISATION) for scope in held)


@requires(Permission.SCHEME_READ)
async def membership_tiers(work: Work) -> Sequence[MembershipTier]:
    """Return the own organisation's tiers, the lowest threshold first."""
    statement = (
        select(MembershipTier)
        .where(MembershipTier.seller_id == work.actor.own_organisation)
        .order_by(MembershipTier.currency, MembershipTier.threshold, MembershipTier.id)
    )
    return (await work.session.scalars(statement)).all()


@requires(Permission.SCHEME_READ)
async def points_programme(work: Work) -> PointsProgramme | None:
    """Return what the own organisation's points are worth, or none if it has none."""
    statement = select(PointsProgramme).where(
        PointsProgramme.seller_id == work.actor.own_organisation
    )
    return await work.session.scalar(statement)
