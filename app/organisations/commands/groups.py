"""Customer groups: a seller's own grouping of customers, whatever their level."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from app.audit.operations import record
from app.db.work import Work
from app.kernel.errors import Invalid, NotFound
from app.organisations import locks
from app.organisations.errors import GroupNameTaken
from app.organisations.models import CustomerGroup, CustomerGroupMember, TradingRelationship
from app.organisations.rules import as_noted, checked_name
from app.rbac.guard import requires
from app.rbac.permissions import Permission

MOST_MEMBERS = 1_000


@requires(Permission.RELATIONSHIP_WRITE)
async def create_customer_group(work: Work, name: str) -> CustomerGroup:
    """Add an empty group to the own organisation's; raises `GroupNameTaken`."""
    seller_id, name = work.actor.own_organisation, checked_name(name)
    taken = exists().where(
        CustomerGroup.tenant_id == work.tenant_id,
        CustomerGroup.seller_id == seller_id,
        CustomerGroup.name == name,
    )
    if await work.session.scalar(select(taken)):
        raise GroupNameTaken(name)
    group = CustomerGroup(seller_id=seller_id, name=name)
    try:
        await work.save(group)
    except IntegrityError:
        raise GroupNameTaken(name) from None
    after = as_noted({"name": name})
    record(work, "CREATE_CUSTOMER_GROUP", "customer_group", group.id, after=after)
    return group


@requires(Permission.RELATIONSHIP_WRITE)
async def add_group_members(
    work: Work, group_id: UUID, relationship_ids: Sequence[UUID]
) -> CustomerGroup:
    """Put customers into an own group, all or none; who is in it already stays as before.

    Raises `NotFound` at `relationshipIds.3` unless the own organisation sells there.
    """
    group = await _own_group(work, group_id)
    await _check_customers(work, relationship_ids)
    member = {"tenant_id": work.tenant_id, "group_id": group_id, "added_at": work.now}
    added = await work.session.scalars(
        insert(CustomerGroupMember)
        .values([{**member, "relationship_id": key} for key in sorted(set(relationship_ids))])
        .on_conflict_do_nothing()
        .returning(CustomerGroupMember.relationship_id)
    )
    _note(work, group_id, "ADD_GROUP_MEMBERS", after=_listed(added.all()))
    return group


@requires(Permission.RELATIONSHIP_WRITE)
async def remove_group_members(
    work: Work, group_id: UUID, relationship_ids: Sequence[UUID]
) -> CustomerGroup:
    """Take customers out of an own group; who is not in it stays out.

    Raises `NotFound` at `relationshipIds.3` unless the own organisation sells there.
    """
    group = await _own_group(work, group_id)
    await _check_customers(work, relationship_ids)
    removed = await work.session.scalars(
        delete(CustomerGroupMember)
        .where(
            CustomerGroupMember.group_id == group_id,
            CustomerGroupMember.relationship_id.in_(set(relationship_ids)),
        )
        .returning(CustomerGroupMember.relationship_id)
    )
    _note(work, group_id, "REMOVE_GROUP_MEMBERS", before=_listed(removed.all()))
    return group


async def _own_group(work: Work, group_id: UUID) -> CustomerGroup:
    group = await locks.own_group(work, group_id)
    if group is None:
        raise NotFound("CustomerGroup").at("groupId")
    return group


async def _check_customers(work: Work, relationship_ids: Sequence[UUID]) -> None:
    if not 1 <= len(relationship_ids) <= MOST_MEMBERS:
        raise Invalid("relationshipIds", f"must be 1 to {MOST_MEMBERS}")
    known = await work.session.scalars(
        select(TradingRelationship.id).where(
            TradingRelationship.id.in_(set(relationship_ids)),
            TradingRelationship.seller_id == work.actor.own_organisation,
        )
    )
    owned = set(known)
    for place, key in enumerate(relationship_ids):
        if key not in owned:
            raise NotFound("TradingRelationship").at(f"relationshipIds.{place}")


def _listed(relationship_ids: Sequence[UUID]) -> dict[str, object]:
    ids = sorted(str(key) for key in relationship_ids)
    return {"relationshipIds": ids} if ids else {}


def _note(
    work: Work,
    group_id: UUID,
    action: str,
    *,
    before: dict[str, object] | None = None,
    after: dict[str, object] | None = None,
) -> None:
    if before or after:
        record(work, action, "customer_group", group_id, before=before, after=after)
