"""What a move of a branch does besides the tree: relationships, roles, the trail, the news."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.audit.operations import record
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.organisations import locks
from app.organisations.errors import RelationshipExists
from app.organisations.models import MoveState, Organisation, OrganisationMove, TradingRelationship
from app.organisations.operations.classing import check_terms_known
from app.organisations.operations.moving import Fit, keep_roles, replant
from app.organisations.operations.opening import open_between
from app.organisations.rules import Terms, as_given, as_noted, check_terms
from app.rbac.operations import people_of
from app.rbac.permissions import Permission


@dataclass(frozen=True, slots=True)
class Supply:
    """From whom the branch buys: from the former parent, and from the new one already."""

    former: TradingRelationship | None
    new: TradingRelationship | None


async def supply_of(work: Work, fit: Fit, terms: Terms) -> Supply:
    """Lock what the branch buys from its parents, and check the terms that it is to buy on.

    Raises `Invalid`, `NotFound` for a foreign level, and `RelationshipExists` for terms of what is
    open already: its seller alone changes it.
    """
    check_terms(terms)
    await check_terms_known(work, fit.parent.id, terms)
    found = await locks.supplies(work, fit.moved.id, (fit.former_parent_id, fit.parent.id))
    supply = Supply(found.get(fit.former_parent_id), found.get(fit.parent.id))
    if terms and supply.new is not None:
        raise RelationshipExists(fit.parent.name, fit.moved.name).at("terms")
    return supply


async def carry_out(work: Work, move: OrganisationMove, fit: Fit, supply: Supply) -> None:
    """Move a branch that fits, at this instant and whole; the number of statements is fixed."""
    if supply.former is not None and not move.keeps_supplier:
        _end(work, supply.former, move.reason)
    roles = await keep_roles(work, fit)
    await replant(work, fit)
    if supply.new is None:
        buyer = (
            await work.session.scalars(select(Organisation).where(Organisation.id == fit.moved.id))
        ).one()
        await open_between(work, fit.parent.id, buyer, as_given(move.terms))
    move.state, move.decided_at = MoveState.DONE, work.now
    record(
        work,
        "MOVE_ORGANISATION",
        "organisation",
        fit.moved.id,
        before=as_noted({"parent_id": fit.former_parent_id}),
        after=as_noted({"parent_id": fit.parent.id, "move_id": move.id})
        | {"roles_taken_along": [role.name for role in roles]},
        on_behalf_of=move.asked_by_organisation_id if work.actor.is_system else None,
        reason=move.reason,
    )
    await _tell(work, move, fit)


def told_to(membership_ids: Sequence[UUID]) -> dict[str, object]:
    """Write down who is to be told of an event."""
    return {"recipients": [str(key) for key in membership_ids]}


def _end(work: Work, relationship: TradingRelationship, reason: str | None) -> None:
    relationship.valid_until, relationship.end_is_planned = work.later(), False
    record(
        work,
        "CLOSE_RELATIONSHIP",
        "trading_relationship",
        relationship.id,
        after=as_noted({"valid_until": relationship.valid_until}),
        on_behalf_of=relationship.seller_id,
        reason=reason,
    )
    work.tell(DomainEvent("relationship_closed", "trading_relationship", relationship.id, {}))


async def _tell(work: Work, move: OrganisationMove, fit: Fit) -> None:
    """Tell each side its own part: former and new parent stay strangers to each other."""
    moved, right = fit.moved, Permission.ORGANISATION_WRITE
    now_here = await people_of(work, (moved.id, fit.parent.id), right)
    before = await people_of(work, (fit.former_parent_id,), right)
    names: dict[str, object] = {"name": moved.name, "parent_name": fit.parent.name}
    for kind, data in (
        ("branch_joined", names | told_to(now_here)),
        ("branch_left", {"name": moved.name} | told_to(before)),
        (
            "organisation_moved",
            {"move_id": str(move.id), "organisation_ids": [str(fit.parent.id)]},
        ),
    ):
        work.tell(DomainEvent(kind, "organisation", moved.id, data))
