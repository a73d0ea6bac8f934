"""The workloads: who asks what, in enough variants that no answer is the last one's."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.orders.operations.drafting import MOST_LINES
from bench.http import documents
from bench.http.load import KEY_MARK
from bench.http.people import Buyer, People, answer_of, global_id, request_of
from bench.keys import Kind, key
from bench.sizes import CART_LINES, ORDER_LINES, Size

VARIANTS, FEW = 48, 4
LARGE_LINES = min(ORDER_LINES, MOST_LINES)
"""A large order has a thousand lines, or as many as one order may have."""

_STOCKED = 100
_UNITS = ("CASE", "PIECE", "INNER")
_FAILURES = ('"errors":', '"errors" :')
_REFUSALS = (*_FAILURES, '"code":', '"code" :')
_TEXTS = ("P", "Pr", "Prod", "Product 0", "Product 00", "Product 001", "SKU-0", "SKU-001", "duct 0")


@dataclass(frozen=True, slots=True)
class Asked:
    """One variant: who asks, and with which variables."""

    buyer: Buyer
    variables: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Workload:
    """One operation with its variants; `is_slow` ones are pressed by few connections only."""

    name: str
    title: str
    document: str
    variants: Callable[["Setting"], Sequence[Asked]]
    unwanted: tuple[str, ...] = _FAILURES
    is_slow: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """Where variants are made: the network's size, its people, and a server that may be asked."""

    size: Size
    people: People
    port: int
    has_availability: bool
    totals: dict[str, str] = field(default_factory=dict[str, str])
    """What baskets cost, by basket: asked anew for each figure, for budgets run out meanwhile."""

    def document(self, workload: Workload) -> str:
        """Return a workload's document in the words that the schema has today."""
        words = "availability { state }" if self.has_availability else ""
        return workload.document.replace("@AVAILABILITY@", words)

    def requests(self, workload: Workload) -> list[str]:
        """Return a workload's requests, ready to send."""
        document = self.document(workload)
        self.totals.clear()
        return [
            request_of(asked.buyer, document, asked.variables) for asked in workload.variants(self)
        ]

    def distributors(self, many: int = VARIANTS) -> list[tuple[int, Buyer]]:
        """Return distributors by number, all of them when there are fewer."""
        numbers = range(1, 1 + min(many, self.size.distributors))
        return [(number, self.people.distributor(number)) for number in numbers]


def _trivial(setting: Setting) -> list[Asked]:
    return [Asked(buyer, {}) for _, buyer in setting.distributors()]


def _catalogue(setting: Setting) -> list[Asked]:
    return [
        Asked(buyer, {"relationship": buyer.relationship}) for _, buyer in setting.distributors()
    ]


def _product(setting: Setting) -> list[Asked]:
    found: list[Asked] = []
    for number, buyer in setting.distributors():
        place = 1 + number * 7 % setting.size.skus
        asked = {
            "product": global_id("Product", key(Kind.PRODUCT, place)),
            "relationship": buyer.relationship,
            "code": f"SKU-{place:05}",
        }
        found.append(Asked(buyer, asked))
    return found


def _search(setting: Setting) -> list[Asked]:
    return [
        Asked(buyer, {"relationship": buyer.relationship, "text": _TEXTS[number % len(_TEXTS)]})
        for number, buyer in setting.distributors()
    ]


def _quote(setting: Setting) -> list[Asked]:
    return [
        Asked(buyer, {"input": _basket(setting.size.skus, buyer, number, CART_LINES)})
        for number, buyer in setting.distributors()
    ]


def _order(setting: Setting) -> list[Asked]:
    return [
        _placing(setting, buyer, _basket(setting.size.skus, buyer, number, CART_LINES))
        for number, buyer in setting.distributors()
    ]


def _outlet_order(setting: Setting) -> list[Asked]:
    found: list[Asked] = []
    for number in range(1, 1 + min(VARIANTS, setting.size.outlets)):
        buyer = setting.people.outlet(number)
        basket = _basket(min(_STOCKED, setting.size.skus), buyer, number, CART_LINES, ("PIECE",))
        found.append(_placing(setting, buyer, basket))
    return found


def _large_order(setting: Setting) -> list[Asked]:
    lines = min(LARGE_LINES, setting.size.skus * len(_UNITS))
    return [
        _placing(setting, buyer, _basket(setting.size.skus, buyer, 0, lines))
        for _, buyer in setting.distributors(FEW)
    ]


def _order_list(setting: Setting) -> list[Asked]:
    return [Asked(buyer, {}) for _, buyer in setting.distributors()]


def _order_detail(setting: Setting) -> list[Asked]:
    found: list[Asked] = []
    for number, buyer in setting.distributors():
        place = 5 * (number - 1 + setting.size.distributors)
        order = key(Kind.ORDER, place if place <= setting.size.orders else 5 * number - 5)
        found.append(Asked(buyer, {"order": global_id("Order", order)}))
    return found[1:]  # Order 0 of the first distributor does not exist in the smallest network.


def _basket(
    skus: int, buyer: Buyer, number: int, lines: int, units: tuple[str, ...] = _UNITS
) -> dict[str, Any]:
    return {
        "relationshipId": buyer.relationship,
        "lines": [
            {
                "skuId": global_id("Sku", key(Kind.SKU, 1 + (number * 31 + place) % skus)),
                "packagingLevel": units[place // skus % len(units)],
                "quantity": str(1 + (number + place) % 7),
            }
            for place in range(lines)
        ],
    }


def _placing(setting: Setting, buyer: Buyer, basket: dict[str, Any]) -> Asked:
    known = str(basket)
    if known not in setting.totals:
        quote = answer_of(setting.port, buyer, documents.QUOTE, {"input": basket})
        setting.totals[known] = quote["total"]
    given = {"idempotencyKey": KEY_MARK, "seenTotal": setting.totals[known], **basket}
    return Asked(buyer, {"input": given})


WORKLOADS = (
    Workload("trivial", "Trivial query", documents.TRIVIAL, _trivial),
    Workload("catalogue", "Catalogue page of 50", documents.CATALOGUE, _catalogue),
    Workload("product", "Product page", documents.PRODUCT, _product),
    Workload("search", "Search as you type", documents.SEARCH, _search),
    Workload("quote", "Cart of 10 lines, priced", documents.QUOTE, _quote),
    Workload("order", "Order of 10 lines", documents.ORDER, _order, _REFUSALS),
    Workload("outlet-order", "Outlet's order of 10", documents.ORDER, _outlet_order, _REFUSALS),
    Workload(
        "large-order",
        f"Order of {LARGE_LINES} lines",
        documents.ORDER,
        _large_order,
        _REFUSALS,
        is_slow=True,
    ),
    Workload("order-list", "Order list of 20", documents.ORDER_LIST, _order_list),
    Workload("order-detail", "Order detail", documents.ORDER_DETAIL, _order_detail),
)
