"""Check a change set for the last time, and write its prices once everybody has agreed."""

from collections.abc import Sequence

from app.db.work import Work
from app.pricing.errors import PriceChangeEmpty, PriceChangeOver, PriceRowsOverlap
from app.pricing.models import PriceChangeSet
from app.pricing.operations.applying import apply
from app.pricing.operations.bands import BandConflict
from app.pricing.operations.change_sets import SellerTerms, first_overlap, totals
from app.pricing.operations.impact import conflicts_of
from app.pricing.operations.outside import ask_grantors, check_bands
from app.pricing.operations.trail import told
from app.pricing.rules.change import ChangeSetStatus


async def checked_rows(
    work: Work, row: PriceChangeSet, *, has_second_person: bool
) -> Sequence[BandConflict]:
    """Make sure that a set's prices can take effect; returns those outside bands.

    Raises `PriceChangeEmpty`, `PriceChangeOver`, `PriceRowsOverlap`, `PriceChangeOutsideBand`.
    """
    found = await totals(work, row.id)
    if found.rows == 0:
        raise PriceChangeEmpty
    if found.over is not None:
        raise PriceChangeOver(found.over)
    pair = await first_overlap(work, row.id)
    if pair is not None:
        raise PriceRowsOverlap(str(pair[1])).at(f"rows.{pair[0]}.validFrom")
    conflicts = await conflicts_of(work, row.seller_id, row.id)
    check_bands(conflicts, row.seller_id, has_second_person=has_second_person)
    return conflicts


async def conclude(
    work: Work, row: PriceChangeSet, terms: SellerTerms, conflicts: Sequence[BandConflict]
) -> None:
    """Write the prices of a set that its seller approved, or ask the grantors of left bands.

    The lists are locked before the terms are read: this is the last change of prices.
    """
    row.decided_at = terms.instant
    if await ask_grantors(work, row, conflicts):
        return
    before = str(row.status)
    row.status = ChangeSetStatus.APPROVED
    with work.session.no_autoflush:  # The row is written once, with its last instant.
        applied = await apply(work, row.id, terms.instant)
    row.decided_at = applied.instant
    told(work, row, "APPROVE_PRICE_CHANGE", {"entries": applied.entries}, before=before)
