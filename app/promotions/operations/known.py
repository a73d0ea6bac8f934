"""Whether what terms name exists and is the seller's own; one statement for all of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, literal, or_, select, union_all

from app.catalog.models import Brand, Category, Product, Sku
from app.catalog.operations import readable_products
from app.db.work import Work
from app.kernel.errors import Invalid, NotFound
from app.organisations.models import (
    CustomerGroup,
    CustomerLevel,
    Organisation,
    OrganisationAncestry,
    SalesChannel,
    Territory,
    TradingRelationship,
)
from app.promotions.models import MembershipTier
from app.promotions.rules.terms import ProductScope, SchemeTerms

_OWN = {
    "TradingRelationship": TradingRelationship,
    "CustomerLevel": CustomerLevel,
    "CustomerGroup": CustomerGroup,
    "Territory": Territory,
    "MembershipTier": MembershipTier,
}


@dataclass(frozen=True, slots=True)
class _Named:
    kind: str
    key: UUID
    path: str


async def check_named(work: Work, *all_terms: SchemeTerms, path: str = "terms") -> None:
    """Raise `NotFound` for the first thing that any terms name and the seller cannot mean."""
    for terms in all_terms:
        _check_channels(terms, path)
    named = [each for terms in all_terms for each in _named(terms, path)]
    kinds: dict[str, set[UUID]] = {}
    for each in named:
        kinds.setdefault(each.kind, set()).add(each.key)
    if not kinds:
        return
    parts = [_known(work, kind, keys) for kind, keys in sorted(kinds.items())]
    found = {(kind, key) for kind, key in await work.session.execute(union_all(*parts))}
    for each in named:
        if (each.kind, each.key) not in found:
            raise NotFound(each.kind).at(each.path)


def _check_channels(terms: SchemeTerms, path: str) -> None:
    for place, channel in enumerate(terms.eligibility.channels):
        if channel not in set(SalesChannel):
            field = f"{path}.eligibility.channels.{place}"
            raise Invalid(field, f"must be one of {', '.join(SalesChannel)}")


def _named(terms: SchemeTerms, path: str) -> Iterator[_Named]:
    for name, scope in _scopes(terms):
        yield from _of_scope(scope, f"{path}.{name}")
    who, at = terms.eligibility, f"{path}.eligibility"
    yield from _each("TradingRelationship", who.relationship_ids, f"{at}.relationshipIds")
    yield from _each("CustomerLevel", who.level_ids, f"{at}.levelIds")
    yield from _each("CustomerGroup", who.group_ids, f"{at}.groupIds")
    yield from _each("Territory", who.territory_ids, f"{at}.territoryIds")
    yield from _each("MembershipTier", who.membership_tier_ids, f"{at}.membershipTierIds")
    if terms.gift is not None and terms.gift.sku_id is not None:
        yield _Named("Sku", terms.gift.sku_id, f"{path}.gift.skuId")
    if terms.funding is not None:
        organisation = terms.funding.organisation_id
        yield _Named("Organisation", organisation, f"{path}.funding.organisationId")


def _scopes(terms: SchemeTerms) -> Iterator[tuple[str, ProductScope]]:
    yield "scope", terms.scope
    if terms.benefit_scope is not None:
        yield "benefitScope", terms.benefit_scope
    for place, requirement in enumerate(terms.requirements):
        yield f"requirements.{place}.scope", requirement.scope


def _of_scope(scope: ProductScope, path: str) -> Iterator[_Named]:
    yield from _each("Sku", scope.sku_ids, f"{path}.skuIds")
    yield from _each("Brand", scope.brand_ids, f"{path}.brandIds")
    yield from _each("Category", scope.category_ids, f"{path}.categoryIds")
    yield from _each("Sku", scope.excluded_sku_ids, f"{path}.excludedSkuIds")


def _each(kind: str, keys: Iterable[UUID], path: str) -> Iterator[_Named]:
    for place, key in enumerate(keys):
        yield _Named(kind, key, f"{path}.{place}")


def _known(work: Work, kind: str, keys: set[UUID]) -> Select[*tuple[Any, ...]]:
    named = literal(kind).label("kind")
    if kind in _OWN:
        table = _OWN[kind]
        own = table.seller_id == work.actor.own_organisation
        return select(named, table.id).where(
            table.tenant_id == work.tenant_id, table.id.in_(keys), own
        )
    if kind == "Sku":
        return (
            select(named, Sku.id)
            .join(Product, and_(Product.tenant_id == Sku.tenant_id, Product.id == Sku.product_id))
            .where(Sku.tenant_id == work.tenant_id, Sku.id.in_(keys), readable_products(work))
        )
    if kind == "Organisation":
        return _funders(work, keys)
    word = Brand if kind == "Brand" else Category
    return select(named, word.id).where(word.tenant_id == work.tenant_id, word.id.in_(keys))


def _funders(work: Work, keys: set[UUID]) -> Select[*tuple[Any, ...]]:
    """Select who may be claimed: the seller itself, those above it, those it buys from."""
    own = work.actor.own_organisation
    above = select(OrganisationAncestry.ancestor_id).where(
        OrganisationAncestry.tenant_id == work.tenant_id,
        OrganisationAncestry.descendant_id == own,
    )
    sellers = select(TradingRelationship.seller_id).where(
        TradingRelationship.tenant_id == work.tenant_id, TradingRelationship.buyer_id == own
    )
    return select(literal("Organisation").label("kind"), Organisation.id).where(
        Organisation.tenant_id == work.tenant_id,
        Organisation.id.in_(keys),
        or_(Organisation.id.in_(above), Organisation.id.in_(sellers)),
    )
