"""Who works on tickets, and who is told of them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, literal, or_, select

from app.care.errors import CannotWorkOnTickets
from app.care.models import Ticket, TicketMessage
from app.care.rules.routing import RoutingRule
from app.db.work import Work
from app.kernel.actor import Scope
from app.kernel.errors import NotFound
from app.organisations.operations import reps_at
from app.rbac.assignments import counts_at
from app.rbac.models import Membership, MembershipRole, Role, RoleGrant
from app.rbac.operations import people_of
from app.rbac.permissions import Permission
from app.rbac.rules import Effect


async def workers_on(work: Work, ticket: Ticket) -> Sequence[UUID]:
    """Return whom a ticket is with: a person, else a department's, else all who may work on it.

    Only those who may see it: a rep with the scope ASSIGNED looks after the customer. One statement
    at most.
    """
    if ticket.membership_id is not None:
        return [ticket.membership_id]
    return await _working(work, ticket, ticket.role_id)


async def escalated_to(work: Work, ticket: Ticket, rule: RoutingRule | None) -> Sequence[UUID]:
    """Return who is told that a ticket has waited too long: as its rule says, else who sets rules.

    One statement.
    """
    if rule is not None and rule.escalation_role_id is not None:
        return await _working(work, ticket, rule.escalation_role_id)
    return await people_of(work, [ticket.seller_id], Permission.TICKET_RULE_WRITE)


async def customers_on(work: Work, ticket: Ticket) -> Sequence[UUID]:
    """Return the buyer's people who wrote on a ticket, else all who may; two statements at most."""
    wrote = select(TicketMessage.written_by_membership_id).where(
        TicketMessage.tenant_id == work.tenant_id, TicketMessage.ticket_id == ticket.id
    )
    statement = select(Membership.id).where(_is_open(ticket.buyer_id), Membership.id.in_(wrote))
    found = (await work.session.scalars(statement.order_by(Membership.id))).all()
    return found or await people_of(work, [ticket.buyer_id], Permission.TICKET_WRITE)


async def check_department(work: Work, role_id: UUID, path: str = "roleId") -> Role:
    """Return a role whose people may work on tickets of the own organisation.

    Raises `NotFound`, `CannotWorkOnTickets`. Two statements.
    """
    statement = select(Role).where(
        Role.id == role_id,
        or_(
            Role.organisation_id.is_(None),
            and_(Role.organisation_id == work.actor.own_organisation, Role.code.is_(None)),
        ),
    )
    role = await work.session.scalar(statement)
    if role is None:
        raise NotFound("Role").at(path)
    granted = select(RoleGrant.scope).where(
        RoleGrant.role_id == role_id,
        RoleGrant.permission == Permission.TICKET_WRITE,
        RoleGrant.effect == Effect.ALLOW,
    )
    if await work.session.scalar(granted) is None:
        raise CannotWorkOnTickets(role.name).at(path)
    return role


async def check_worker(work: Work, membership_id: UUID, path: str = "membershipId") -> Membership:
    """Return a colleague who may work on tickets; raises `NotFound`, `CannotWorkOnTickets`.

    Two statements.
    """
    own = work.actor.own_organisation
    statement = select(Membership).where(_is_open(own), Membership.id == membership_id)
    found = await work.session.scalar(statement)
    if found is None:
        raise NotFound("Membership").at(path)
    if membership_id not in await people_of(work, [own], Permission.TICKET_WRITE):
        raise CannotWorkOnTickets(found.name).at(path)
    return found


async def is_still_there(work: Work, membership_id: UUID | None, organisation_id: UUID) -> bool:
    """Tell whether somebody still works in an organisation; one statement."""
    statement = select(Membership.id).where(
        _is_open(organisation_id), Membership.id == membership_id
    )
    return await work.session.scalar(statement) is not None


def own_roles(work: Work) -> Select[UUID]:
    """Select the roles that the actor holds now: its departments."""
    return select(MembershipRole.role_id).where(
        MembershipRole.tenant_id == work.tenant_id,
        MembershipRole.membership_id == work.actor.membership_id,
        counts_at(MembershipRole, work.now),
    )


async def _working(work: Work, ticket: Ticket, role_id: UUID | None) -> Sequence[UUID]:
    looked_after = reps_at(
        literal(work.tenant_id), literal(ticket.relationship_id), literal(work.now)
    )
    statement = select(Membership.id).where(
        _is_open(ticket.seller_id),
        Membership.id.in_(
            _holding(
                work,
                Effect.ALLOW,
                or_(
                    RoleGrant.scope != Scope.ASSIGNED,
                    MembershipRole.membership_id.in_(looked_after),
                ),
            )
        ),
        Membership.id.not_in(_holding(work, Effect.DENY)),
    )
    if role_id is not None:
        in_department = select(MembershipRole.membership_id).where(
            MembershipRole.tenant_id == work.tenant_id,
            MembershipRole.role_id == role_id,
            counts_at(MembershipRole, work.now),
        )
        statement = statement.where(Membership.id.in_(in_department))
    return (await work.session.scalars(statement.order_by(Membership.id))).all()


def _holding(work: Work, effect: Effect, *where: ColumnElement[bool]) -> Select[UUID]:
    return (
        select(MembershipRole.membership_id)
        .join(
            RoleGrant,
            and_(
                RoleGrant.tenant_id == MembershipRole.tenant_id,
                RoleGrant.role_id == MembershipRole.role_id,
            ),
        )
        .where(
            MembershipRole.tenant_id == work.tenant_id,
            RoleGrant.permission == Permission.TICKET_WRITE,
            RoleGrant.effect == effect,
            counts_at(MembershipRole, work.now),
            *where,
        )
    )


def _is_open(organisation_id: UUID) -> ColumnElement[bool]:
    return and_(
        Membership.organisation_id == organisation_id,
        Membership.ended_at.is_(None),
        Membership.key_prefix.is_(None),
    )
