"""What an actor may read of approvals: the own organisation's rules and steps."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from app.approvals import operations
from app.approvals.models import ApprovalDelegation, ApprovalManager, ApprovalRule, ApprovalStep
from app.db.keyset import keyset, newest_first
from app.db.work import Work
from app.kernel.paging import Page, PageRequest, page_of
from app.organisations.models import OrganisationAncestry
from app.rbac.guard import requires
from app.rbac.models import Membership
from app.rbac.permissions import Permission


@requires(Permission.APPROVAL_RULE_WRITE, Permission.APPROVAL_DECIDE)
async def approval_rules(
    work: Work, page: PageRequest, *, is_active: bool | None = None, inherited: bool = False
) -> Page[ApprovalRule]:
    """Return the own organisation's rules, by sequence, stopped ones too unless told.

    Or those that it inherits: from organisations above, which let them speak for all below.
    """
    own = work.actor.own_organisation
    upper = select(OrganisationAncestry.ancestor_id).where(
        OrganisationAncestry.tenant_id == work.tenant_id,
        OrganisationAncestry.descendant_id == own,
        OrganisationAncestry.ancestor_id != own,
    )
    whose = (
        ApprovalRule.organisation_id.in_(upper)
        & ApprovalRule.is_inheritable
        & ApprovalRule.is_active
        if inherited
        else ApprovalRule.organisation_id == own
    )
    statement = select(ApprovalRule).where(whose)
    if is_active is not None:
        statement = statement.where(ApprovalRule.is_active == is_active)
    in_order = keyset(statement, page, ApprovalRule.sequence, ApprovalRule.id)
    rows = (await work.session.execute(in_order)).scalars().all()
    return page_of(rows, page, lambda row: (str(row.sequence), str(row.id)))


@requires()
async def approval_rules_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, ApprovalRule]:
    """Return own rules by id; none without a right on approvals."""
    rights = (Permission.APPROVAL_RULE_WRITE, Permission.APPROVAL_DECIDE)
    if not any(work.actor.may(right) for right in rights):
        return {}
    statement = select(ApprovalRule).where(
        ApprovalRule.id.in_(set(ids)), ApprovalRule.organisation_id == work.actor.own_organisation
    )
    return {row.id: row for row in (await work.session.execute(statement)).scalars()}


@requires(Permission.APPROVAL_RULE_WRITE)
async def approval_manager(work: Work, membership_id: UUID) -> UUID | None:
    """Return who manages a colleague, where rules ask for the manager; none of strangers."""
    statement = (
        select(ApprovalManager.manager_membership_id)
        .join(Membership, Membership.id == ApprovalManager.membership_id)
        .where(
            ApprovalManager.membership_id == membership_id,
            Membership.organisation_id == work.actor.own_organisation,
        )
    )
    return await work.session.scalar(statement)


@requires(Permission.APPROVAL_DECIDE)
async def approval_delegations(work: Work, page: PageRequest) -> Page[ApprovalDelegation]:
    """Return who stands in for the actor, and for whom the actor stands in, the newest first."""
    me = work.actor.membership_id
    statement = select(ApprovalDelegation).where(
        (ApprovalDelegation.from_membership_id == me) | (ApprovalDelegation.to_membership_id == me)
    )
    in_order = newest_first(statement, page, ApprovalDelegation.id)
    rows = (await work.session.execute(in_order)).scalars().all()
    return page_of(rows, page, lambda row: (str(row.id),))


@requires()
async def approval_delegations_by_id(
    work: Work, ids: Collection[UUID]
) -> dict[UUID, ApprovalDelegation]:
    """Return the actor's own by id: given or received."""
    me = work.actor.membership_id
    statement = select(ApprovalDelegation).where(
        ApprovalDelegation.id.in_(set(ids)),
        (ApprovalDelegation.from_membership_id == me) | (ApprovalDelegation.to_membership_id == me),
    )
    return {row.id: row for row in (await work.session.execute(statement)).scalars()}


@requires()
async def approval_steps(
    work: Work, subject_ids: Collection[UUID]
) -> dict[UUID, list[ApprovalStep]]:
    """Return the own organisation's steps of each subject, in turn; not the partner's.

    Who approves inside an organisation is nobody else's business: the other side learns the
    order's state.
    """
    steps = await operations.steps_of(work, subject_ids)
    own = work.actor.organisation_id
    return {
        subject: [step for step in found if work.actor.is_system or step.organisation_id == own]
        for subject, found in steps.items()
    }
