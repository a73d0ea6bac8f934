"""Why somebody may or may not, and who may (R3-33)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import aliased

from app.db.keyset import keyset
from app.db.work import Work
from app.kernel.actor import Scope
from app.kernel.errors import Invalid, NotFound
from app.kernel.paging import Page, PageRequest, page_of
from app.organisations.models import OrganisationAncestry
from app.people.operations import in_reach
from app.pricing.operations.authority import authorities_of
from app.rbac.assignments import counts_at
from app.rbac.guard import requires
from app.rbac.models import Membership, MembershipRole, RoleGrant
from app.rbac.permissions import Permission
from app.rbac.rules import Effect
from app.reasons.caps import (
    approval_limits,
    budget_limits,
    credit_limits,
    orders_in_hand,
)
from app.reasons.operations import discounts_in_hand, record_of, somebodies
from app.reasons.rules import (
    PERMISSIONS,
    Cap,
    MoneyLimit,
    Reason,
    Record,
    RecordKind,
    Somebody,
    discount_cap,
    may,
    money_cap,
    reasons_of,
)

MOST_LOOKED_AT = 2_000
"""How many people who hold a permission are held against one record in one request."""


@dataclass(frozen=True, slots=True)
class Named:
    """A record that the asking person has been shown."""

    kind: RecordKind
    id: UUID


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether somebody may, in which scope the permission is held, and the chain of reasons."""

    membership: Membership
    may: bool
    scope: Scope | None
    reasons: list[Reason]


@dataclass(frozen=True, slots=True)
class Permitted:
    """Somebody who may, how far, and the roles by which they do."""

    membership: Membership
    scope: Scope
    roles: list[str]


@requires()
async def explain_permission(
    work: Work, permission: Permission, membership_id: UUID | None, record: Named | None
) -> Explanation:
    """Return why a person may do something, or may not; oneself unless another is named.

    Others are those whom one may see with their roles; raises `NotFound` for anybody else. Whether
    the asking person may see the record has been asked before.
    """
    member = await _person(work, membership_id)
    (somebody,) = await somebodies(work, [member])
    facts = await _facts(work, permission, record)
    return Explanation(
        member,
        may(somebody, permission, facts),
        somebody.grants.get(permission),
        reasons_of(somebody, permission, facts),
    )


@requires()
async def permission_caps(work: Work, membership_id: UUID | None) -> list[Cap]:
    """Return how far a person may use permissions that have a cap, and how far they do (R3-50).

    Oneself, or somebody of the own organisation: discounts for who sets authorities there, budgets
    and amounts for approval for who sets these. They are nobody else's business, whoever
    administers people or stands above: raises `NotFound`. Credit is for who reads invoices. Empty
    for who holds no such permission. The number of statements is the same for any number of caps.
    """
    member = await _person(work, membership_id)
    is_own = member.id == work.actor.membership_id
    is_here = member.organisation_id == work.actor.organisation_id
    sees_discounts, sees_orders = (
        is_own or (is_here and work.actor.may(right))
        for right in (Permission.DISCOUNT_AUTHORITY_WRITE, Permission.APPROVAL_RULE_WRITE)
    )
    if not (sees_discounts or sees_orders):
        raise NotFound("Membership")
    (somebody,) = await somebodies(work, [member])
    found: list[Cap] = []
    if sees_discounts and Permission.DISCOUNT_GRANT in somebody.grants:
        limits = await authorities_of(work, member.organisation_id, [member.id])
        given = await discounts_in_hand(work, member.id)
        found.append(discount_cap(limits.get(member.id), given))
    if sees_orders and not somebody.grants.keys().isdisjoint(_ORDERING):
        found += await _money_caps(work, somebody)
    return found


_ORDERING = frozenset({Permission.ORDER_PLACE, Permission.ORDER_PLACE_FOR_CUSTOMER})


