"""What packages above may ask of organisations, unguarded."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    exists,
    false,
    literal,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from app.audit.operations import record
from app.db.outbox import DomainEvent
from app.db.revisions import Memory, Revised, apart
from app.db.tables import table_of
from app.db.work import Work
from app.kernel.actor import Scope
from app.kernel.errors import NotFound
from app.organisations.errors import RelationshipExists
from app.organisations.models import (
    AssignedRep,
    CustomerGroup,
    CustomerGroupMember,
    CustomerLevel,
    Organisation,
    OrganisationAncestry,
    SalesChannel,
    Territory,
    TradingRelationship,
    UpstreamVisibility,
)
from app.organisations.rules import Terms, as_noted, check_terms
from app.rbac.permissions import Permission
from app.tenants.operations import tenant_of

Owned = CustomerGroup | CustomerLevel | Territory

MOST_RELATIONSHIPS = 3_000
"""How many relationships are remembered; one takes about 3 KiB."""

relationships: Memory[UUID, TradingRelationship] = Memory(Revised.PARTIES, most=MOST_RELATIONSHIPS)
"""What is found here is for whoever may see it: that is to be asked for every actor."""


@dataclass(frozen=True, slots=True)
class Classification:
    """How a seller classes one buyer: all that it may price or promote by (Our rule 1).

    `level_ids` and `territory_ids` begin with the buyer's own and go up through the parents;
    `group_ids` are in no meaningful order.
    """

    relationship_id: UUID
    level_ids: tuple[UUID, ...] = ()
    group_ids: tuple[UUID, ...] = ()
    territory_ids: tuple[UUID, ...] = ()
    channel: SalesChannel | None = None


async def plant(work: Work, organisation: Organisation) -> Organisation:
    """Put a new organisation under its parent and note all its ancestors; two statements."""
    await work.save(organisation)
    above = select(
        OrganisationAncestry.tenant_id,
        OrganisationAncestry.ancestor_id,
        literal(organisation.id).label("descendant_id"),
        (OrganisationAncestry.distance + 1).label("distance"),
    ).where(
        OrganisationAncestry.tenant_id == work.tenant_id,
        OrganisationAncestry.descendant_id == organisation.parent_id,
    )
    itself = select(
        literal(work.tenant_id), literal(organisation.id), literal(organisation.id), literal(0)
    )
    await work.session.execute(
        insert(OrganisationAncestry).from_select(
            ["tenant_id", "ancestor_id", "descendant_id", "distance"], above.union_all(itself)
        )
    )
    return organisation


SHOWS_ORDERS = literal_column(f"'{UpstreamVisibility.ORDERS}'", Text())
"""Written out, since an index holds these relationships alone: it does not serve a parameter."""


def visible_below(work: Work) -> Select[Any]:
    """Select the ids below the actor's organisation that it may see; see `visible_below_of`."""
    own = work.actor.own_organisation
    return visible_below_of(literal(work.tenant_id), literal(own), literal(work.now))


def visible_below_of(
    tenant: ColumnElement[UUID], own: ColumnElement[UUID], now: ColumnElement[datetime]
) -> Select[Any]:
    """Select the ids below an organisation that it may see (F2); itself not included.

    Direct children are seen always. Whoever stands deeper is seen when every link of the chain
    below the child is an open relationship that shows orders upstream.
    """
    below, link = (table_of(OrganisationAncestry).alias(name) for name in ("below", "link"))
    linked, terms = table_of(Organisation).alias("linked"), table_of(TradingRelationship).alias()
    shown = exists().where(
        terms.c.tenant_id == tenant,
        terms.c.seller_id == linked.c.parent_id,
        terms.c.buyer_id == linked.c.id,
        terms.c.upstream_visibility == SHOWS_ORDERS,
        terms.c.valid_from <= now,
        or_(terms.c.valid_until.is_(None), terms.c.valid_until > now),
    )
    hidden_link = (
        select(link.c.ancestor_id)
        .join_from(
            link,
            linked,
            and_(linked.c.tenant_id == link.c.tenant_id, linked.c.id == link.c.ancestor_id),
        )
        .where(
            link.c.tenant_id == tenant,
            link.c.descendant_id == below.c.descendant_id,
            link.c.distance < below.c.distance - 1,
            ~shown,
        )
    )
    return select(below.c.descendant_id).where(
        below.c.tenant_id == tenant,
        below.c.ancestor_id == own,
        below.c.distance > 0,
        ~hidden_link.exists(),
    )


