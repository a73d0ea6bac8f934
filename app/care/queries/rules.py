"""Rules and terms of the own organisation."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from app.care.models import TicketRule
from app.care.operations.terms import Care, care_of
from app.db.keyset import newest_first
from app.db.work import Work
from app.kernel.paging import Page, PageRequest, page_of
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.TICKET_RULE_WRITE)
async def ticket_rules(work: Work, page: PageRequest) -> Page[TicketRule]:
    """Return the own organisation's rules, ended ones too, the newest first; one statement."""
    statement = select(TicketRule).where(TicketRule.seller_id == work.actor.own_organisation)
    rows = await work.session.scalars(newest_first(statement, page, TicketRule.id))
    return page_of(rows.all(), page, lambda row: (str(row.id),))


@requires()
async def ticket_rules_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, TicketRule]:
    """Return the own organisation's rules by id; none without TICKET_RULE_WRITE."""
    if not work.actor.may(Permission.TICKET_RULE_WRITE):
        return {}
    statement = select(TicketRule).where(
        TicketRule.id.in_(set(ids)), TicketRule.seller_id == work.actor.own_organisation
    )
    return {row.id: row for row in await work.session.scalars(statement)}


@requires(Permission.TICKET_RULE_WRITE)
async def own_care_terms(work: Work) -> Care:
    """Return the own organisation's terms, or what holds where nothing was said."""
    return await care_of(work, work.actor.own_organisation)
