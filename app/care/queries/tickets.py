"""Tickets, what was said on them, and how many wait."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true

from app.care.models import Ticket, TicketAttachment, TicketMessage
from app.care.operations.people import own_roles
from app.care.operations.sight import reachable_tickets
from app.care.rules.words import (
    UNFINISHED,
    TicketCategory,
    TicketKind,
    TicketSide,
    TicketState,
    Worklist,
)
from app.db.keyset import newest_first
from app.db.work import Work
from app.kernel.paging import Page, PageRequest, page_of
from app.rbac.guard import requires
from app.rbac.models import Membership, Role
from app.rbac.permissions import Permission

_ITS_TICKET = and_(
    Ticket.tenant_id == TicketMessage.tenant_id, Ticket.id == TicketMessage.ticket_id
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketFilter:
    """Which tickets to look at; what is left out holds for all."""

    worklist: Worklist = Worklist.ALL
    side: TicketSide | None = None
    state: TicketState | None = None
    kind: TicketKind | None = None
    category: TicketCategory | None = None
    relationship_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class TicketCounts:
    """How many tickets of the own customers are in each worklist, and how many one opened."""

    unfinished: int
    mine: int
    my_department: int
    overdue: int
    as_customer: int


@requires(Permission.TICKET_READ)
async def tickets(work: Work, page: PageRequest, wanted: TicketFilter) -> Page[Ticket]:
    """Return tickets that the actor may see, the newest first; one statement."""
    statement = select(Ticket).where(_seen(work), *_wanted(work, wanted))
    rows = await work.session.scalars(newest_first(statement, page, Ticket.id))
    return page_of(rows.all(), page, lambda row: (str(row.id),))


@requires(Permission.TICKET_READ)
async def ticket_counts(work: Work) -> TicketCounts:
    """Return how many unfinished tickets there are in each worklist; one statement."""
    sells = Ticket.seller_id == work.actor.own_organisation
    lists = (Worklist.UNFINISHED, Worklist.MINE, Worklist.MY_DEPARTMENT, Worklist.OVERDUE)
    counted = (
        *(func.count().filter(sells, _on(work, each)) for each in lists),
        func.count().filter(Ticket.buyer_id == work.actor.own_organisation),
    )
    statement = select(*counted).select_from(Ticket)
    found = await work.session.execute(statement.where(_seen(work), Ticket.state.in_(UNFINISHED)))
    return TicketCounts(*found.one())


@requires()
async def tickets_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, Ticket]:
    """Return those of the tickets that the actor may see, by id; one statement."""
    statement = select(Ticket).where(Ticket.id.in_(set(ids)), _seen(work))
    return {row.id: row for row in await work.session.scalars(statement)}


@requires()
async def messages_of(work: Work, ids: Collection[UUID]) -> dict[UUID, list[TicketMessage]]:
    """Return what was said on tickets that the actor may see, the oldest first; one statement.

    Internal notes are left out for everybody but the seller's people.
    """
    statement = (
        select(TicketMessage)
        .join(Ticket, _ITS_TICKET)
        .where(TicketMessage.ticket_id.in_(set(ids)), _seen(work), _shown(work))
        .order_by(TicketMessage.id)
    )
    found: dict[UUID, list[TicketMessage]] = {key: [] for key in ids}
    for row in await work.session.scalars(statement):
        found[row.ticket_id].append(row)
    return found


@requires()
async def files_of(work: Work, message_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Return the files that came with messages that the actor may read; one statement."""
    found: dict[UUID, list[UUID]] = {key: [] for key in message_ids}
    statement = _attached(work).where(TicketAttachment.message_id.in_(set(message_ids)))
    for message_id, file_id in await work.session.execute(statement):
        found[message_id].append(file_id)
    return found


@requires()
async def readable_ticket_files(work: Work, file_ids: Sequence[UUID]) -> Collection[UUID]:
    """Return those of the files that came with messages which the actor may read."""
    found = await work.session.execute(
        _attached(work).where(TicketAttachment.file_id.in_(file_ids))
    )
    return {file_id for _, file_id in found}


@requires()
async def workers_named(work: Work, rows: Sequence[Ticket]) -> dict[UUID, str]:
    """Return the names of those who have tickets, by membership; one statement."""
    ids = {row.membership_id for row in rows if row.membership_id}
    statement = select(Membership.id, Membership.name).where(Membership.id.in_(ids))
    return {row[0]: row[1] for row in await work.session.execute(statement)}


@requires()
async def departments_named(work: Work, rows: Sequence[Ticket]) -> dict[UUID, str]:
    """Return the names of the departments of the own organisation's tickets; one statement."""
    own = work.actor.organisation_id
    ids = {row.role_id for row in rows if row.role_id and row.seller_id == own}
    statement = select(Role.id, Role.name).where(Role.id.in_(ids))
    return {row[0]: row[1] for row in await work.session.execute(statement)}


def _attached(work: Work) -> Select[UUID, UUID]:
    return (
        select(TicketAttachment.message_id, TicketAttachment.file_id)
        .join(TicketMessage, TicketMessage.id == TicketAttachment.message_id)
        .join(Ticket, _ITS_TICKET)
        .where(_seen(work), _shown(work))
        .order_by(TicketAttachment.file_id)
    )


def _shown(work: Work) -> ColumnElement[bool]:
    """Hold messages to those that are for the actor's side."""
    is_own = Ticket.seller_id == work.actor.organisation_id
    return or_(TicketMessage.is_internal.is_(False), is_own)


def _seen(work: Work) -> ColumnElement[bool]:
    return reachable_tickets(work, Permission.TICKET_READ)


def _wanted(work: Work, wanted: TicketFilter) -> list[ColumnElement[bool]]:
    own = work.actor.own_organisation
    held: list[ColumnElement[bool]] = []
    if wanted.worklist is not Worklist.ALL:
        held += [Ticket.seller_id == own, Ticket.state.in_(UNFINISHED), _on(work, wanted.worklist)]
    if wanted.side is not None:
        side = Ticket.seller_id if wanted.side is TicketSide.SELLER else Ticket.buyer_id
        held.append(side == own)
    for column, value in (
        (Ticket.state, wanted.state),
        (Ticket.kind, wanted.kind),
        (Ticket.category, wanted.category),
        (Ticket.relationship_id, wanted.relationship_id),
    ):
        if value is not None:
            held.append(column == value)
    return held


def _on(work: Work, worklist: Worklist) -> ColumnElement[bool]:
    match worklist:
        case Worklist.MINE:
            return Ticket.membership_id == work.actor.membership_id
        case Worklist.MY_DEPARTMENT:
            return and_(
                Ticket.membership_id.is_(None),
                or_(Ticket.role_id.is_(None), Ticket.role_id.in_(own_roles(work))),
            )
        case Worklist.OVERDUE:
            return Ticket.respond_by <= work.now
        case Worklist.ALL | Worklist.UNFINISHED:
            return true()
