"""Move a change set: submit, approve, reject, withdraw, roll back; each move is audited."""

from collections.abc import Sequence
from uuid import UUID

from app.approvals import operations as approvals
from app.db.work import Work
from app.pricing import locks
from app.pricing.commands.change_sets.reasons import checked_reason
from app.pricing.errors import OwnPriceChange, PriceChangeBuiltUpon
from app.pricing.models import PriceChangeSet
from app.pricing.operations.applying import take_back
from app.pricing.operations.bands import BandConflict
from app.pricing.operations.change_sets import (
    SeenChangeSet,
    SellerTerms,
    built_upon,
    seen,
    seller_terms,
)
from app.pricing.operations.concluding import checked_rows, conclude
from app.pricing.operations.moving import locked_for
from app.pricing.operations.trail import told
from app.pricing.rules.change import ChangeSetStatus
from app.pricing.rules.changes import ChangeSetAction, is_own
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.PRICE_WRITE)
async def submit_price_change_set(work: Work, set_id: UUID) -> SeenChangeSet:
    """Ask for approval; where the organisation wants none (R3-53) the prices change at once.

    Before that, grantors are asked about what leaves a band that wants their approval. Raises
    `PriceChangeEmpty`, `PriceChangeOver`, `PriceRowsOverlap`, `PriceChangeNotPossible`, and
    `PriceChangeOutsideBand` for a band that refuses, or an own one that wants a second person where
    there is none.
    """
    row = await locked_for(work, set_id, ChangeSetAction.SUBMIT)
    await locks.price_lists_of_set(work, row.id)
    terms = await seller_terms(work)
    conflicts = await checked_rows(work, row, has_second_person=terms.needs_approval)
    row.status = ChangeSetStatus.SUBMITTED
    row.submitted_by_membership_id = work.actor.membership_id
    row.submitted_at = work.now
    told(work, row, "SUBMIT_PRICE_CHANGE", before=ChangeSetStatus.DRAFT)
    if not terms.needs_approval:
        await _approve(work, row, terms, conflicts)
    return await _shown(work, row)


@requires(Permission.PRICE_APPROVE)
async def approve_price_change_set(work: Work, set_id: UUID) -> SeenChangeSet:
    """Approve a change and write its prices; they count from their own start, or from now.

    Where they leave bands that want it, their grantors are asked first, and the last to agree
    writes them. Raises `OwnPriceChange` for whoever made, last changed or submitted it,
    `PriceChangeOver`, `PriceChangeNotPossible`.
    """
    row = await locked_for(work, set_id, ChangeSetAction.APPROVE)
    _check_hands(work, row)
    conflicts = await checked_rows(work, row, has_second_person=True)
    await locks.price_lists_of_set(work, row.id)
    await _approve(work, row, await seller_terms(work), conflicts)
    return await _shown(work, row)


@requires(Permission.PRICE_APPROVE)
async def reject_price_change_set(work: Work, set_id: UUID, reason: str) -> SeenChangeSet:
    """Send a submitted change back with a reason; it can be changed and submitted again."""
    row = await locked_for(work, set_id, ChangeSetAction.REJECT)
    _check_hands(work, row)
    row.status = ChangeSetStatus.REJECTED
    row.decided_by_membership_id = work.actor.membership_id
    row.decided_at = work.now
    row.reason = checked_reason(reason)
    before = ChangeSetStatus.SUBMITTED
    told(work, row, "REJECT_PRICE_CHANGE", before=before, reason=row.reason)
    return await _shown(work, row)


@requires(Permission.PRICE_WRITE)
async def withdraw_price_change_set(work: Work, set_id: UUID) -> SeenChangeSet:
    """Give a change up before it is approved; grantors are not asked any more."""
    row = await locked_for(work, set_id, ChangeSetAction.WITHDRAW)
    before = str(row.status)
    if row.status == ChangeSetStatus.AWAITING_GRANTOR:
        await approvals.withdraw(work, row.id)
    row.status = ChangeSetStatus.WITHDRAWN
    told(work, row, "WITHDRAW_PRICE_CHANGE", before=before)
    return await _shown(work, row)


@requires(Permission.PRICE_APPROVE)
async def roll_back_price_change_set(work: Work, set_id: UUID, reason: str) -> SeenChangeSet:
    """Make prices what they were before the set: from now on, or from its start if still to come.

    What was asked for a past instant stays as it was. Raises `PriceChangeBuiltUpon` where a later
    set touched the same prices, `PriceChangeNotPossible` for what is not approved.
    """
    row = await locked_for(work, set_id, ChangeSetAction.ROLL_BACK)
    row.reason = checked_reason(reason)
    await locks.price_lists_of_set(work, row.id)
    later = await built_upon(work, row)
    if later is not None:
        raise PriceChangeBuiltUpon(later[1], str(later[0]))
    terms = await seller_terms(work)
    row.rolled_back_at = await take_back(work, row.id, row.decided_at or work.now, terms.instant)
    row.status = ChangeSetStatus.ROLLED_BACK
    before = ChangeSetStatus.APPROVED
    told(work, row, "ROLL_BACK_PRICE_CHANGE", before=before, reason=row.reason)
    return await _shown(work, row)


async def _approve(
    work: Work, row: PriceChangeSet, terms: SellerTerms, conflicts: Sequence[BandConflict]
) -> None:
    row.decided_by_membership_id = work.actor.membership_id
    await conclude(work, row, terms, conflicts)


def _check_hands(work: Work, row: PriceChangeSet) -> None:
    hands = (
        row.created_by_membership_id,
        row.changed_by_membership_id,
        row.submitted_by_membership_id,
    )
    if is_own(work.actor.membership_id, hands):
        raise OwnPriceChange


async def _shown(work: Work, row: PriceChangeSet) -> SeenChangeSet:
    await work.session.flush()  # What the answer says is read by plain statements.
    (found,) = await seen(work, [row])
    return found
