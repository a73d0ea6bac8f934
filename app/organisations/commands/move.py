"""Moving a branch of the network under another parent, now or at an instant to come (R3-5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.audit.operations import record
from app.db.idempotency import once
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.kernel.actor import Scope
from app.kernel.errors import DomainError, Forbidden, Invalid, NotFound
from app.kernel.ids import new_id
from app.organisations import locks
from app.organisations.errors import MoveDecided, MovedMeanwhile, MovePlanned
from app.organisations.models import MoveState, OrganisationMove
from app.organisations.operations import (
    Reach,
    carry_out,
    fitting,
    organisations_named,
    reach_of,
    supply_of,
    told_to,
    visible_moves,
)
from app.organisations.rules import Terms, as_given, as_noted, as_stored, checked_instant
from app.rbac.guard import requires
from app.rbac.permissions import Permission

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class NewMove:
    """A move to be: at once unless `effective_at` says when.

    The branch buys from its new parent on `terms`, and no more from the former one unless it
    `keeps_supplier`.
    """

    organisation_id: UUID
    new_parent_id: UUID
    effective_at: datetime | None = None
    keeps_supplier: bool = False
    terms: Terms | None = None
    reason: str | None = None


@requires(Permission.ORGANISATION_MOVE)
async def move_organisation(work: Work, new: NewMove, key: str) -> OrganisationMove:
    """Move a visible branch below the own organisation under another visible parent.

    With the scope TENANT any branch under any. Giving terms needs RELATIONSHIP_WRITE too, without
    them the branch is prepaid and has no credit with its new parent. `key` makes it happen once
    (F9). Raises what `check_move` refuses, `MovePlanned`, `RelationshipExists`, `NotFound`.
    """
    body = as_noted(
        {
            "organisation": new.organisation_id,
            "parent": new.new_parent_id,
            "effective_at": new.effective_at,
            "keeps_supplier": new.keeps_supplier,
            "terms": new.terms,
            "reason": new.reason,
        }
    )

    async def move(move_id: UUID) -> None:
        await _move(work, move_id, new)

    made = await once(work, key, "moveOrganisation", body, new_id(), move)
    return await _found(work, made)


@requires(Permission.ORGANISATION_MOVE)
async def cancel_organisation_move(work: Work, move_id: UUID) -> OrganisationMove:
    """Take back a move that is planned; raises `MoveDecided`, `NotFound` for another's."""
    known = select(OrganisationMove.id).where(OrganisationMove.id == move_id, visible_moves(work))
    if await work.session.scalar(known) is None:
        raise NotFound("OrganisationMove").at("moveId")
    move = await _locked(work, move_id)
    if move.state != MoveState.PLANNED:
        raise MoveDecided(move.state)
    _decide(work, move, MoveState.CANCELLED, "CANCEL_MOVE")
    return move


@requires(Permission.ORGANISATION_MOVE)
async def carry_out_move(work: Work, move_id: UUID) -> UUID:
    """Carry out a planned move whose time has come; nothing where it is decided or not due.

    What its organisation sees now counts, not what it saw when it asked. Raises what
    `move_organisation` would, and `MovedMeanwhile`.
    """
    await locks.tree(work)
    move = await _locked(work, move_id)
    if move.state != MoveState.PLANNED or move.effective_at > work.now:
        return move_id
    reach = Reach(None if move.is_network_wide else move.asked_by_organisation_id)
    fit = await fitting(work, reach, move.organisation_id, move.new_parent_id)
    if fit.former_parent_id != move.former_parent_id:
        raise MovedMeanwhile(fit.moved.name)
    await carry_out(work, move, fit, await supply_of(work, fit, as_given(move.terms)))
    return move_id


@requires(Permission.ORGANISATION_MOVE)
async def refuse_move(work: Work, move_id: UUID, refusal: DomainError) -> UUID:
    """Note that a planned move did not fit when its time came, and tell who asked for it."""
    move = await _locked(work, move_id)
    if move.state == MoveState.PLANNED:
        move.refusal = refusal.message
        named = await organisations_named(work, {move.organisation_id})
        told = told_to([move.asked_by_membership_id])
        data = {"name": named[move.organisation_id].name, "refusal": move.refusal} | told
        _decide(work, move, MoveState.REFUSED, "REFUSE_MOVE", data)
    return move_id


