"""What a grantor decides of prices that a seller below it would set outside its band.

The seller's set moves on in the seller's own name: what it holds besides is not the grantor's.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select

from app.approvals import operations as approvals
from app.approvals.models import ApprovalStep, StepStatus
from app.db.work import Work
from app.kernel.actor import system_actor
from app.kernel.errors import Refused
from app.pricing import locks
from app.pricing.commands.change_sets.reasons import checked_reason
from app.pricing.errors import OwnPriceChange, PricesOutsideBandDecided, PricesOutsideBandStale
from app.pricing.models import PriceChangeSet
from app.pricing.operations.change_sets import seller_terms
from app.pricing.operations.concluding import checked_rows, conclude
from app.pricing.operations.outside import asked_of
from app.pricing.operations.trail import told
from app.pricing.rules.change import ChangeSetStatus
from app.rbac.guard import requires
from app.rbac.models import Membership
from app.rbac.permissions import Permission


@dataclass(frozen=True, slots=True)
class GrantorDecision:
    """What the own organisation decided of a request; of the set itself no more than its name."""

    set_id: UUID
    set_name: str
    status: StepStatus
    reason: str | None
    decided_at: datetime


@requires(Permission.PRICE_APPROVE)
async def approve_prices_outside_band(
    work: Work, set_id: UUID, reason: str | None = None
) -> GrantorDecision:
    """Agree, as the grantor, to prices outside the own band; the last to agree sets them.

    Raises `NotFound` for what the own organisation was never asked, `PricesOutsideBandDecided`,
    `PricesOutsideBandStale` where they cannot take effect any more, `OwnPriceChange`.
    """
    row, step = await _asked(work, set_id)
    words = None if reason is None else checked_reason(reason)
    outcome = await approvals.decide(
        work,
        set_id,
        step.revision,
        approve=True,
        reason=words,
        made_by=(),
        right=Permission.PRICE_APPROVE,
    )
    if outcome.status is StepStatus.APPROVED:
        await _conclude(work, row)
    return GrantorDecision(set_id, row.name, StepStatus.APPROVED, words, work.now)


@requires(Permission.PRICE_APPROVE)
async def reject_prices_outside_band(work: Work, set_id: UUID, reason: str) -> GrantorDecision:
    """Say no, as the grantor: the whole change is rejected, the others are not asked any more.

    Raises as the agreement does.
    """
    row, step = await _asked(work, set_id)
    words = checked_reason(reason)
    await approvals.decide(
        work,
        set_id,
        step.revision,
        approve=False,
        reason=words,
        made_by=(),
        right=Permission.PRICE_APPROVE,
    )
    before = str(row.status)
    row.status = ChangeSetStatus.REJECTED
    row.decided_by_membership_id = None
    row.decided_at = work.now
    row.reason = words
    told(_as_seller(work, row), row, "REJECT_PRICE_CHANGE", before=before, reason=words)
    return GrantorDecision(set_id, row.name, StepStatus.REJECTED, words, work.now)


async def _asked(work: Work, set_id: UUID) -> tuple[PriceChangeSet, ApprovalStep]:
    """Lock a set of which the own organisation was asked something, and find what it was last."""
    mine = select(ApprovalStep).where(ApprovalStep.subject_id == set_id, asked_of(work))
    subjects = select(ApprovalStep.subject_id).where(
        ApprovalStep.tenant_id == work.tenant_id, asked_of(work)
    )
    row = await locks.change_set(work, set_id, PriceChangeSet.id.in_(subjects))
    step = (await work.session.scalars(mine.order_by(ApprovalStep.id.desc()).limit(1))).one()
    if step.status != StepStatus.PENDING:
        raise PricesOutsideBandDecided(step.status)
    await _check_hands(work, row)
    return row, step


async def _check_hands(work: Work, row: PriceChangeSet) -> None:
    """Keep a person who works on both sides from agreeing to their own prices (Our rule 9)."""
    hands = (
        row.created_by_membership_id,
        row.changed_by_membership_id,
        row.submitted_by_membership_id,
        row.decided_by_membership_id,
    )
    same = exists(
        select(Membership.id).where(
            Membership.tenant_id == work.tenant_id,
            Membership.id.in_([hand for hand in hands if hand]),
            Membership.identity_id == work.actor.identity_id,
        )
    )
    if await work.session.scalar(select(same)):
        raise OwnPriceChange


async def _conclude(work: Work, row: PriceChangeSet) -> None:
    second = row.decided_by_membership_id != row.submitted_by_membership_id
    for_seller = _as_seller(work, row)
    try:
        conflicts = await checked_rows(for_seller, row, has_second_person=second)
    except Refused:
        # Why is between the seller and others who granted it bands.
        raise PricesOutsideBandStale from None
    await locks.price_lists_of_set(work, row.id)
    await conclude(for_seller, row, await seller_terms(for_seller), conflicts)


def _as_seller(work: Work, row: PriceChangeSet) -> Work:
    """Go on in the seller's name: who decides within a grantor is nobody else's business."""
    system = system_actor(work.tenant_id, "Grantors of price bands")
    return replace(work, actor=replace(system, organisation_id=row.seller_id))
