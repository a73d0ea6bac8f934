"""What an actor may read of organisations and trading relationships."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.db.keyset import keyset, keyset_of_each
from app.db.work import Work
from app.kernel.errors import NotFound
from app.kernel.paging import Page, PageRequest, page_of
from app.organisations.models import (
    CustomerGroup,
    CustomerGroupMember,
    Organisation,
    OrganisationKind,
    TradingRelationship,
)
from app.organisations.operations import visible_organisations, visible_relationships
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """A relationship, and the name of the other side, by which lists are ordered."""

    relationship: TradingRelationship
    partner_name: str


@requires(Permission.ORGANISATION_READ)
async def organisation(work: Work, organisation_id: UUID) -> Organisation:
    """Return one visible organisation; raises `NotFound`."""
    found = await work.session.scalar(
        select(Organisation).where(Organisation.id == organisation_id, visible_organisations(work))
    )
    if found is None:
        raise NotFound("Organisation")
    return found


@requires(Permission.ORGANISATION_READ)
async def organisations(
    work: Work, page: PageRequest, search: str = "", kind: OrganisationKind | None = None
) -> Page[Organisation]:
    """Return visible organisations by name; `search` is a part of the name, in any case."""
    statement = select(Organisation).where(visible_organisations(work))
    if search:
        statement = statement.where(Organisation.name.icontains(search, autoescape=True))
    if kind is not None:
        statement = statement.where(Organisation.kind == kind)
    rows = await work.session.scalars(keyset(statement, page, Organisation.name, Organisation.id))
    return page_of(rows.all(), page, _organisation_key)


@requires()
async def children_of(
    work: Work, parent_ids: Collection[UUID], page: PageRequest
) -> dict[UUID, Page[Organisation]]:
    """Return one page of the visible children of each parent, by name; one statement."""
    statement = select(Organisation).where(
        Organisation.parent_id.in_(set(parent_ids)), visible_organisations(work)
    )
    rows = await work.session.scalars(
        keyset_of_each(
            statement,
            page,
            Organisation.parent_id,  # pyright: ignore[reportArgumentType]  # held to the parents
            Organisation.name,
            Organisation.id,
        )
    )
    found: dict[UUID | None, list[Organisation]] = {parent: [] for parent in parent_ids}
    for row in rows:
        found[row.parent_id].append(row)
    return {parent: page_of(found[parent], page, _organisation_key) for parent in parent_ids}


@requires(Permission.RELATIONSHIP_READ)
async def relationship(work: Work, relationship_id: UUID) -> TradingRelationship:
    """Return one visible relationship, open or ended; raises `NotFound`."""
    found = (await _relationships(work, {relationship_id})).get(relationship_id)
    if found is None:
        raise NotFound("TradingRelationship")
    return found


@requires()
async def relationships_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, TradingRelationship]:
    """Return visible relationships by id; none without the permission RELATIONSHIP_READ."""
    return await _relationships(work, set(ids))


@requires(Permission.RELATIONSHIP_READ)
async def customers(
    work: Work, page: PageRequest, search: str = "", group_id: UUID | None = None
) -> Page[PartnerRow]:
    """Return the relationships in which the own organisation sells, by the customer's name.

    With a group only its members: nobody is in a group of somebody else.
    """
    sold = TradingRelationship.seller_id == work.actor.own_organisation
    return await _partners(
        work,
        page,
        search,
        and_(sold, _members(work, group_id)) if group_id else sold,
        TradingRelationship.buyer_id,
    )


@requires(Permission.RELATIONSHIP_READ)
async def suppliers(work: Work, page: PageRequest, search: str = "") -> Page[PartnerRow]:
    """Return the relationships in which the own organisation buys, by the supplier's name."""
    bought = TradingRelationship.buyer_id == work.actor.own_organisation
    return await _partners(work, page, search, bought, TradingRelationship.seller_id)


@requires()
async def customers_of(
    work: Work, seller_ids: Collection[UUID], page: PageRequest
) -> dict[UUID, Page[TradingRelationship]]:
    """Return one page of each seller's visible relationships, oldest first; one statement.

    Without RELATIONSHIP_READ they are empty: a relation never spoils the answer it stands in.
    """
    return await _of_each(work, TradingRelationship.seller_id, seller_ids, page)


@requires()
async def suppliers_of(
    work: Work, buyer_ids: Collection[UUID], page: PageRequest
) -> dict[UUID, Page[TradingRelationship]]:
    """Return one page of each buyer's visible relationships, oldest first; one statement.

    Without RELATIONSHIP_READ they are empty.
    """
    return await _of_each(work, TradingRelationship.buyer_id, buyer_ids, page)


async def _relationships(work: Work, ids: set[UUID]) -> dict[UUID, TradingRelationship]:
    if not ids:
        return {}
    rows = await work.session.scalars(
        select(TradingRelationship).where(
            TradingRelationship.id.in_(ids), visible_relationships(work)
        )
    )
    return {row.id: row for row in rows}


async def _partners(
    work: Work,
    page: PageRequest,
    search: str,
    held_to: ColumnElement[bool],
    other_side: InstrumentedAttribute[UUID],
) -> Page[PartnerRow]:
    statement = (
        select(TradingRelationship, Organisation.name)
        .join(Organisation, Organisation.id == other_side)
        .where(held_to, visible_relationships(work))
    )
    if search:
        statement = statement.where(Organisation.name.icontains(search, autoescape=True))
    rows = await work.session.execute(
        keyset(statement, page, Organisation.name, TradingRelationship.id)
    )
    partners = [PartnerRow(row, name) for row, name in rows]
    return page_of(
        partners, page, lambda partner: (partner.partner_name, str(partner.relationship.id))
    )


async def _of_each(
    work: Work,
    side: InstrumentedAttribute[UUID],
    ids: Collection[UUID],
    page: PageRequest,
) -> dict[UUID, Page[TradingRelationship]]:
    statement = select(TradingRelationship).where(side.in_(set(ids)), visible_relationships(work))
    rows = await work.session.scalars(keyset_of_each(statement, page, side, TradingRelationship.id))
    found: dict[UUID, list[TradingRelationship]] = {owner: [] for owner in ids}
    for row in rows:
        found[getattr(row, side.key)].append(row)
    return {owner: page_of(found[owner], page, lambda row: (str(row.id),)) for owner in ids}


def _members(work: Work, group_id: UUID) -> ColumnElement[bool]:
    return TradingRelationship.id.in_(
        select(CustomerGroupMember.relationship_id)
        .join(CustomerGroup, CustomerGroup.id == CustomerGroupMember.group_id)
        .where(
            CustomerGroupMember.group_id == group_id,
            CustomerGroup.seller_id == work.actor.own_organisation,
        )
    )


def _organisation_key(row: Organisation) -> tuple[str, ...]:
    return row.name, str(row.id)