def visible_organisations(work: Work) -> ColumnElement[bool]:
    """Hold `Organisation` rows to those the actor may see: the one place that decides (F2).

    Oneself, whoever one buys from or sells to (ended relationships too: history keeps its names),
    with the scope BRANCH also `visible_below`, with TENANT all. An actor without the permission
    sees as with ORGANISATION, since documents name their parties.
    """
    scope = _scope(work, Permission.ORGANISATION_READ, Scope.ORGANISATION)
    if scope is Scope.TENANT:
        return true()
    if work.actor.organisation_id is None:
        return false()
    own = work.actor.organisation_id
    seen = [
        select(literal(own)),
        select(TradingRelationship.seller_id).where(
            TradingRelationship.tenant_id == work.tenant_id, TradingRelationship.buyer_id == own
        ),
        select(TradingRelationship.buyer_id).where(
            TradingRelationship.tenant_id == work.tenant_id, TradingRelationship.seller_id == own
        ),
    ]
    if scope is Scope.BRANCH:
        seen.append(visible_below(work))
    return Organisation.id.in_(union_all(*seen))


def visible_relationships(work: Work) -> ColumnElement[bool]:
    """Hold `TradingRelationship` rows to those the actor may see: the one place that decides (F2).

    ASSIGNED: those the actor looks after. ORGANISATION: the own ones, as seller or buyer. BRANCH:
    also those of visible sellers below which show orders upstream. Without the permission: none.
    """
    scope = _scope(work, Permission.RELATIONSHIP_READ, None)
    if scope is Scope.TENANT:
        return true()
    if scope is None or work.actor.organisation_id is None:
        return false()
    own = work.actor.organisation_id
    if not scope.covers(Scope.ORGANISATION):
        return and_(TradingRelationship.seller_id == own, _is_looked_after(work))
    mine = or_(TradingRelationship.seller_id == own, TradingRelationship.buyer_id == own)
    if scope is not Scope.BRANCH:
        return mine
    below = and_(
        TradingRelationship.upstream_visibility == UpstreamVisibility.ORDERS,
        TradingRelationship.seller_id.in_(visible_below(work)),
    )
    return or_(mine, below)


def is_open(work: Work) -> ColumnElement[bool]:
    """Hold `TradingRelationship` rows to those valid at the work's instant (half-open)."""
    return and_(
        TradingRelationship.valid_from <= work.now,
        or_(TradingRelationship.valid_until.is_(None), TradingRelationship.valid_until > work.now),
    )


async def find_relationship(work: Work, relationship_id: UUID) -> TradingRelationship | None:
    """Return a relationship, open or ended, whoever asks."""
    return await work.session.scalar(
        select(TradingRelationship).where(TradingRelationship.id == relationship_id)
    )


async def known_relationship(work: Work, relationship_id: UUID) -> TradingRelationship | None:
    """Return a relationship for who changes nothing of it; no statement for the own remembered.

    Others' are read every time, so that none is answered faster than an id that does not exist.
    """
    view = await relationships.at(work)
    known = view and view.get(relationship_id)
    if known is not None and _is_party(work, known):
        return known
    found = await find_relationship(work, relationship_id)
    if view is not None and found is not None and _is_party(work, found):
        apart(work, [found])
        view.put(relationship_id, found)
    elif view is not None:
        view.pass_by()
    return found


async def find_relationships(
    work: Work, relationship_ids: Collection[UUID]
) -> dict[UUID, TradingRelationship]:
    """Return relationships by id, open or not; one statement."""
    statement = select(TradingRelationship).where(TradingRelationship.id.in_(relationship_ids))
    return {row.id: row for row in await work.session.scalars(statement)}


async def open_upstream_relationships(work: Work, buyer_id: UUID) -> list[TradingRelationship]:
    """Return the open relationships in which the organisation buys, the oldest first."""
    found = await work.session.scalars(
        select(TradingRelationship)
        .where(TradingRelationship.buyer_id == buyer_id, is_open(work))
        .order_by(TradingRelationship.valid_from, TradingRelationship.id)
    )
    return list(found)


async def is_assigned(work: Work, relationship_id: UUID) -> bool:
    """Tell whether the acting person looks after this customer (R3-41)."""
    looked_after = select(
        exists().where(
            AssignedRep.tenant_id == work.tenant_id,
            AssignedRep.relationship_id == relationship_id,
            AssignedRep.membership_id == work.actor.membership_id,
        )
    )
    return bool(await work.session.scalar(looked_after))


async def organisations_named(work: Work, ids: Collection[UUID]) -> dict[UUID, Organisation]:
    """Return organisations by id, whoever asks; unknown ids are absent."""
    found = await work.session.scalars(select(Organisation).where(Organisation.id.in_(set(ids))))
    return {organisation.id: organisation for organisation in found}


