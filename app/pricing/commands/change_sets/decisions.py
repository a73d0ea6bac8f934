"""Move a change set: submit, approve, reject, withdraw, roll back; each move is audited."""

from uuid import UUID

from app.db.work import Work
from app.kernel.errors import Invalid
from app.pricing import locks
from app.pricing.errors import (
    OwnPriceChange,
    PriceChangeBuiltUpon,
    PriceChangeEmpty,
    PriceChangeOutsideBand,
    PriceChangeOver,
    PriceRowsOverlap,
)
from app.pricing.models import PriceChangeSet
from app.pricing.operations.applying import apply, take_back
from app.pricing.operations.change_sets import (
    SeenChangeSet,
    SellerTerms,
    built_upon,
    first_overlap,
    seen,
    seller_terms,
    totals,
)
from app.pricing.operations.impact import conflicts_of
from app.pricing.operations.moving import locked_for
from app.pricing.operations.trail import told
from app.pricing.rules.change import ChangeSetStatus, OutsideBand
from app.pricing.rules.changes import ChangeSetAction, is_own
from app.rbac.guard import requires
from app.rbac.permissions import Permission

LONGEST_REASON = 2_000


@requires(Permission.PRICE_WRITE)
async def submit_price_change_set(work: Work, set_id: UUID) -> SeenChangeSet:
    """Ask for approval; where the organisation wants none (R3-53) the prices change at once.

    Raises `PriceChangeEmpty`, `PriceChangeOver`, `PriceRowsOverlap`, `PriceChangeOutsideBand` for a
    band that refuses, `PriceChangeNotPossible`.
    """
    row = await locked_for(work, set_id, ChangeSetAction.SUBMIT)
    await _check_rows(work, row)
    row.status = ChangeSetStatus.SUBMITTED
    row.submitted_by_membership_id = work.actor.membership_id
    row.submitted_at = work.now
    told(work, row, "SUBMIT_PRICE_CHANGE", before=ChangeSetStatus.DRAFT)
    await locks.price_lists_of_set(work, row.id)
    terms = await seller_terms(work)
    if not terms.needs_approval:
        await _approve(work, row, terms)
    return await _shown(work, row)


@requires(Permission.PRICE_APPROVE)
async def approve_price_change_set(work: Work, set_id: UUID) -> SeenChangeSet:
    """Approve a change and write its prices; they count from their own start, or from now.

    Raises `OwnPriceChange` for whoever made, last changed or submitted it, `PriceChangeOver`,
    `PriceChangeNotPossible`.
    """
    row = await locked_for(work, set_id, ChangeSetAction.APPROVE)
    _check_hands(work, row)
    await _check_rows(work, row)
    await locks.price_lists_of_set(work, row.id)
    await _approve(work, row, await seller_terms(work))
    return await _shown(work, row)


@requires(Permission.PRICE_APPROVE)
async def reject_price_change_set(work: Work, set_id: UUID, reason: str) -> SeenChangeSet:
    """Send a submitted change back with a reason; it can be changed and submitted again."""
    row = await locked_for(work, set_id, ChangeSetAction.REJECT)
    _check_hands(work, row)
    row.status = ChangeSetStatus.REJECTED
    row.decided_by_membership_id = work.actor.membership_id
    row.decided_at = work.now
    row.reason = _reason(reason)
    before = ChangeSetStatus.SUBMITTED
    told(work, row, "REJECT_PRICE_CHANGE", before=before, reason=row.reason)
    return await _shown(work, row)


@requires(Permission.PRICE_WRITE)
async def withdraw_price_change_set(work: Work, set_id: UUID) -> SeenChangeSet:
    """Give a change up before it is approved."""
    row = await locked_for(work, set_id, ChangeSetAction.WITHDRAW)
    before = str(row.status)
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
    row.reason = _reason(reason)
    await locks.price_lists_of_set(work, row.id)
    later = await built_upon(work, row)
    if later is not None:
        raise PriceChangeBuiltUpon(later[1], str(later[0]))
    terms = await seller_terms(work)
    await take_back(work, row.id, row.decided_at or work.now, terms.instant)
    row.status = ChangeSetStatus.ROLLED_BACK
    row.rolled_back_at = terms.instant
    before = ChangeSetStatus.APPROVED
    told(work, row, "ROLL_BACK_PRICE_CHANGE", before=before, reason=row.reason)
    return await _shown(work, row)


async def _approve(work: Work, row: PriceChangeSet, terms: SellerTerms) -> None:
    # The lists are locked before the terms are read: this is the last change of prices.
    row.status = ChangeSetStatus.APPROVED
    row.decided_by_membership_id = work.actor.membership_id
    row.decided_at = terms.instant
    written = await apply(work, row.id, terms.instant)
    before = ChangeSetStatus.SUBMITTED
    told(work, row, "APPROVE_PRICE_CHANGE", {"entries": written}, before=before)


async def _check_rows(work: Work, row: PriceChangeSet) -> None:
    found = await totals(work, row.id)
    if found.rows == 0:
        raise PriceChangeEmpty
    if found.over is not None:
        raise PriceChangeOver(found.over)
    pair = await first_overlap(work, row.id)
    if pair is not None:
        raise PriceRowsOverlap(str(pair[1])).at(f"rows.{pair[0]}.validFrom")
    for conflict in await conflicts_of(work, row.seller_id, row.id):
        if conflict.outside is OutsideBand.REFUSE and not conflict.is_advisory:
            limit = "not shown" if conflict.limit is None else f"{conflict.limit.normalize():f}"
            raise PriceChangeOutsideBand(conflict.position, limit, conflict.text)


def _check_hands(work: Work, row: PriceChangeSet) -> None:
    hands = (
        row.created_by_membership_id,
        row.changed_by_membership_id,
        row.submitted_by_membership_id,
    )
    if is_own(work.actor.membership_id, hands):
        raise OwnPriceChange


def _reason(reason: str) -> str:
    words = reason.strip()
    if not 1 <= len(words) <= LONGEST_REASON:
        raise Invalid("reason", f"must have 1 to {LONGEST_REASON} characters")
    return words


async def _shown(work: Work, row: PriceChangeSet) -> SeenChangeSet:
    await work.session.flush()  # What the answer says is read by plain statements.
    (found,) = await seen(work, [row])
    return found
