"""Trading relationships: opened, changed and ended by their seller alone."""

from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects.postgresql import insert

from app.audit.operations import record
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.kernel.errors import Invalid, NotFound
from app.organisations import locks
from app.organisations.errors import OrganisationClosed, RelationshipClosed
from app.organisations.models import (
    AssignedRep,
    Organisation,
    OrganisationStatus,
    TradingRelationship,
)
from app.organisations.operations import (
    check_terms_known,
    open_between,
    organisations_named,
    visible_organisations,
)
from app.organisations.rules import Terms, as_noted, check_terms
from app.rbac.guard import requires
from app.rbac.models import Membership
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
    relationship = await _open_and_locked(work, relationship_id)
    await check_terms_known(work, relationship.seller_id, terms)
    changed = {name: given for name, given in terms.items() if getattr(relationship, name) != given}
    if not changed:
        return relationship
    before = {name: getattr(relationship, name) for name in changed}
    for name, given in changed.items():
        setattr(relationship, name, given)
    _note(work, "CHANGE_RELATIONSHIP_TERMS", relationship_id, before, changed)
    work.tell(DomainEvent("relationship_changed", "trading_relationship", relationship_id, {}))
    return relationship


@requires(Permission.RELATIONSHIP_WRITE)
async def close_relationship(
    work: Work, relationship_id: UUID, reason: str | None = None
) -> TradingRelationship:
    """End a relationship; open orders run on, new ones are refused.

    It ends once the orders are placed that are being placed now: later than each of them. Raises
    `RelationshipClosed`, and `NotFound` unless the own organisation is the seller.
    """
    relationship = await _open_and_locked(work, relationship_id, to_end=True)
    relationship.valid_until = work.later()
    record(
        work,
        "CLOSE_RELATIONSHIP",
        "trading_relationship",
        relationship_id,
        after=as_noted({"valid_until": relationship.valid_until}),
        reason=reason,
    )
    work.tell(DomainEvent("relationship_closed", "trading_relationship", relationship_id, {}))
    return relationship


@requires(Permission.RELATIONSHIP_WRITE)
async def assign_rep(work: Work, relationship_id: UUID, membership_id: UUID) -> TradingRelationship:
    """Let a colleague look after a customer (R3-38); doing so twice changes nothing.

    Raises `NotFound` for foreign relationships and for people outside the own organisation.
    """
    relationship = await _open_and_locked(work, relationship_id)
    await _check_colleague(work, membership_id)
    assigned = await work.session.execute(
        insert(AssignedRep)
        .values(
            tenant_id=work.tenant_id,
            relationship_id=relationship_id,
            membership_id=membership_id,
            assigned_at=work.now,
        )
        .on_conflict_do_nothing()
        .returning(AssignedRep.membership_id)
    )
    if assigned.first() is not None:
        _note(work, "ASSIGN_REP", relationship_id, {}, {"membership_id": membership_id})
    return relationship


@requires(Permission.RELATIONSHIP_WRITE)
async def unassign_rep(
    work: Work, relationship_id: UUID, membership_id: UUID
) -> TradingRelationship:
    """Let a colleague no longer look after a customer; doing so twice changes nothing."""
    relationship = await _locked(work, relationship_id)
    removed = await work.session.execute(
        delete(AssignedRep)
        .where(
            AssignedRep.relationship_id == relationship_id,
            AssignedRep.membership_id == membership_id,
        )
        .returning(AssignedRep.membership_id)
    )
    if removed.first() is not None:
        _note(work, "UNASSIGN_REP", relationship_id, {"membership_id": membership_id}, {})
    return relationship


async def _locked(
    work: Work, relationship_id: UUID, *, to_end: bool = False
) -> TradingRelationship:
    relationship = await locks.sold_by_own(work, relationship_id, to_end=to_end)
    if relationship is None:
        raise NotFound("TradingRelationship").at("relationshipId")
    return relationship


async def _open_and_locked(
    work: Work, relationship_id: UUID, *, to_end: bool = False
) -> TradingRelationship:
    relationship = await _locked(work, relationship_id, to_end=to_end)
    if relationship.valid_until is not None:
        sellers = await organisations_named(work, {relationship.seller_id})
        raise RelationshipClosed(sellers[relationship.seller_id].name)
    return relationship


async def _check_colleague(work: Work, membership_id: UUID) -> None:
    colleague = exists().where(
        Membership.tenant_id == work.tenant_id,
        Membership.id == membership_id,
        Membership.organisation_id == work.actor.own_organisation,
        Membership.ended_at.is_(None),
    )
    if not await work.session.scalar(select(colleague)):
        raise NotFound("Membership").at("membershipId")


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
