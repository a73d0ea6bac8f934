"""Turn shortages into the organisation's own orders upstream (R1-22, R1-33, domain.md (b) 47)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from app.catalog.operations import sku_facts
from app.catalog.rules import SkuFacts
from app.db.idempotency import once
from app.db.work import Work
from app.kernel.ids import new_id
from app.kernel.quantity import PackagingLevel
from app.orders.models import Shortage
from app.orders.operations.placing import place, relationship_to_order_in
from app.orders.operations.shortages import link_supply, orderable_shortages
from app.orders.operations.wishes import LineWish, OrderWish
from app.orders.rules.states import OrderChannel
from app.organisations.operations import open_upstream_relationships, organisations_named
from app.procurement.errors import NoSellerUpstream, NothingShort
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@dataclass(frozen=True, slots=True)
class Replenishment:
    """Shortages to order, or all of the organisation's; from the only seller by default."""

    idempotency_key: str
    shortage_ids: Sequence[UUID] = ()
    relationship_id: UUID | None = None


@requires(Permission.PROCUREMENT_WRITE)
async def order_shortages(work: Work, wish: Replenishment) -> UUID:
    """Place one order upstream for what is short, linked line by line; returns the order's id.

    Shortages of one SKU share a line, in the largest packs that hold them exactly. Raises
    `NothingShort` and `NoSellerUpstream`.
    """

    async def command(order_id: UUID) -> None:
        shortages = await orderable_shortages(work, wish.shortage_ids)
        if not shortages:
            raise NothingShort
        relationship_id = wish.relationship_id or await _only_seller(work)
        relationship = await relationship_to_order_in(work, relationship_id)
        lines = await _lines(work, shortages)
        cascade = OrderWish(relationship.id, lines, channel=OrderChannel.CASCADE)
        supply = await place(work, order_id, relationship, cascade)
        await link_supply(work, {item.id: supply[item.sku_id] for item in shortages})

    body = [list(wish.shortage_ids), wish.relationship_id]
    return await once(work, wish.idempotency_key, "orderShortages", body, new_id(), command)


async def _only_seller(work: Work) -> UUID:
    own = work.actor.own_organisation
    relationships = await open_upstream_relationships(work, own)
    if len(relationships) != 1:
        name = (await organisations_named(work, [own]))[own].name
        raise NoSellerUpstream(organisation=name, sellers=len(relationships))
    return relationships[0].id


async def _lines(work: Work, shortages: Sequence[Shortage]) -> list[LineWish]:
    missing: dict[UUID, Decimal] = defaultdict(Decimal)
    for shortage in shortages:
        missing[shortage.sku_id] += shortage.quantity - shortage.covered
    facts = await sku_facts(work, missing)
    return [_line(facts[sku_id], pieces) for sku_id, pieces in missing.items()]


def _line(sku: SkuFacts, pieces: Decimal) -> LineWish:
    packs: Mapping[PackagingLevel, Decimal] = sku.packaging
    level = max(
        (level for level, factor in packs.items() if pieces % factor == 0),
        key=lambda level: packs[level],
    )
    return LineWish(sku.sku_id, level, pieces / packs[level])
