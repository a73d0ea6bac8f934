"""What is sold to a buyer, and what it must sell, remembered while nobody writes to it."""

from collections.abc import Collection
from dataclasses import replace
from functools import partial
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select

from app.assortments.models import Assortment, AssortmentAudience, AssortmentGoods
from app.assortments.rules import AssortmentPurpose, Given, Selection, goods_at
from app.catalog.operations import SkuFacts, known_facts
from app.db.checking import Invariant, SumsBook
from app.db.revisions import Memory, Revised
from app.db.work import Work
from app.organisations.models import CustomerGroupMember, CustomerLevel, TradingRelationship

MOST_REMEMBERED = 5_000

_given: Memory[UUID, tuple[Given, ...]] = Memory(Revised.PARTIES, most=MOST_REMEMBERED)


async def sold_to(work: Work, relationship: TradingRelationship) -> Selection | None:
    """Return the goods to which a buyer is held now; none where it is sold everything.

    What is given to the relationship itself, to its level or one above, and to its groups, added
    up. One statement, none where it is remembered.
    """
    given = await _given_to(work, relationship)
    return goods_at(given, AssortmentPurpose.SOLD, work.now)


async def must_sell_of(work: Work, relationship: TradingRelationship) -> Selection:
    """Return the goods that a buyer should carry now; the statements of `sold_to`."""
    given = await _given_to(work, relationship)
    return goods_at(given, AssortmentPurpose.MUST_SELL, work.now) or Selection()


async def facts_for(
    work: Work, relationship: TradingRelationship, sku_ids: Collection[UUID]
) -> dict[UUID, SkuFacts]:
    """Return what `known_facts` does; what is not sold to the buyer stands there as not listed.

    One statement more, none where what it is sold is remembered.
    """
    known = await known_facts(work, sku_ids)
    goods = await sold_to(work, relationship)
    if goods is None:
        return known
    return {
        key: sku if goods.holds(sku) else replace(sku, is_listed=False)
        for key, sku in known.items()
    }


async def _given_to(work: Work, relationship: TradingRelationship) -> tuple[Given, ...]:
    return await _given.of(work, relationship.id, partial(_read, work, relationship))


async def _read(work: Work, relationship: TradingRelationship) -> tuple[Given, ...]:
    rows = await work.session.execute(
        select(
            AssortmentAudience.id,
            Assortment.purpose,
            AssortmentAudience.valid_from,
            AssortmentAudience.valid_until,
            func.array_remove(func.array_agg(AssortmentGoods.sku_id), None),
            func.array_remove(func.array_agg(AssortmentGoods.brand_id), None),
            func.array_remove(func.array_agg(AssortmentGoods.category_id), None),
        )
        .join(
            Assortment,
            and_(
                Assortment.tenant_id == AssortmentAudience.tenant_id,
                Assortment.id == AssortmentAudience.assortment_id,
            ),
        )
        .outerjoin(
            AssortmentGoods,
            and_(
                AssortmentGoods.tenant_id == Assortment.tenant_id,
                AssortmentGoods.assortment_id == Assortment.id,
            ),
        )
        .where(
            Assortment.seller_id == relationship.seller_id,
            or_(
                AssortmentAudience.relationship_id == relationship.id,
                AssortmentAudience.level_id.in_(_levels(work, relationship.level_id)),
                AssortmentAudience.group_id.in_(
                    select(CustomerGroupMember.group_id).where(
                        CustomerGroupMember.tenant_id == work.tenant_id,
                        CustomerGroupMember.relationship_id == relationship.id,
                    )
                ),
            ),
        )
        .group_by(
            AssortmentAudience.id,
            Assortment.purpose,
            AssortmentAudience.valid_from,
            AssortmentAudience.valid_until,
        )
    )
    return tuple(
        Given(
            AssortmentPurpose(purpose),
            Selection(frozenset(skus), frozenset(brands), frozenset(categories)),
            valid_from,
            valid_until,
        )
        for _, purpose, valid_from, valid_until, skus, brands, categories in rows
    )


def _levels(work: Work, level_id: UUID | None) -> Select[UUID]:
    """Select a level and all above it."""
    mine = CustomerLevel.tenant_id == work.tenant_id
    path = (
        select(CustomerLevel.id, CustomerLevel.parent_id)
        .where(mine, CustomerLevel.id == level_id)
        .cte("levels", recursive=True)
    )
    above = select(CustomerLevel.id, CustomerLevel.parent_id).where(
        mine, CustomerLevel.id == path.c.parent_id
    )
    path = path.union(above)
    return select(path.c.id)


ASSORTMENTS = SumsBook(
    "assortments",
    """
    given AS (
        SELECT audience.id, assortment.seller_id,
            coalesce(terms.seller_id, level.seller_id, grouped.seller_id) AS to_customers_of
        FROM assortment_audience AS audience
        JOIN assortment
            ON assortment.tenant_id = :tenant AND assortment.id = audience.assortment_id
        LEFT JOIN trading_relationship AS terms
            ON terms.tenant_id = :tenant AND terms.id = audience.relationship_id
        LEFT JOIN customer_level AS level
            ON level.tenant_id = :tenant AND level.id = audience.level_id
        LEFT JOIN customer_group AS grouped
            ON grouped.tenant_id = :tenant AND grouped.id = audience.group_id
        WHERE audience.tenant_id = :tenant
    )""",
    (
        Invariant(
            "assortments-are-given-to-own-customers",
            "an assortment is given to customers of another seller",
            "SELECT to_customers_of, seller_id, id FROM given",
        ),
    ),
)
"""Whose customers assortments are given to."""