async def classification_of(work: Work, relationship: TradingRelationship) -> Classification:
    """Return how a relationship's buyer is classed, as things stand now; one statement."""
    levels = _path(work, CustomerLevel, relationship.level_id)
    territories = _path(work, Territory, relationship.territory_id)
    groups = select(
        literal("group"), CustomerGroupMember.group_id.label("id"), literal(0).label("distance")
    ).where(
        CustomerGroupMember.tenant_id == work.tenant_id,
        CustomerGroupMember.relationship_id == relationship.id,
    )
    rows = await work.session.execute(
        union_all(
            select(literal("level"), levels.c.id, levels.c.distance),
            select(literal("territory"), territories.c.id, territories.c.distance),
            groups,
        ).order_by("distance", "id")
    )
    ids: dict[str, list[UUID]] = {"level": [], "group": [], "territory": []}
    for kind, key, _ in rows:
        ids[kind].append(key)
    channel = relationship.sales_channel
    return Classification(
        relationship.id,
        tuple(ids["level"]),
        tuple(ids["group"]),
        tuple(ids["territory"]),
        SalesChannel(channel) if channel else None,
    )


async def check_level(
    work: Work, seller_id: UUID, level_id: UUID | None, field: str = "parentId"
) -> None:
    """Raise `NotFound` for a customer level that is not the seller's; none is always right."""
    await check_owned(work, CustomerLevel, seller_id, level_id, field)


async def check_owned(
    work: Work, table: type[Owned], seller_id: UUID, key: UUID | None, field: str
) -> None:
    """Raise `NotFound` at the field for a class of customers that is not the seller's."""
    if key is None:
        return
    owned = exists().where(
        table.tenant_id == work.tenant_id, table.id == key, table.seller_id == seller_id
    )
    if not await work.session.scalar(select(owned)):
        raise NotFound(table.__name__).at(field)


async def check_terms_known(work: Work, seller_id: UUID, terms: Terms) -> None:
    """Raise `NotFound` for a level or territory among the terms that is not the seller's."""
    await check_level(work, seller_id, terms.get("level_id"), "terms.levelId")
    territory_id = terms.get("territory_id")
    await check_owned(work, Territory, seller_id, territory_id, "terms.territoryId")


async def open_between(
    work: Work, seller_id: UUID, buyer: Organisation, terms: Terms
) -> TradingRelationship:
    """Open a relationship from this instant on; the currency is the tenant's unless given.

    Raises `RelationshipExists`, `Invalid` for senseless terms, `NotFound` for a foreign level.
    """
    check_terms(terms)
    await check_terms_known(work, seller_id, terms)
    refusal = await _exists_between(work, seller_id, buyer)
    currency = terms.get("currency") or (await tenant_of(work)).currency
    relationship = TradingRelationship(
        seller_id=seller_id,
        buyer_id=buyer.id,
        valid_from=work.now,
        **{**terms, "currency": currency},
    )
    try:
        await work.save(relationship)
    except IntegrityError:
        raise refusal from None
    record(
        work,
        "OPEN_RELATIONSHIP",
        "trading_relationship",
        relationship.id,
        after=as_noted({"seller_id": seller_id, "buyer_id": buyer.id, **terms}),
        on_behalf_of=seller_id if seller_id != work.actor.organisation_id else None,
    )
    work.tell(
        DomainEvent(
            "relationship_opened",
            "trading_relationship",
            relationship.id,
            {"seller_id": str(seller_id), "buyer_id": str(buyer.id)},
        )
    )
    return relationship


def _path(work: Work, table: type[CustomerLevel | Territory], start: UUID | None):  # noqa: ANN202  # a select, typed by SQLAlchemy
    path = (
        select(table.id, table.parent_id, literal(0).label("distance"))
        .where(table.tenant_id == work.tenant_id, table.id == start)
        .cte(f"{table.__tablename__}_path", recursive=True)
    )
    above = select(table.id, table.parent_id, path.c.distance + 1).where(
        table.tenant_id == work.tenant_id, table.id == path.c.parent_id
    )
    return path.union_all(above)


def _is_party(work: Work, relationship: TradingRelationship) -> bool:
    return work.actor.organisation_id in {relationship.seller_id, relationship.buyer_id}


def _is_looked_after(work: Work) -> ColumnElement[bool]:
    return TradingRelationship.id.in_(
        select(AssignedRep.relationship_id).where(
            AssignedRep.tenant_id == work.tenant_id,
            AssignedRep.membership_id == work.actor.membership_id,
        )
    )


def _scope(work: Work, permission: Permission, otherwise: Scope | None) -> Scope | None:
    return work.actor.scope_of(permission) if work.actor.may(permission) else otherwise


async def _exists_between(work: Work, seller_id: UUID, buyer: Organisation) -> RelationshipExists:
    """Raise the refusal if the two have an unended relationship, or return it for a lost race."""
    unended = exists().where(
        TradingRelationship.tenant_id == work.tenant_id,
        TradingRelationship.seller_id == seller_id,
        TradingRelationship.buyer_id == buyer.id,
        TradingRelationship.valid_until.is_(None),
    )
    found = await work.session.execute(
        select(Organisation.name, unended).where(Organisation.id == seller_id)
    )
    name, is_taken = found.one()
    # Made before the attempt: a failed flush leaves no row to read names from.
    refusal = RelationshipExists(name, buyer.name)
    if is_taken:
        raise refusal
    return refusal
