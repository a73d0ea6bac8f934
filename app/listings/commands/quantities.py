"""Set in which quantities goods are sold: to one buyer, to a level, or to everybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import delete, select

from app.audit.operations import record
from app.catalog.models import QuantityRule
from app.catalog.operations import SkuFacts, known_facts
from app.catalog.rules import QuantityTerms
from app.catalog.rules.quantities import checked
from app.db.bulk import update_rows
from app.db.work import Work
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import new_id
from app.kernel.quantity import QuantityOutOfRange, checked_quantity
from app.listings import locks
from app.organisations.models import CustomerLevel, TradingRelationship
from app.rbac.guard import requires
from app.rbac.permissions import Permission

MOST_RULES = 500
Audience = tuple[UUID, UUID | None, UUID | None]


@dataclass(frozen=True, slots=True)
class NewQuantityRule:
    """Limits of a SKU in pieces for one audience; without any limit the rule is taken away."""

    sku_id: UUID
    terms: QuantityTerms
    level_id: UUID | None = None
    relationship_id: UUID | None = None

    @property
    def audience(self) -> Audience:
        """What it is of, and for whom."""
        return self.sku_id, self.level_id, self.relationship_id


@requires(Permission.RELATIONSHIP_WRITE)
async def set_quantity_rules(work: Work, rules: Sequence[NewQuantityRule]) -> int:
    """Set or take away the own organisation's rules as a seller; returns how many were changed.

    The same statements for any number. Raises `NotFound` for goods, levels and relationships that
    are not the seller's to name, `Invalid` for limits that no quantity fits.
    """
    await _check(work, rules)
    own = work.actor.own_organisation
    known = {_audience(row): row for row in await locks.quantity_rules(work, own, _skus_of(rules))}
    new = [rule for rule in rules if rule.terms and rule.audience not in known]
    changed = [
        rule
        for rule in rules
        if rule.audience in known and _limits(known[rule.audience]) != _values(rule.terms)
    ]
    await work.insert(
        QuantityRule,
        [
            {
                "id": new_id(),
                "seller_id": own,
                "sku_id": rule.sku_id,
                "level_id": rule.level_id,
                "relationship_id": rule.relationship_id,
                **_values(rule.terms),
            }
            for rule in new
        ],
    )
    rows = [
        {"id": known[rule.audience].id, **_values(rule.terms)} for rule in changed if rule.terms
    ]
    await update_rows(work, QuantityRule, rows)
    gone = [known[rule.audience].id for rule in changed if not rule.terms]
    await work.session.execute(delete(QuantityRule).where(QuantityRule.id.in_(gone)))
    for rule in (*new, *changed):
        before = known.get(rule.audience)
        _record(work, rule, _limits(before) if before else {})
    return len(new) + len(changed)


def _skus_of(rules: Sequence[NewQuantityRule]) -> list[UUID]:
    return [rule.sku_id for rule in rules]


async def _check(work: Work, rules: Sequence[NewQuantityRule]) -> None:
    if not 1 <= len(rules) <= MOST_RULES:
        raise Invalid("rules", f"must be 1 to {MOST_RULES}")
    if len({rule.audience for rule in rules}) < len(rules):
        raise Invalid("rules", "must name each SKU once for the same buyers")
    goods = await known_facts(work, set(_skus_of(rules)))
    levels, relationships = await _own_audiences(work, rules)
    for place, rule in enumerate(rules):
        path = f"rules.{place}"
        _check_one(path, rule, goods)
        if rule.level_id is not None and rule.level_id not in levels:
            raise NotFound("CustomerLevel").at(f"{path}.levelId")
        if rule.relationship_id is not None and rule.relationship_id not in relationships:
            raise NotFound("TradingRelationship").at(f"{path}.relationshipId")


def _check_one(path: str, rule: NewQuantityRule, goods: dict[UUID, SkuFacts]) -> None:
    if rule.sku_id not in goods:
        raise NotFound("Sku").at(f"{path}.skuId")
    if rule.level_id is not None and rule.relationship_id is not None:
        raise Invalid(path, "is for a level or for a relationship, not for both")
    checked(rule.terms, path)
    for name, value in _values(rule.terms).items():
        try:
            if value is not None:
                checked_quantity(value)
        except QuantityOutOfRange:
            raise Invalid(f"{path}.{name}", "is too large or has too many places") from None


async def _own_audiences(
    work: Work, rules: Sequence[NewQuantityRule]
) -> tuple[set[UUID], set[UUID]]:
    own = work.actor.own_organisation
    named = {rule.level_id for rule in rules if rule.level_id}
    levels = select(CustomerLevel.id).where(
        CustomerLevel.seller_id == own, CustomerLevel.id.in_(named)
    )
    met = {rule.relationship_id for rule in rules if rule.relationship_id}
    relationships = select(TradingRelationship.id).where(
        TradingRelationship.seller_id == own, TradingRelationship.id.in_(met)
    )
    return (
        set(await work.session.scalars(levels)),
        set(await work.session.scalars(relationships)),
    )


def _record(work: Work, rule: NewQuantityRule, before: dict[str, Decimal | None]) -> None:
    audience = {"level_id": rule.level_id, "relationship_id": rule.relationship_id}
    after = {**_values(rule.terms), **audience}
    record(
        work,
        "SET_QUANTITY_RULE",
        "sku",
        rule.sku_id,
        before=_texts(before),
        after=_texts(after),
    )


def _texts(values: dict[str, Decimal | None] | dict[str, Decimal | UUID | None]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items() if value is not None}


def _values(terms: QuantityTerms) -> dict[str, Decimal | None]:
    return {"minimum": terms.minimum, "maximum": terms.maximum, "multiple": terms.multiple}


def _limits(row: QuantityRule) -> dict[str, Decimal | None]:
    return {"minimum": row.minimum, "maximum": row.maximum, "multiple": row.multiple}


def _audience(row: QuantityRule) -> Audience:
    return row.sku_id, row.level_id, row.relationship_id
