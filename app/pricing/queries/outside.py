"""Prices outside bands: what the own organisation is asked as a grantor, and whom it asks."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.approvals.models import ApprovalStep
from app.db.keyset import keyset_of_each, newest_first
from app.db.work import Work
from app.kernel.paging import Page, PageRequest, page_of
from app.pricing.models import PriceChangeSet, PriceOutsideBand
from app.pricing.operations.change_sets import own_change_sets
from app.pricing.operations.outside import SUBJECT, open_to
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@dataclass(frozen=True, slots=True)
class BandRequest:
    """What a grantor is asked: by whom, and of the seller's change set no more than the name."""

    step: ApprovalStep
    seller_id: UUID
    set_name: str


@requires(Permission.PRICE_APPROVE)
async def prices_outside_band(work: Work, page: PageRequest) -> Page[BandRequest]:
    """Return the requests that wait for the own organisation as a grantor, the newest first."""
    rows = await work.session.execute(newest_first(_requests(work), page, ApprovalStep.id))
    return page_of([BandRequest(*row) for row in rows], page, lambda found: (str(found.step.id),))


@requires()
async def price_band_requests_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, BandRequest]:
    """Return open requests to the own organisation by id; none to those who do not decide."""
    if not ids or not work.actor.may(Permission.PRICE_APPROVE):
        return {}
    rows = await work.session.execute(_requests(work).where(ApprovalStep.id.in_(set(ids))))
    return {row[0].id: BandRequest(*row) for row in rows}


@requires(Permission.PRICE_APPROVE)
async def prices_outside_band_of(
    work: Work, request_ids: Collection[UUID], page: PageRequest
) -> dict[UUID, Page[PriceOutsideBand]]:
    """Return a page of the prices of each open request to the own organisation."""
    rows = await work.session.scalars(
        keyset_of_each(
            _prices(work).where(PriceOutsideBand.approval_step_id.in_(set(request_ids))),
            page,
            PriceOutsideBand.approval_step_id,
            PriceOutsideBand.position,
            PriceOutsideBand.id,
        )
    )
    found: dict[UUID, list[PriceOutsideBand]] = {key: [] for key in request_ids}
    for row in rows:
        found[row.approval_step_id].append(row)
    return {
        key: page_of(own, page, lambda row: (str(row.position), str(row.id)))
        for key, own in found.items()
    }


@requires()
async def prices_outside_band_by_id(
    work: Work, ids: Collection[UUID]
) -> dict[UUID, PriceOutsideBand]:
    """Return prices of open requests to the own organisation by id."""
    if not ids or not work.actor.may(Permission.PRICE_APPROVE):
        return {}
    rows = await work.session.scalars(_prices(work).where(PriceOutsideBand.id.in_(set(ids))))
    return {row.id: row for row in rows}


@requires(Permission.PRICE_READ)
async def asked_grantors(work: Work, set_ids: Collection[UUID]) -> dict[UUID, list[ApprovalStep]]:
    """Return what grantors were asked about own change sets when they were last approved."""
    own = select(PriceChangeSet.id).where(
        PriceChangeSet.tenant_id == work.tenant_id,
        PriceChangeSet.id.in_(set(set_ids)),
        own_change_sets(work),
    )
    rows = await work.session.scalars(
        select(ApprovalStep)
        .where(ApprovalStep.subject_kind == SUBJECT, ApprovalStep.subject_id.in_(own))
        .order_by(ApprovalStep.revision, ApprovalStep.id)
    )
    found: dict[UUID, list[ApprovalStep]] = {key: [] for key in set_ids}
    for step in rows:
        steps = found[step.subject_id]
        if steps and steps[-1].revision < step.revision:
            steps.clear()
        steps.append(step)
    return found


def _requests(work: Work):  # noqa: ANN202  # a select, typed by SQLAlchemy
    return (
        select(ApprovalStep, PriceChangeSet.seller_id, PriceChangeSet.name)
        .join(PriceChangeSet, PriceChangeSet.id == ApprovalStep.subject_id)
        .where(PriceChangeSet.tenant_id == work.tenant_id, open_to(work))
    )


def _prices(work: Work):  # noqa: ANN202  # a select, typed by SQLAlchemy
    return (
        select(PriceOutsideBand)
        .join(ApprovalStep, ApprovalStep.id == PriceOutsideBand.approval_step_id)
        .where(open_to(work))
    )
