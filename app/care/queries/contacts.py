"""The seller's log of contacts, and which next steps are due."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.care.models import CustomerContact
from app.care.operations.sight import reachable_contacts
from app.db.keyset import keyset, newest_first
from app.db.work import Work
from app.kernel.paging import Page, PageRequest, page_of
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.CONTACT_LOG_WRITE)
async def customer_contacts(
    work: Work, page: PageRequest, relationship_id: UUID | None
) -> Page[CustomerContact]:
    """Return contacts with the customers that one looks after, the newest first; one statement."""
    statement = select(CustomerContact).where(reachable_contacts(work))
    if relationship_id is not None:
        statement = statement.where(CustomerContact.relationship_id == relationship_id)
    rows = await work.session.scalars(newest_first(statement, page, CustomerContact.id))
    return page_of(rows.all(), page, lambda row: (str(row.id),))


@requires(Permission.CONTACT_LOG_WRITE)
async def due_next_steps(
    work: Work, page: PageRequest, until: date, *, mine_only: bool
) -> Page[CustomerContact]:
    """Return contacts whose next step is due up to a day and not done, the most urgent first."""
    statement = select(CustomerContact).where(
        reachable_contacts(work),
        CustomerContact.next_on <= until,
        CustomerContact.done_at.is_(None),
    )
    if mine_only:
        statement = statement.where(CustomerContact.membership_id == work.actor.membership_id)
    place = CustomerContact.next_on, CustomerContact.id
    rows = await work.session.scalars(keyset(statement, page, *place))
    return page_of(rows.all(), page, lambda row: (str(row.next_on), str(row.id)))


@requires()
async def customer_contacts_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, CustomerContact]:
    """Return the contacts that one may see, by id; none without CONTACT_LOG_WRITE."""
    if not work.actor.may(Permission.CONTACT_LOG_WRITE):
        return {}
    statement = select(CustomerContact).where(
        CustomerContact.id.in_(set(ids)), reachable_contacts(work)
    )
    return {row.id: row for row in await work.session.scalars(statement)}
