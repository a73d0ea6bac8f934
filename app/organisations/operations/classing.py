"""How a seller classes its buyers."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import (
    exists,
    literal,
    select,
    union_all,
)

from app.db.work import Work
from app.kernel.errors import NotFound
from app.organisations.models import (
    CustomerGroup,
    CustomerGroupMember,
    CustomerLevel,
    SalesChannel,
    Territory,
    TradingRelationship,
)
from app.organisations.rules import Terms

Owned = CustomerGroup | CustomerLevel | Territory


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
