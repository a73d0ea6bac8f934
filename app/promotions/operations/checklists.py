"""The checklists of campaigns, read for several schemes with the same statements as for one."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import Select, and_, func, literal, select, union_all

from app.catalog.models import Category, ListingStatus, Product
from app.catalog.operations import SkuFacts, sku_facts
from app.db.work import Work
from app.kernel.period import Period
from app.organisations.models import (
    CustomerGroupMember,
    CustomerLevel,
    Territory,
    TradingRelationship,
)
from app.organisations.operations import is_open
from app.promotions.models import TradeScheme
from app.promotions.operations.schemes import (
    SchemeAsKnown,
    has_status,
    own_schemes,
    with_versions,
)
from app.promotions.rules.checklist import (
    Below,
    Campaign,
    CheckedPoint,
    audience_point,
    budget_point,
    goods_point,
    overlap_point,
    period_point,
    scopes_of,
)
from app.promotions.rules.words import SchemeStatus

MOST_COMPARED = 500
"""With how many active schemes of a seller one is compared."""


async def checklists(
    work: Work, schemes: Sequence[SchemeAsKnown]
) -> dict[UUID, list[CheckedPoint]]:
    """Return what to see to before own schemes begin, all points of each in their order (R2-3).

    Eight statements for any number of schemes; membership tiers and first orders, which come and
    go by the day, are taken as met.
    """
    if not schemes:
        return {}
    active = await _active(work)
    facts = await _facts(work, [*schemes, *active])
    below = await _below(work)
    customers = await _customers(work, schemes, below)
    listed = await _listed(work, schemes, below)
    others = {each.row.id: _campaign(each) for each in active}
    found: dict[UUID, list[CheckedPoint]] = {}
    for each in schemes:
        beside = [other for key, other in others.items() if key != each.row.id]
        own = _campaign(each)
        found[each.row.id] = [
            budget_point(each.terms),
            period_point(own.period, work.now),
            audience_point(customers[each.row.id]),
            goods_point(each.terms, facts, listed),
            overlap_point(own, beside, facts, below),
        ]
    return found


def _campaign(known: SchemeAsKnown) -> Campaign:
    period = Period(known.valid_from, known.valid_until)
    return Campaign(known.row.name, known.terms, period)


async def _active(work: Work) -> list[SchemeAsKnown]:
    statement = (
        select(TradeScheme)
        .where(own_schemes(work), has_status(work, SchemeStatus.ACTIVE))
        .order_by(TradeScheme.id)
        .limit(MOST_COMPARED)
    )
    return await with_versions(work, (await work.session.scalars(statement)).all())


async def _facts(work: Work, schemes: Sequence[SchemeAsKnown]) -> Mapping[UUID, SkuFacts]:
    named: set[UUID] = set()
    for each in schemes:
        named |= {key for scope in scopes_of(each.terms) for key in scope.sku_ids}
        if each.terms.gift is not None and each.terms.gift.sku_id is not None:
            named.add(each.terms.gift.sku_id)
    return await sku_facts(work, named)


async def _below(work: Work) -> Below:
    """Read the seller's classes of customers and the network's categories as trees."""
    own = work.actor.own_organisation
    trees = union_all(
        select(CustomerLevel.id, CustomerLevel.parent_id).where(
            CustomerLevel.tenant_id == work.tenant_id, CustomerLevel.seller_id == own
        ),
        select(Territory.id, Territory.parent_id).where(
            Territory.tenant_id == work.tenant_id, Territory.seller_id == own
        ),
        select(Category.id, Category.parent_id).where(Category.tenant_id == work.tenant_id),
    )
    rows = await work.session.execute(trees)
    parents: dict[UUID, UUID | None] = {row.id: row.parent_id for row in rows}
    below: dict[UUID, set[UUID]] = {key: {key} for key in parents}
    for key, parent in parents.items():
        above = parent
        while above is not None:
            below[above].add(key)
            above = parents[above]
    return Below({key: frozenset(keys) for key, keys in below.items()})


async def _customers(
    work: Work, schemes: Sequence[SchemeAsKnown], below: Below
) -> Mapping[UUID, int]:
    parts = [_counted(work, each, below) for each in schemes]
    rows = await work.session.execute(union_all(*parts))
    return {row.scheme_id: row.customers for row in rows}


def _counted(work: Work, scheme: SchemeAsKnown, below: Below) -> Select[UUID, int]:
    who, terms, group = scheme.terms.eligibility, TradingRelationship, CustomerGroupMember
    wanted = [
        terms.tenant_id == work.tenant_id,
        terms.seller_id == scheme.row.seller_id,
        is_open(work),
    ]
    if who.relationship_ids:
        wanted.append(terms.id.in_(who.relationship_ids))
    if who.level_ids:
        wanted.append(terms.level_id.in_(below.of(who.level_ids)))
    if who.territory_ids:
        wanted.append(terms.territory_id.in_(below.of(who.territory_ids)))
    if who.channels:
        wanted.append(terms.sales_channel.in_(who.channels))
    if who.group_ids:
        members = select(group.relationship_id).where(
            group.tenant_id == work.tenant_id, group.group_id.in_(who.group_ids)
        )
        wanted.append(terms.id.in_(members))
    named = literal(scheme.row.id).label("scheme_id")
    return select(named, func.count(terms.id).label("customers")).where(and_(*wanted))


async def _listed(work: Work, schemes: Sequence[SchemeAsKnown], below: Below) -> Collection[UUID]:
    """Return the named brands and categories of which something is on sale."""
    scopes = [scope for each in schemes for scope in scopes_of(each.terms)]
    brands = {key for scope in scopes for key in scope.brand_ids}
    categories = {key for scope in scopes for key in scope.category_ids}
    on_sale = (Product.tenant_id == work.tenant_id, Product.status == ListingStatus.LISTED)
    found = await work.session.scalars(
        union_all(
            select(Product.brand_id).where(*on_sale, Product.brand_id.in_(brands)).distinct(),
            select(Product.category_id)
            .where(*on_sale, Product.category_id.in_(below.of(categories)))
            .distinct(),
        )
    )
    there = set(found)
    return (brands & there) | {key for key in categories if there & below.of([key])}
