"""All customers of a colleague handed over to another at once (R3-38, R3-41)."""

from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects.postgresql import insert

from app.audit.operations import record
from app.db.work import Work
from app.kernel.errors import Invalid, NotFound
from app.organisations.models import AssignedRep, TradingRelationship
from app.rbac.guard import requires
from app.rbac.models import Membership
from app.rbac.permissions import Permission

LONGEST_REASON = 500


@requires(Permission.RELATIONSHIP_WRITE)
async def hand_over_customers(
    work: Work, from_id: UUID, to_id: UUID, reason: str | None = None
) -> int:
    """Let a colleague look after all customers of another, who may have left; returns how many.

    Who looks after a customer already goes on doing so. Orders keep who placed them. As many
    statements for one customer as for a thousand; doing so twice changes nothing. Raises `NotFound`
    for people outside the own organisation.
    """
    said = (reason or "").strip() or None
    if said is not None and len(said) > LONGEST_REASON:
        raise Invalid("reason", f"must have at most {LONGEST_REASON} characters")
    if from_id == to_id:
        raise Invalid("toMembershipId", "must be somebody else")
    await _check_colleague(work, from_id, "fromMembershipId", may_have_left=True)
    await _check_colleague(work, to_id, "toMembershipId", may_have_left=False)
    own = select(TradingRelationship.id).where(
        TradingRelationship.seller_id == work.actor.own_organisation
    )
    taken = await work.session.execute(
        delete(AssignedRep)
        .where(AssignedRep.membership_id == from_id, AssignedRep.relationship_id.in_(own))
        .returning(AssignedRep.relationship_id)
        .execution_options(synchronize_session=False)
    )
    customers = sorted(taken.scalars())
    if not customers:
        return 0
    rows = [
        {
            "tenant_id": work.tenant_id,
            "relationship_id": relationship_id,
            "membership_id": to_id,
            "assigned_at": work.now,
        }
        for relationship_id in customers
    ]
    await work.session.execute(insert(AssignedRep).values(rows).on_conflict_do_nothing())
    for relationship_id in customers:
        record(
            work,
            "HAND_OVER_CUSTOMER",
            "trading_relationship",
            relationship_id,
            before={"membership_id": str(from_id)},
            after={"membership_id": str(to_id)},
            reason=said,
        )
    return len(customers)


async def _check_colleague(
    work: Work, membership_id: UUID, field: str, *, may_have_left: bool
) -> None:
    colleague = exists().where(
        Membership.tenant_id == work.tenant_id,
        Membership.id == membership_id,
        Membership.organisation_id == work.actor.own_organisation,
        Membership.key_prefix.is_(None),
    )
    if not may_have_left:
        colleague = colleague.where(Membership.ended_at.is_(None))
    if not await work.session.scalar(select(colleague)):
        raise NotFound("Membership").at(field)
