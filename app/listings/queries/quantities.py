"""In which quantities goods are sold, as the seller sets it and as one buyer is bound."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.catalog.models import QuantityRule
from app.catalog.operations import known_facts, quantity_terms
from app.catalog.rules import QuantityTerms
from app.db.keyset import keyset
from app.db.work import Work
from app.kernel.errors import Invalid
from app.kernel.paging import Page, PageRequest, page_of
from app.pricing.operations.scope import ASKING, open_relationship
from app.rbac.guard import requires
from app.rbac.permissions import Permission

MOST_ASKED = 500


@dataclass(frozen=True, slots=True)
class BoundQuantity:
    """What a SKU's rule asks of one buyer's orders, in pieces."""

    sku_id: UUID
    terms: QuantityTerms


@requires(Permission.RELATIONSHIP_READ, Permission.RELATIONSHIP_WRITE)
async def quantity_rules(
    work: Work, page: PageRequest, sku_id: UUID | None = None
) -> Page[QuantityRule]:
    """Return the own organisation's rules as a seller, by SKU."""
    statement = select(QuantityRule).where(QuantityRule.seller_id == work.actor.own_organisation)
    if sku_id is not None:
        statement = statement.where(QuantityRule.sku_id == sku_id)
    rows = await work.session.scalars(keyset(statement, page, QuantityRule.sku_id, QuantityRule.id))
    return page_of(rows.all(), page, lambda row: (str(row.sku_id), str(row.id)))


@requires(*ASKING)
async def bound_quantities(
    work: Work, relationship_id: UUID, sku_ids: Sequence[UUID]
) -> list[BoundQuantity]:
    """Return what rules bind the relationship's orders of these SKUs; those without are absent.

    Raises `NotFound` for a relationship that is not the actor's, `RelationshipClosed`, `Invalid`.
    """
    if len(sku_ids) > MOST_ASKED:
        raise Invalid("skuIds", f"must be at most {MOST_ASKED}")
    terms = (await open_relationship(work, relationship_id)).relationship
    known = await known_facts(work, set(sku_ids))
    found = await quantity_terms(work, terms.seller_id, terms.id, terms.level_id, known.values())
    return [BoundQuantity(key, found[key]) for key in dict.fromkeys(sku_ids) if key in found]
