"""All that can be asked about the trade of a priced scene, and what an answer tells."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from strawberry import relay

from tests.isolation.cases import CASES
from tests.isolation.priced_scene import PricedScene
from tests.support.documents import document, node_document, root_fields
from tests.support.told import told
from tests.support.world import Person

LOOKS: tuple[Mapping[str, str], ...] = (
    {},
    {"Sku@network": "passed on"},
    {
        "TradingRelationship": "other customer",
        "TradeScheme": "other scheme",
        "PriceList": "other list",
        "PriceChangeSet": "none",
    },
    {"TradingRelationship": "upstream"},
    {"TradingRelationship": "beside", "Sku@network": "passed on"},
    {"TradingRelationship": "downstream"},
)
"""Which things stand for others when what concerns them is asked again."""

_AGAIN = frozenset(
    {
        "buyerStanding",
        "catalogue",
        "customerPriceList",
        "myCoupons",
        "priceList",
        "quote",
        "relationship",
        "schemeStandings",
        "schemesForMe",
        "tradeScheme",
    }
)
_WITHOUT_PRICES = frozenset(
    {
        "brands",
        "categories",
        "customerGroups",
        "customerLevels",
        "lots",
        "members",
        "orderTransitions",
        "permissionCatalogue",
        "product",
        "products",
        "role",
        "roles",
        "sku",
        "skus",
        "stock",
        "stockMoves",
        "taxCategories",
        "tenants",
        "territories",
        "viewer",
        "warehouses",
    }
)
_DEEPER = {"catalogue": 5, "customerPriceList": 5, "priceGrid": 5, "comparePrices": 5}


@dataclass
class Told:
    """What somebody learned: all texts, and the number fields that held more than nothing."""

    texts: list[str] = field(default_factory=list)
    numbers: set[str] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)

    @property
    def text(self) -> str:
        return "\n".join(self.texts)

    def hear(self, body: Any) -> None:
        self.texts.append(told(body))
        self.codes |= {error["extensions"]["code"] for error in body.get("errors", [])}
        self._walk(body.get("data"))

    def _walk(self, found: Any) -> None:
        if isinstance(found, list):
            for each in found:
                self._walk(each)
        elif isinstance(found, dict):
            kind = found.get("__typename", "")
            self.numbers |= {f"{kind}.{name}" for name, value in found.items() if _tells(value)}
            for each in found.values():
                self._walk(each)


def _tells(value: Any) -> bool:
    return value is not None and not isinstance(value, (list, dict))


@dataclass(frozen=True)
class _Look:
    scene: PricedScene
    instead: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.scene[self.instead.get(name, name)]


async def asked_everything(scene: PricedScene, person: Person) -> Told:
    """Ask every query that may tell prices for the scene's things; look at each by its id."""
    known = Told()
    for text, variables in questions(scene):
        known.hear((await person.ask(text, **variables)).body)
    return known


def questions(scene: PricedScene) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield documents with their variables, each pair once."""
    seen: set[tuple[str, str]] = set()
    for text, variables in _all(scene):
        asked = text, json.dumps(variables, sort_keys=True)
        if asked not in seen:
            seen.add(asked)
            yield text, variables


def _all(scene: PricedScene) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for place, instead in enumerate(LOOKS):
        look = _Look(scene, instead)
        for name, cases in CASES.items():
            if _is_asked(name, again=place > 0):
                text = document(name, _DEEPER.get(name, 3))
                yield from ((text, case.build(look, look)) for case in cases)
    for thing in scene.things.values():
        yield node_document(relay.GlobalID.from_id(thing).type_name, 2), {"id": thing}


def _is_asked(name: str, *, again: bool) -> bool:
    is_query = root_fields()[name] == "query" and name not in _WITHOUT_PRICES
    return is_query and (name in _AGAIN or not again)
