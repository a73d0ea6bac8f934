"""Row locks of organisations' tables.

They are FOR NO KEY UPDATE (`key_share`): every new order holds its relationship's key already, and
two of them that asked for more would wait for each other.
"""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import bindparam, select

from app.db.reading import TENANT, sent
from app.db.tables import table_of
from app.db.work import Work
from app.organisations.models import CustomerGroup, Organisation, Territory, TradingRelationship

_terms = table_of(TradingRelationship).c
_CREDIT_LIMIT = (
    select(_terms.credit_limit)
    .where(_terms.tenant_id == TENANT, _terms.id == bindparam("relationship_id"))
    .with_for_update(key_share=True)
)


async def sold_by_own(work: Work, relationship_id: UUID) -> TradingRelationship | None:
    """Lock a relationship in which the actor's organisation sells; none when it does not."""
    return await work.session.scalar(
        select(TradingRelationship)
        .where(
            TradingRelationship.id == relationship_id,
            TradingRelationship.seller_id == work.actor.own_organisation,
        )
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


async def credit_limit(work: Work, relationship_id: UUID) -> Decimal:
    """Lock a relationship, so that what its buyer owes is counted by one order at a time.

    Returns its limit of this moment, zero without one.
    """
    found = await sent(work, _CREDIT_LIMIT, relationship_id=relationship_id)
    return found[0][0] or Decimal(0)


async def organisation(work: Work, organisation_id: UUID) -> Organisation | None:
    """Lock one organisation."""
    statement = select(Organisation).where(Organisation.id == organisation_id)
    return await work.session.scalar(statement.with_for_update())


async def own_group(work: Work, group_id: UUID) -> CustomerGroup | None:
    """Lock a customer group of the actor's organisation; none when it has no such group."""
    statement = select(CustomerGroup).where(
        CustomerGroup.id == group_id, CustomerGroup.seller_id == work.actor.own_organisation
    )
    return await work.session.scalar(statement.with_for_update(key_share=True))


async def own_territories(work: Work) -> dict[UUID, Territory]:
    """Lock all territories of the actor's organisation, so that no two moves make a loop."""
    statement = (
        select(Territory)
        .where(Territory.seller_id == work.actor.own_organisation)
        .order_by(Territory.id)
        .with_for_update(key_share=True)
    )
    return {row.id: row for row in await work.session.scalars(statement)}
