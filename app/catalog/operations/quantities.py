"""Which quantity rules bind a buyer, remembered for as long as nobody writes to the catalogue."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy import or_, select

from app.catalog.models import QuantityRule
from app.catalog.rules.goods import SkuFacts
from app.catalog.rules.quantities import QuantityTerms
from app.db.revisions import Memory, Revised
from app.db.work import Work

MOST_RULES = 5_000

_rules: Memory[tuple[UUID, UUID, UUID | None, UUID], QuantityTerms] = Memory(
    Revised.CATALOGUE, most=MOST_RULES
)


async def quantity_terms(
    work: Work,
    seller_id: UUID,
    relationship_id: UUID,
    level_id: UUID | None,
    goods: Collection[SkuFacts],
) -> dict[UUID, QuantityTerms]:
    """Return what a seller's rules ask of a buyer's order, by SKU; those without a rule are absent.

    The relationship's own rule, else the level's, else the seller's for everybody. One statement,
    none where no seller has a rule for any of the goods or what binds is remembered.
    """
    ruled = {sku.sku_id for sku in goods if sku.has_quantity_rules}
    if not ruled:
        return {}

    async def read(
        missing: Sequence[tuple[UUID, UUID, UUID | None, UUID]],
    ) -> Mapping[tuple[UUID, UUID, UUID | None, UUID], QuantityTerms]:
        found: dict[UUID, QuantityRule] = {}
        statement = select(QuantityRule).where(
            QuantityRule.seller_id == seller_id,
            QuantityRule.sku_id.in_([key[-1] for key in missing]),
            or_(
                QuantityRule.relationship_id == relationship_id,
                QuantityRule.level_id == level_id,
                QuantityRule.relationship_id.is_(None) & QuantityRule.level_id.is_(None),
            ),
        )
        for rule in await work.session.scalars(statement):
            known = found.get(rule.sku_id)
            if known is None or _strength(rule) > _strength(known):
                found[rule.sku_id] = rule
        return {
            key: terms_in(found[key[-1]]) if key[-1] in found else QuantityTerms()
            for key in missing
        }

    keys = [(seller_id, relationship_id, level_id, sku_id) for sku_id in sorted(ruled)]
    bound = await _rules.each(work, keys, read)
    return {key[-1]: terms for key, terms in bound.items() if terms}


def terms_in(rule: QuantityRule) -> QuantityTerms:
    """Return the limits of a stored rule."""
    return QuantityTerms(_plain(rule.minimum), _plain(rule.maximum), _plain(rule.multiple))


def _plain(number: Decimal | None) -> Decimal | None:
    return None if number is None else number.normalize() + 0


def _strength(rule: QuantityRule) -> int:
    return 2 if rule.relationship_id else 1 if rule.level_id else 0
