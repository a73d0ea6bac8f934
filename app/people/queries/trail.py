"""Who changed what, as far as the reader may know (R1-2)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select

from app.audit.models import AuditEntry
from app.db.work import Work
from app.kernel.actor import Scope
from app.kernel.errors import Invalid
from app.kernel.paging import Page, PageRequest, page_of
from app.organisations.operations import came_above_after
from app.people.operations import in_reach
from app.rbac.guard import requires
from app.rbac.permissions import Permission

ORGANISATION = "organisation"
ABOUT_PEOPLE = ("dead_job", "invitation", "membership", ORGANISATION, "role", "tenant")
OF_PRICES = frozenset({"standard_margin_percent", "needs_price_approval"})
"""What an organisation's details say of its prices: its own business, whoever administers it."""
_OF_TRADE = "POINTS_PROGRAMME_SET"
"""A change of trade that was once noted as one of the organisation: older entries hold it."""


@dataclass(frozen=True, slots=True)
class SeenEntry:
    """An entry, with the values before and after as far as the reader may know them."""

    row: AuditEntry
    before: dict[str, Any]
    after: dict[str, Any]
    address: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailFilter:
    """What entries must have in common; `since` is included, `until` is not.

    An address stands in entries of the own organisation only, so it finds only those. A reason is
    found by any part of it, in any case of letters.
    """

    subject: tuple[str, UUID] | None = None
    actor_membership_id: UUID | None = None
    on_behalf_of_organisation_id: UUID | None = None
    actions: Sequence[str] = ()
    since: datetime | None = None
    until: datetime | None = None
    address: str | None = None
    reason: str | None = None


_EVERYTHING = TrailFilter()


@requires(Permission.AUDIT_READ)
async def audit_trail(
    work: Work, request: PageRequest, wanted: TrailFilter = _EVERYTHING
) -> Page[SeenEntry]:
    """Return entries, newest first, that have in common what is wanted.

    Changes of people, roles and organisations show as far as the permission reaches, those of a
    branch that was moved here since then only, and of organisations those that are seen. Changes of
    trade (prices, orders, stock) show to the organisation that made them or for which they were
    made, and never to somebody who only administers the network (F2, R3-30): what an organisation's
    details say of its prices is among them.
    """
    statement = select(AuditEntry).where(_visible(work), *_having(work, wanted))
    if request.after is not None:
        statement = statement.where(AuditEntry.id < _place(request.after))
    ordered = statement.order_by(AuditEntry.id.desc()).limit(request.size + 1)
    rows = (await work.session.scalars(ordered)).all()
    return page_of([_seen(work, row) for row in rows], request, lambda seen: (str(seen.row.id),))


@requires(Permission.AUDIT_READ)
async def audit_entries_by_id(work: Work, ids: Sequence[UUID]) -> list[SeenEntry | None]:
    """Return entries in the order asked for; none for those out of reach."""
    rows = await work.session.scalars(
        select(AuditEntry).where(AuditEntry.id.in_(ids), _visible(work))
    )
    known = {entry.id: _seen(work, entry) for entry in rows}
    return [known.get(item) for item in ids]


def _seen(work: Work, row: AuditEntry) -> SeenEntry:
    is_own = row.actor_organisation_id == work.actor.organisation_id
    hidden = frozenset[str]() if is_own and work.actor.may(Permission.PRICE_READ) else OF_PRICES
    address = row.address if is_own else None
    return SeenEntry(row, _without(row.before, hidden), _without(row.after, hidden), address)


def _having(work: Work, wanted: TrailFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.subject:
        kind, key = wanted.subject
        yield and_(AuditEntry.subject_kind == kind, AuditEntry.subject_id == key)
    if wanted.actor_membership_id:
        yield AuditEntry.actor_membership_id == wanted.actor_membership_id
    if wanted.on_behalf_of_organisation_id:
        yield AuditEntry.on_behalf_of_organisation_id == wanted.on_behalf_of_organisation_id
    if wanted.actions:
        yield AuditEntry.action.in_(wanted.actions)
    if wanted.since:
        yield AuditEntry.at >= wanted.since
    if wanted.until:
        yield AuditEntry.at < wanted.until
    if wanted.address:
        yield AuditEntry.address == wanted.address
        yield AuditEntry.actor_organisation_id == work.actor.organisation_id
    if wanted.reason:
        yield AuditEntry.reason.icontains(wanted.reason, autoescape=True)


def _without(values: dict[str, Any], hidden: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name not in hidden}


def _place(after: tuple[str, ...]) -> UUID:
    try:
        (text,) = after
        return UUID(text)
    except ValueError:
        raise Invalid("after", "must be a cursor that this connection gave out") from None


def _visible(work: Work) -> ColumnElement[bool]:
    about_people = and_(
        AuditEntry.subject_kind.in_(ABOUT_PEOPLE),
        AuditEntry.action != _OF_TRADE,
        in_reach(work, Permission.AUDIT_READ, AuditEntry.actor_organisation_id),
    )
    if work.actor.scope_of(Permission.AUDIT_READ) is Scope.BRANCH:
        about_people = and_(about_people, _in_branch(work))
    return or_(about_people, _own_trade(work))


def _in_branch(work: Work) -> ColumnElement[bool]:
    """Leave out what a branch did before it was moved here, and organisations hidden below it."""
    is_hidden = and_(
        AuditEntry.subject_kind == ORGANISATION,
        ~in_reach(work, Permission.AUDIT_READ, AuditEntry.subject_id),
    )
    came_later = came_above_after(work, AuditEntry.actor_organisation_id, AuditEntry.at)
    return ~or_(is_hidden, came_later)


def _own_trade(work: Work) -> ColumnElement[bool]:
    only_network = work.actor.scope_of(Permission.AUDIT_READ) is Scope.TENANT
    if only_network and not work.actor.may(Permission.ORDER_READ):
        return false()
    own = work.actor.own_organisation
    return or_(
        AuditEntry.actor_organisation_id == own, AuditEntry.on_behalf_of_organisation_id == own
    )