async def _money_caps(work: Work, somebody: Somebody) -> list[Cap]:
    own, limits = somebody.organisation_id, list[MoneyLimit]()
    is_buyer = Permission.ORDER_PLACE in somebody.grants
    if is_buyer:
        limits += await budget_limits(work, own, somebody.membership_id)
    limits += await approval_limits(work, own, somebody.grants)
    invoices = Permission.INVOICE_READ
    reads_all = work.actor.may(invoices) and work.actor.scope_of(invoices).covers(
        Scope.ORGANISATION
    )
    if is_buyer and reads_all:
        limits += await credit_limits(work, own)
    in_hand = await orders_in_hand(work, own, somebody.membership_id)
    return [money_cap(each, in_hand) for each in limits]


@requires(Permission.MEMBER_READ)
async def people_who_may(
    work: Work, permission: Permission, record: Named | None, request: PageRequest
) -> Page[Permitted]:
    """Return the people in reach who hold a permission, by name, or who may use it on a record.

    The number of statements is the same for any number of people.
    """
    facts = await _facts(work, permission, record)
    size = request.size if facts is None else MOST_LOOKED_AT
    statement = select(Membership).where(
        Membership.ended_at.is_(None),
        in_reach(work, Permission.MEMBER_READ, Membership.organisation_id),
        *_holding(work, permission),
        *([] if facts is None else [_stands_by(work, facts)]),
    )
    ordered = keyset(statement, request, Membership.name, Membership.id).limit(size + 1)
    members = (await work.session.scalars(ordered)).all()
    if facts is not None and len(members) > size:
        raise Invalid("recordId", f"more than {size} people hold it there; ask without a record")
    found = await _permitted(work, permission, facts, members)
    return page_of(found, request, lambda each: (each.membership.name, str(each.membership.id)))


async def _permitted(
    work: Work, permission: Permission, facts: Record | None, members: Sequence[Membership]
) -> list[Permitted]:
    return [
        Permitted(
            member,
            somebody.grants[permission],
            [
                role.name
                for role in somebody.roles
                if any(
                    right.permission is permission and right.effect is Effect.ALLOW
                    for right in role.rights
                )
            ],
        )
        for member, somebody in zip(members, await somebodies(work, members), strict=True)
        if may(somebody, permission, facts)
    ]


async def _facts(work: Work, permission: Permission, record: Named | None) -> Record | None:
    if record is None:
        return None
    if permission not in PERMISSIONS[record.kind]:
        listed = ", ".join(sorted(PERMISSIONS[record.kind]))
        raise Invalid("permission", f"of such a record it must be among {listed}")
    return await record_of(work, record.kind, record.id)


async def _person(work: Work, membership_id: UUID | None) -> Membership:
    own = work.actor.membership_id
    wanted = membership_id or own
    is_own = Membership.id == own
    others = [
        in_reach(work, permission, Membership.organisation_id)
        for permission in (Permission.MEMBER_READ, Permission.ROLE_READ)
        if work.actor.may(permission)
    ]
    seen = is_own if len(others) < 2 else or_(is_own, others[0] & others[1])  # noqa: PLR2004  # both
    member = await work.session.scalar(select(Membership).where(Membership.id == wanted, seen))
    if member is None:
        raise NotFound("Membership")
    return member


def _holding(work: Work, permission: Permission) -> Sequence[ColumnElement[bool]]:
    narrowest = permission.scopes[0]
    takes_all = [scope for scope in Scope if narrowest.covers(scope)]
    held, grant = aliased(MembershipRole), aliased(RoleGrant)
    granted = (
        exists()
        .where(
            held.tenant_id == work.tenant_id,
            grant.tenant_id == work.tenant_id,
            held.membership_id == Membership.id,
            counts_at(held, work.now),
            grant.role_id == held.role_id,
            grant.permission == permission,
        )
        .correlate(Membership)
    )
    allows = granted.where(grant.effect == Effect.ALLOW)
    denies = granted.where(grant.effect == Effect.DENY, grant.scope.in_(takes_all))
    return allows, ~denies


def _stands_by(work: Work, facts: Record) -> ColumnElement[bool]:
    """Leave out people of organisations that have nothing to do with a record."""
    above = select(OrganisationAncestry.ancestor_id).where(
        OrganisationAncestry.tenant_id == work.tenant_id,
        OrganisationAncestry.descendant_id == facts.owner_id,
    )
    is_buyers = Membership.organisation_id == facts.buyer_id
    return or_(is_buyers, Membership.organisation_id.in_(above))
