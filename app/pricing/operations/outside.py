"""Prices outside a band: what is refused at once, and what grantors are asked to agree to.

A grantor is asked after the seller's own people have agreed, so that no proposal of theirs reaches
it before. What it is asked stands in rows of its own, made for it: it sees nothing else of the set.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from app.approvals import operations as approvals
from app.approvals.models import ApprovalStep, StepStatus
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.organisations.operations import organisations_named
from app.pricing.errors import PriceApprovalNeeded, PriceChangeOutsideBand
from app.pricing.models import PriceChangeSet, PriceOutsideBand
from app.pricing.operations.bands import BandConflict
from app.pricing.operations.trail import told
from app.pricing.rules.change import ChangeSetStatus
from app.rbac.operations import people_of
from app.rbac.permissions import Permission

SUBJECT = "price_change_set"
_BEYOND = "The grantor of a price band has to agree to these prices first"


def check_bands(
    conflicts: Iterable[BandConflict], seller_id: UUID, *, has_second_person: bool
) -> None:
    """Refuse what a band refuses, and what the own organisation lets only a second person approve.

    Raises `PriceChangeOutsideBand` for the first of them.
    """
    for conflict in conflicts:
        is_own = conflict.grantor_id == seller_id
        alone = is_own and conflict.needs_approval and not has_second_person
        if conflict.refuses or alone:
            limit = "not shown" if conflict.limit is None else f"{conflict.limit.normalize():f}"
            raise PriceChangeOutsideBand(conflict.position, limit, conflict.text)


def check_nobody_is_asked(conflicts: Iterable[BandConflict]) -> None:
    """Raise `PriceApprovalNeeded` where a grantor would have to agree."""
    if any(conflict.needs_approval for conflict in conflicts):
        raise PriceApprovalNeeded(_BEYOND)


def asked_of(work: Work) -> ColumnElement[bool]:
    """Hold approvals to those of prices that the actor's organisation was asked for."""
    return (ApprovalStep.subject_kind == SUBJECT) & (
        ApprovalStep.organisation_id == work.actor.own_organisation
    )


def open_to(work: Work) -> ColumnElement[bool]:
    """Hold them to those that still wait for its decision."""
    return asked_of(work) & (ApprovalStep.status == StepStatus.PENDING)


async def ask_grantors(work: Work, row: PriceChangeSet, conflicts: Sequence[BandConflict]) -> bool:
    """Ask every grantor whose band a set leaves and who has not agreed yet; tells if there are any.

    The set waits for them then. As many statements for one price as for all.
    """
    foreign = [each for each in conflicts if each.needs_approval]
    foreign = [each for each in foreign if each.grantor_id != row.seller_id]
    if not foreign:
        return False
    revision = await approvals.last_revision(work, row.id)
    agreed: set[tuple[object, ...]] = set()
    if row.status == ChangeSetStatus.AWAITING_GRANTOR:
        agreed = await _agreed(work, row.id, revision)
    else:
        revision += 1
    wanted = [each for each in foreign if _key(each) not in agreed]
    if wanted:
        await _ask(work, row, revision, wanted)
    return bool(wanted)


async def _ask(
    work: Work, row: PriceChangeSet, revision: int, conflicts: Sequence[BandConflict]
) -> None:
    seller = (await organisations_named(work, [row.seller_id]))[row.seller_id].name
    of_grantor: dict[UUID, list[BandConflict]] = {}
    for conflict in conflicts:
        of_grantor.setdefault(conflict.grantor_id, []).append(conflict)
    because = {grantor: _because(seller, each) for grantor, each in of_grantor.items()}
    steps = await approvals.ask_organisations(work, SUBJECT, row.id, revision, because)
    rows = [
        _row(step.id, place, conflict)
        for step in steps
        for place, conflict in enumerate(of_grantor[step.organisation_id], start=1)
    ]
    await work.insert(PriceOutsideBand, rows)
    before = str(row.status)
    row.status = ChangeSetStatus.AWAITING_GRANTOR
    told(work, row, "ASK_GRANTORS", {"grantors": len(steps)}, before=before)
    await _tell_approvers(work, row, seller, list(of_grantor))


async def _tell_approvers(
    work: Work, row: PriceChangeSet, seller: str, grantor_ids: Sequence[UUID]
) -> None:
    people = await people_of(work, grantor_ids, Permission.PRICE_APPROVE)
    data = {
        "seller_name": seller,
        "change_set": row.name,
        "organisation_ids": [str(each) for each in (row.seller_id, *grantor_ids)],
        "recipients": [str(person) for person in people],
    }
    work.tell(DomainEvent("prices_outside_band", SUBJECT, row.id, data))


def _because(seller: str, conflicts: Sequence[BandConflict]) -> str:
    number = len({_key(each)[:-1] for each in conflicts})
    prices = "1 price" if number == 1 else f"{number} prices"
    return f"{seller} would set {prices} outside the band that your organisation granted."


def _row(step_id: UUID, place: int, conflict: BandConflict) -> dict[str, Any]:
    price = conflict.price
    return {
        "approval_step_id": step_id,
        "position": place,
        "sku_id": price.sku_id,
        "packaging_level": price.packaging_level,
        "amount": price.amount,
        "currency": price.currency,
        "is_tax_inclusive": price.is_tax_inclusive,
        "begins_at": price.begins_at,
        "kind": conflict.kind,
        "granted_limit": conflict.granted_limit,
    }


def _key(conflict: BandConflict) -> tuple[object, ...]:
    """Tell what a grantor agrees to: this price of these goods, whenever it begins."""
    price = conflict.price
    return (
        conflict.grantor_id,
        price.sku_id,
        price.packaging_level,
        price.amount,
        price.currency,
        price.is_tax_inclusive,
        conflict.kind,
    )


async def _agreed(work: Work, set_id: UUID, revision: int) -> set[tuple[object, ...]]:
    rows = await work.session.execute(
        select(
            ApprovalStep.organisation_id,
            PriceOutsideBand.sku_id,
            PriceOutsideBand.packaging_level,
            PriceOutsideBand.amount,
            PriceOutsideBand.currency,
            PriceOutsideBand.is_tax_inclusive,
            PriceOutsideBand.kind,
        )
        .join(ApprovalStep, ApprovalStep.id == PriceOutsideBand.approval_step_id)
        .where(
            ApprovalStep.subject_id == set_id,
            ApprovalStep.revision == revision,
            ApprovalStep.status == StepStatus.APPROVED,
        )
    )
    return {tuple(row) for row in rows}
