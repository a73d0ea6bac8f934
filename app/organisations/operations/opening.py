"""Putting an organisation into the tree, and opening its relationships."""

from uuid import UUID

from sqlalchemy import (
    exists,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from app.audit.operations import record
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.organisations import locks
from app.organisations.errors import OrganisationClosed, RelationshipExists
from app.organisations.models import (
    Organisation,
    OrganisationAncestry,
    OrganisationStatus,
    TradingRelationship,
    unended_at,
)
from app.organisations.operations.assigning import follow_territory
from app.organisations.operations.classing import check_terms_known
from app.organisations.rules import Terms, as_noted, check_terms
from app.tenants.operations import tenant_of


async def plant(work: Work, organisation: Organisation) -> Organisation:
    """Put a new organisation under its parent and note all its ancestors; three statements."""
    await locks.tree_for_growth(work)
    await work.save(organisation)
    above = select(
        OrganisationAncestry.tenant_id,
        OrganisationAncestry.ancestor_id,
        literal(organisation.id).label("descendant_id"),
        (OrganisationAncestry.distance + 1).label("distance"),
    ).where(
        OrganisationAncestry.tenant_id == work.tenant_id,
        OrganisationAncestry.descendant_id == organisation.parent_id,
    )
    itself = select(
        literal(work.tenant_id), literal(organisation.id), literal(organisation.id), literal(0)
    )
    await work.session.execute(
        insert(OrganisationAncestry).from_select(
            ["tenant_id", "ancestor_id", "descendant_id", "distance"], above.union_all(itself)
        )
    )
    return organisation


async def open_between(
    work: Work, seller_id: UUID, buyer: Organisation, terms: Terms
) -> TradingRelationship:
    """Open a relationship from this instant on; the currency is the tenant's unless given.

    Raises `RelationshipExists`, `Invalid` for senseless terms, `NotFound` for a foreign level.
    """
    check_terms(terms)
    await check_terms_known(work, seller_id, terms)
    refusal = await _exists_between(work, seller_id, buyer)
    currency = terms.get("currency") or (await tenant_of(work)).currency
    relationship = TradingRelationship(
        seller_id=seller_id,
        buyer_id=buyer.id,
        valid_from=work.now,
        **{**terms, "currency": currency},
    )
    try:
        await work.save(relationship)
    except IntegrityError:
        raise refusal from None
    if relationship.territory_id is not None:
        await follow_territory(work, relationship.id, relationship.territory_id)
    record(
        work,
        "OPEN_RELATIONSHIP",
        "trading_relationship",
        relationship.id,
        after=as_noted({"seller_id": seller_id, "buyer_id": buyer.id, **terms}),
        on_behalf_of=seller_id if seller_id != work.actor.organisation_id else None,
    )
    work.tell(
        DomainEvent(
            "relationship_opened",
            "trading_relationship",
            relationship.id,
            {"seller_id": str(seller_id), "buyer_id": str(buyer.id)},
        )
    )
    return relationship


async def _exists_between(work: Work, seller_id: UUID, buyer: Organisation) -> RelationshipExists:
    """Raise the refusal if the two have an unended relationship, or return it for a lost race.

    Neither of them closes until the work is done.
    """
    unended = exists().where(
        TradingRelationship.tenant_id == work.tenant_id,
        TradingRelationship.seller_id == seller_id,
        TradingRelationship.buyer_id == buyer.id,
        unended_at(work.now),
    )
    parties = {row.id: row for row in await locks.parties(work, {seller_id, buyer.id}, unended)}
    for party in parties.values():
        if party.status == OrganisationStatus.CLOSED:
            raise OrganisationClosed(party.name).at("")
    is_taken = parties[seller_id].is_taken
    # Made before the attempt: a failed flush leaves no row to read names from.
    refusal = RelationshipExists(parties[seller_id].name, buyer.name)
    if is_taken:
        raise refusal
    return refusal
