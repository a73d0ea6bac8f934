"""Trading relationships: opened, changed and ended by their seller alone."""

from uuid import UUID

from sqlalchemy import select

from app.audit.operations import record
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.kernel.errors import Invalid, NotFound
from app.organisations import locks
from app.organisations.errors import OrganisationClosed
from app.organisations.models import (
    Organisation,
    OrganisationStatus,
    TradingRelationship,
)
from app.organisations.operations import (
    check_terms_known,
    open_between,
    visible_organisations,
)
from app.organisations.operations.assigning import follow_territory
from app.organisations.operations.customers import locked_by_seller
from app.organisations.rules import Terms, as_noted, check_terms
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.RELATIONSHIP_WRITE)
async def open_relationship(work: Work, buyer_id: UUID, terms: Terms) -> TradingRelationship:
    """Begin to sell to an organisation that one can see, from this instant on.

    Raises `RelationshipExists`, `OrganisationClosed`, and `NotFound` for a buyer out of sight.
    """
    if buyer_id == work.actor.own_organisation:
        raise Invalid("buyerId", "must be another organisation")
    buyer = await work.session.scalar(
        select(Organisation).where(Organisation.id == buyer_id, visible_organisations(work))
    )
    if buyer is None:
        raise NotFound("Organisation").at("buyerId")
    if buyer.status == OrganisationStatus.CLOSED:
        raise OrganisationClosed(buyer.name).at("buyerId")
    return await open_between(work, work.actor.own_organisation, buyer, terms)


@requires(Permission.RELATIONSHIP_WRITE)
async def change_relationship_terms(
    work: Work, relationship_id: UUID, terms: Terms
) -> TradingRelationship:
    """Set the terms given and leave the others; orders placed before keep what they stored.

    Raises `RelationshipClosed`, and `NotFound` unless the own organisation is the seller.
    """
    if "currency" in terms:
        raise Invalid("terms.currency", "cannot be changed; open a new relationship")
    check_terms(terms)
    relationship = await locked_by_seller(work, relationship_id, must_be_open=True)
    await check_terms_known(work, relationship.seller_id, terms)
    changed = {name: given for name, given in terms.items() if getattr(relationship, name) != given}
    if not changed:
        return relationship
    before = {name: getattr(relationship, name) for name in changed}
    for name, given in changed.items():
        setattr(relationship, name, given)
    if "territory_id" in changed:
        await locks.own_reps(work)
        await follow_territory(work, relationship_id, relationship.territory_id)
    _note(work, "CHANGE_RELATIONSHIP_TERMS", relationship_id, before, changed)
    work.tell(DomainEvent("relationship_changed", "trading_relationship", relationship_id, {}))
    return relationship


def _note(
    work: Work,
    action: str,
    relationship_id: UUID,
    before: dict[str, object],
    after: dict[str, object],
) -> None:
    record(
        work,
        action,
        "trading_relationship",
        relationship_id,
        before=as_noted(before),
        after=as_noted(after),
    )
