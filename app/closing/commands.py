"""Close an organisation, now or at an instant to come; take a planned closing back (R3-6)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.audit.operations import record
from app.closing import locks
from app.closing.errors import ClosingDecided, ClosingPlanned
from app.closing.models import ClosingState, OrganisationClosing
from app.closing.operations import carry_out, closable, reach_of, visible_closings
from app.db.idempotency import once
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.kernel.actor import Scope
from app.kernel.errors import DomainError, Invalid, NotFound
from app.kernel.ids import new_id
from app.organisations.locks import tree
from app.organisations.models import Organisation
from app.organisations.operations import Reach, organisations_named, told_to
from app.organisations.rules import as_noted, checked_instant
from app.rbac.guard import requires
from app.rbac.permissions import Permission

LONGEST_REASON = 500


@requires(Permission.ORGANISATION_WRITE)
async def close_organisation(
    work: Work,
    organisation_id: UUID,
    effective_at: datetime | None,
    reason: str | None,
    key: str,
) -> OrganisationClosing:
    """Close the own organisation, or with the scope BRANCH a visible one below, for good.

    Nothing of its trade may be open. What it buys ends, its people can sign in to it no more; its
    partners keep what they traded with it. `key` makes it happen once (F9). Raises `StillTrades`,
    `TopStays`, `ClosingPlanned`, `OrganisationClosed`.
    """
    if reason is not None and len(reason) > LONGEST_REASON:
        raise Invalid("reason", f"must have at most {LONGEST_REASON} characters")
    given = {"organisation": organisation_id, "effective_at": effective_at, "reason": reason}

    async def close(closing_id: UUID) -> None:
        await _close(work, closing_id, organisation_id, effective_at, reason)

    made = await once(work, key, "closeOrganisation", as_noted(given), new_id(), close)
    statement = select(OrganisationClosing).where(OrganisationClosing.id == made)
    return (await work.session.scalars(statement)).one()


@requires(Permission.ORGANISATION_WRITE)
async def cancel_organisation_closing(work: Work, closing_id: UUID) -> OrganisationClosing:
    """Take back a closing that is planned; raises `ClosingDecided`, `NotFound` for another's."""
    known = select(OrganisationClosing.id).where(
        OrganisationClosing.id == closing_id, visible_closings(work)
    )
    if await work.session.scalar(known) is None:
        raise NotFound("OrganisationClosing").at("closingId")
    closing = await _locked(work, closing_id)
    if closing.state != ClosingState.PLANNED:
        raise ClosingDecided(closing.state)
    closing.state, closing.decided_at = ClosingState.CANCELLED, work.now
    _note(work, closing, "CANCEL_CLOSING")
    return closing


@requires(Permission.ORGANISATION_WRITE)
async def carry_out_closing(work: Work, closing_id: UUID) -> UUID:
    """Carry out a planned closing whose time has come; nothing where it is decided or not due."""
    await tree(work)
    closing = await _locked(work, closing_id)
    if closing.state != ClosingState.PLANNED or closing.effective_at > work.now:
        return closing_id
    reach = Reach(None if closing.is_network_wide else closing.asked_by_organisation_id)
    await closable(work, reach, closing.organisation_id, is_branch=True)
    await carry_out(work, closing, tells_all=_is_own(closing))
    return closing_id


@requires(Permission.ORGANISATION_WRITE)
async def refuse_closing(work: Work, closing_id: UUID, refusal: DomainError) -> UUID:
    """Note that a planned closing was not possible when its time came, and tell who asked."""
    closing = await _locked(work, closing_id)
    if closing.state == ClosingState.PLANNED:
        closing.state, closing.decided_at = ClosingState.REFUSED, work.now
        closing.refusal = refusal.message
        _note(work, closing, "REFUSE_CLOSING")
        named = await organisations_named(work, {closing.organisation_id})
        data = {
            "name": named[closing.organisation_id].name,
            "effective_at": closing.effective_at.isoformat(),
            "refusal": closing.refusal,
        }
        told = data | told_to([closing.asked_by_membership_id])
        work.tell(DomainEvent("closing_refused", "organisation_closing", closing_id, told))
    return closing_id


async def _close(
    work: Work,
    closing_id: UUID,
    organisation_id: UUID,
    effective_at: datetime | None,
    reason: str | None,
) -> None:
    instant, reach = checked_instant(effective_at, work.now), reach_of(work)
    await tree(work)
    is_branch = work.actor.scope_of(Permission.ORGANISATION_WRITE).covers(Scope.BRANCH)
    organisation = await closable(work, reach, organisation_id, is_branch=is_branch)
    await _check_unplanned(work, organisation)
    closing = OrganisationClosing(
        id=closing_id,
        organisation_id=organisation.id,
        reason=reason,
        asked_by_organisation_id=work.actor.own_organisation,
        asked_by_membership_id=work.actor.membership_id,
        is_network_wide=reach.own is None,
        asked_at=work.now,
        effective_at=instant,
        state=ClosingState.PLANNED,
    )
    await work.save(closing)
    if instant <= work.now:
        await carry_out(work, closing, tells_all=_is_own(closing))
    else:
        _note(work, closing, "PLAN_CLOSING")


def _is_own(closing: OrganisationClosing) -> bool:
    """Whether it closes itself: nobody else learns what of its trade is open."""
    return closing.organisation_id == closing.asked_by_organisation_id


async def _check_unplanned(work: Work, organisation: Organisation) -> None:
    planned = select(OrganisationClosing.effective_at).where(
        OrganisationClosing.organisation_id == organisation.id,
        OrganisationClosing.asked_by_organisation_id == work.actor.own_organisation,
        OrganisationClosing.state == ClosingState.PLANNED,
    )
    effective_at = await work.session.scalar(planned)
    if effective_at is not None:
        raise ClosingPlanned(organisation.name, effective_at.isoformat())


async def _locked(work: Work, closing_id: UUID) -> OrganisationClosing:
    closing = await locks.closing(work, closing_id)
    if closing is None:
        raise NotFound("OrganisationClosing").at("closingId")
    return closing


def _note(work: Work, closing: OrganisationClosing, action: str) -> None:
    asked_by = closing.asked_by_organisation_id
    record(
        work,
        action,
        "organisation",
        closing.organisation_id,
        after=as_noted({"closing_id": closing.id, "effective_at": closing.effective_at}),
        on_behalf_of=asked_by if asked_by != work.actor.organisation_id else None,
        reason=closing.reason,
    )
