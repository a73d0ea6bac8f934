"""Every place at which an id is taken: arguments and input fields, and who aims at them."""

from collections.abc import Iterator, Mapping
from typing import Any

from graphql import GraphQLInputObjectType, GraphQLInputType, get_named_type

from tests.isolation.cases import CASES
from tests.support.documents import ROOTS, root_fields, schema

Door = tuple[str, ...]

NOT_TRIED: Mapping[Door, str] = {
    ("node", "id"): "each type in NODES",
    ("nodes", "ids"): "each type in NODES",
    ("withdrawCoupons", "input", "batchId"): "is looked for within the scheme, which is tried",
    ("auditTrail", "filter", "actorMembershipId"): "narrows what is shown without it",
    ("auditTrail", "filter", "onBehalfOfOrganisationId"): "narrows what is shown without it",
    ("catalogue", "brandId"): "narrows what is shown without it",
    ("comparePrices", "input", "goods", "brandId"): "narrows what is shown without it",
    ("comparePrices", "input", "goods", "categoryId"): "narrows what is shown without it",
    ("moveOrganisation", "input", "terms", "levelId"): "one look-up with `createOrganisation`",
    ("moveOrganisation", "input", "terms", "territoryId"): "one look-up with `createOrganisation`",
    ("priceBands", "skuId"): "narrows what is shown without it",
    ("priceGrid", "input", "changeSetIds"): "one look-up with `simulateQuote`",
    ("priceGrid", "input", "goods", "brandId"): "narrows what is shown without it",
    ("priceGrid", "input", "goods", "categoryId"): "narrows what is shown without it",
    ("skus", "filter", "brandId"): "narrows what is shown without it",
    **{
        ("createTradeScheme", "input", "terms", *place, kind): "one look-up with `terms.scope`"
        for place in (("scope",), ("benefitScope",), ("requirements", "scope"))
        for kind in ("brandIds", "categoryIds", "excludedSkuIds", "skuIds")
        if (place, kind)
        not in {(("scope",), kind) for kind in ("brandIds", "excludedSkuIds", "skuIds")}
    },
}
"""Doors at which no case aims, and why."""


def not_tried() -> set[Door]:
    """With the terms of a scheme that is changed: they are checked as those of a new one."""
    terms = {
        door
        for door in doors()
        if door[:3] == ("changeTradeScheme", "input", "terms")
        and ("createTradeScheme", *door[1:]) in tried() | set(NOT_TRIED)
    }
    return set(NOT_TRIED) | (terms - tried())


class _Marked:
    """Says of each thing whose it is and nothing else."""

    def __init__(self, whose: str) -> None:
        self._whose = whose

    def __getitem__(self, name: str) -> str:
        return f"{self._whose} {name}"


def doors() -> set[Door]:
    """Every place, as the root field's name and the path below it."""
    types = (schema().query_type, schema().mutation_type, schema().subscription_type)
    found = set[Door]()
    for root, kind in zip(ROOTS, types, strict=True):
        for name, field in kind.fields.items() if kind else ():
            assert root_fields()[name] == root
            for argument, given in field.args.items():
                found |= {(name, argument, *path) for path in _below(given.type, ())}
    return found


def tried() -> set[Door]:
    """Every place at which a case has something of the victim's."""
    return {
        (name, *path)
        for name, cases in CASES.items()
        for case in cases
        for path in _aimed(case.build(_Marked("it"), _Marked("own")), ())
    }


def _below(given: GraphQLInputType, above: tuple[str, ...]) -> Iterator[Door]:
    named = get_named_type(given)
    if named.name == "ID":
        yield ()
    elif isinstance(named, GraphQLInputObjectType) and named.name not in above:
        for name, field in named.fields.items():
            for path in _below(field.type, (*above, named.name)):
                yield (name, *path)


def _aimed(given: Any, path: Door) -> Iterator[Door]:
    if isinstance(given, Mapping):
        for name, value in given.items():
            yield from _aimed(value, (*path, name))
    elif isinstance(given, list):
        for value in given:
            yield from _aimed(value, path)
    elif isinstance(given, str) and given.startswith("it "):
        yield path