async def _move(work: Work, move_id: UUID, new: NewMove) -> None:
    effective_at = checked_instant(new.effective_at, work.now)
    reason, terms = _reason(new.reason), new.terms or Terms()
    _check_terms_allowed(work, new)
    await locks.tree(work)
    reach = reach_of(work)
    fit = await fitting(work, reach, new.organisation_id, new.new_parent_id)
    await _check_unplanned(work, new.organisation_id, fit.moved.name)
    supply = await supply_of(work, fit, terms)
    move = OrganisationMove(
        id=move_id,
        organisation_id=fit.moved.id,
        former_parent_id=fit.former_parent_id,
        new_parent_id=fit.parent.id,
        keeps_supplier=new.keeps_supplier,
        terms=as_stored(terms),
        reason=reason,
        asked_by_organisation_id=work.actor.own_organisation,
        asked_by_membership_id=work.actor.membership_id,
        is_network_wide=reach.own is None,
        asked_at=work.now,
        effective_at=effective_at,
        state=MoveState.PLANNED,
    )
    await work.save(move)
    if effective_at <= work.now:
        await carry_out(work, move, fit, supply)
    else:
        _note(work, move, "PLAN_MOVE")


def _check_terms_allowed(work: Work, new: NewMove) -> None:
    """Whoever sells sets the terms: for another seller that takes the right over the branch."""
    right = Permission.RELATIONSHIP_WRITE
    is_own = new.new_parent_id == work.actor.organisation_id
    needed = Scope.ORGANISATION if is_own else Scope.BRANCH
    if new.terms and not (work.actor.may(right) and work.actor.scope_of(right).covers(needed)):
        raise Forbidden(right)


def _reason(reason: str | None) -> str | None:
    if reason is not None and len(reason) > LONGEST_REASON:
        raise Invalid("reason", f"must have at most {LONGEST_REASON} characters")
    return reason


async def _check_unplanned(work: Work, organisation_id: UUID, name: str) -> None:
    planned = select(OrganisationMove.effective_at).where(
        OrganisationMove.organisation_id == organisation_id,
        OrganisationMove.asked_by_organisation_id == work.actor.own_organisation,
        OrganisationMove.state == MoveState.PLANNED,
    )
    effective_at = await work.session.scalar(planned)
    if effective_at is not None:
        raise MovePlanned(name, effective_at.isoformat())


async def _locked(work: Work, move_id: UUID) -> OrganisationMove:
    move = await locks.move(work, move_id)
    if move is None:
        raise NotFound("OrganisationMove").at("moveId")
    return move


async def _found(work: Work, move_id: UUID) -> OrganisationMove:
    statement = select(OrganisationMove).where(OrganisationMove.id == move_id)
    return (await work.session.scalars(statement)).one()


def _decide(
    work: Work,
    move: OrganisationMove,
    state: MoveState,
    action: str,
    more: Mapping[str, object] | None = None,
) -> None:
    move.state, move.decided_at = state, work.now
    _note(work, move, action, more)


def _note(
    work: Work, move: OrganisationMove, action: str, more: Mapping[str, object] | None = None
) -> None:
    asked_by = move.asked_by_organisation_id
    record(
        work,
        action,
        "organisation",
        move.organisation_id,
        after=as_noted(
            {
                "move_id": move.id,
                "parent_id": move.new_parent_id,
                "effective_at": move.effective_at,
                "refusal": move.refusal,
            }
        ),
        on_behalf_of=asked_by if asked_by != work.actor.organisation_id else None,
        reason=move.reason,
    )
    data = {"effective_at": move.effective_at.isoformat(), **(more or {})}
    kind = {
        MoveState.PLANNED: "move_planned",
        MoveState.CANCELLED: "move_cancelled",
        MoveState.REFUSED: "move_refused",
    }[MoveState(move.state)]
    work.tell(DomainEvent(kind, "organisation_move", move.id, data))
