"""Row locks of organisations' tables.

They are FOR NO KEY UPDATE (`key_share`): every new order holds its relationship's key already, and
two of them that asked for more would wait for each other.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, Row, bindparam, or_, select, text

from app.db.reading import TENANT, sent
from app.db.rows import Question
from app.db.tables import table_of
from app.db.work import Work
from app.organisations.models import (
    BranchConsent,
    CustomerGroup,
    DeliveryAddress,
    Organisation,
    OrganisationMove,
    RelationshipRequest,
    Territory,
    TradingRelationship,
    unended_at,
)
from app.tenants.models import Tenant

Supplies = dict[UUID, TradingRelationship]

_terms = table_of(TradingRelationship).c
_END = """SELECT CASE WHEN ended_by_closing OR EXISTS (
        SELECT FROM organisation party
        WHERE party.tenant_id = :relationship_tenant
            AND party.id IN (trading_relationship.seller_id, trading_relationship.buyer_id)
            AND party.status = 'PREPARED'
            AND (party.activates_at IS NULL OR party.activates_at > :relationship_now)
    ) THEN valid_from ELSE valid_until END
    FROM trading_relationship
    WHERE tenant_id = :relationship_tenant AND id = :relationship_id FOR KEY SHARE"""
_HELD = text(_END)
_CREDIT_LIMIT = (
    select(_terms.credit_limit)
    .where(_terms.tenant_id == TENANT, _terms.id == bindparam("relationship_id"))
    .with_for_update(key_share=True)
)


async def sold_by_own(
    work: Work, relationship_id: UUID, *, to_end: bool = False
) -> TradingRelationship | None:
    """Lock a relationship in which the actor's organisation sells; none when it does not.

    Who locks it `to_end` it waits for the orders that are being placed in it, and holds up others.
    """
    return await work.session.scalar(
        select(TradingRelationship)
        .where(
            TradingRelationship.id == relationship_id,
            TradingRelationship.seller_id == work.actor.own_organisation,
        )
        .with_for_update(key_share=not to_end)
        .execution_options(populate_existing=True)
    )


async def relationship(work: Work, relationship_id: UUID) -> TradingRelationship | None:
    """Lock a relationship, whoever trades in it."""
    return await work.session.scalar(
        select(TradingRelationship)
        .where(TradingRelationship.id == relationship_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def holding(work: Work, relationship_id: UUID) -> Question:
    """Ask for the end of a relationship, which nobody ends or deletes then until the work is done.

    Many may hold it at once. One whose party is prepared only has ended when it began: it takes no
    order yet.
    """
    given = {
        "relationship_tenant": work.tenant_id,
        "relationship_id": relationship_id,
        "relationship_now": work.now,
    }
    return Question(_END, given)


async def hold(work: Work, relationship_id: UUID) -> datetime | None:
    """Hold a relationship so in a statement of its own; returns its end."""
    found = await sent(work, _HELD, **holding(work, relationship_id).given)
    return found[0][0]


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


async def parties(
    work: Work, ids: Collection[UUID], is_taken: ColumnElement[bool]
) -> Sequence[Row[UUID, str, str, bool]]:
    """Hold organisations open while something is opened between them; many may at once.

    Returns their id, name and status, and what is asked besides as `is_taken`.
    """
    statement = (
        select(Organisation.id, Organisation.name, Organisation.status, is_taken.label("is_taken"))
        .where(Organisation.id.in_(ids))
        .order_by(Organisation.id)
        .with_for_update(read=True, of=Organisation)
    )
    return (await work.session.execute(statement)).all()


async def tree(work: Work) -> None:
    """Lock the shape of the network's tree, so that one move at a time finds and leaves it whole.

    What it was read as before counts no more. It is the row by which changes of rights take turns
    too: a move decides whom rights reach, and takes no lock before this one.
    """
    await work.session.execute(
        select(Tenant.id).where(Tenant.id == work.tenant_id).with_for_update()
    )


async def tree_for_growth(work: Work) -> None:
    """Hold moves off while an organisation is put into the tree; others may be put in meanwhile."""
    statement = select(Tenant.id).where(Tenant.id == work.tenant_id)
    await work.session.execute(statement.with_for_update(read=True, key_share=True))


async def move(work: Work, move_id: UUID) -> OrganisationMove | None:
    """Lock one move of a branch; after the tree where both are locked."""
    return await work.session.scalar(
        select(OrganisationMove)
        .where(OrganisationMove.id == move_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


async def supplies(work: Work, buyer_id: UUID, sellers: Collection[UUID]) -> Supplies:
    """Lock the open relationships in which an organisation buys from others, by seller.

    To end one of them: this waits for the orders that are being placed in them, and holds up
    others.
    """
    statement = (
        select(TradingRelationship)
        .where(
            TradingRelationship.buyer_id == buyer_id,
            TradingRelationship.seller_id.in_(sellers),
            unended_at(work.now),
        )
        .order_by(TradingRelationship.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.seller_id: row for row in await work.session.scalars(statement)}


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


async def own_reps(work: Work) -> None:
    """Lock who looks after the own organisation's customers and territories, for one at a time."""
    await work.session.execute(
        select(Organisation.id)
        .where(Organisation.id == work.actor.own_organisation)
        .with_for_update(key_share=True)
    )


async def request_to_own(work: Work, request_id: UUID) -> RelationshipRequest | None:
    """Lock a request for trade that the actor's organisation was asked; none of another's."""
    return await _request(
        work, request_id, RelationshipRequest.seller_id == work.actor.own_organisation
    )


async def request_of_own(work: Work, request_id: UUID) -> RelationshipRequest | None:
    """Lock a request for trade that the actor's organisation has made; none of another's."""
    return await _request(
        work, request_id, RelationshipRequest.buyer_id == work.actor.own_organisation
    )


async def _request(
    work: Work, request_id: UUID, is_own: ColumnElement[bool]
) -> RelationshipRequest | None:
    return await work.session.scalar(
        select(RelationshipRequest)
        .where(RelationshipRequest.id == request_id, is_own)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


async def consent_of_own(work: Work, consent_id: UUID) -> BranchConsent | None:
    """Lock a consent that the actor's organisation asked for or was asked; none of others'."""
    own = work.actor.own_organisation
    return await work.session.scalar(
        select(BranchConsent)
        .where(
            BranchConsent.id == consent_id,
            or_(BranchConsent.above_id == own, BranchConsent.below_id == own),
        )
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


async def own_addresses(work: Work) -> dict[UUID, DeliveryAddress]:
    """Lock all addresses in use of the actor's organisation, so that one is the default."""
    statement = (
        select(DeliveryAddress)
        .where(
            DeliveryAddress.organisation_id == work.actor.own_organisation,
            DeliveryAddress.given_up_at.is_(None),
        )
        .order_by(DeliveryAddress.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {row.id: row for row in await work.session.scalars(statement)}
