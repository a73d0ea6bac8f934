"""How a case is written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from app.kernel.ids import new_id


class Things(Protocol):
    """Global ids by name, as `tests.support.branches` names them."""

    def __getitem__(self, name: str) -> str: ...


Build = Callable[[Things, Things], Mapping[str, Any]]


@dataclass(frozen=True)
class Case:
    """One use of a root field.

    `owner` is the side of the attacked branch that could do it. A thing of the whole network is
    foreign to other tenants only. `changes` says that the stranger writes rows of their own;
    `is_answered`, that faults are told as data.
    """

    build: Build
    owner: str = "seller"
    is_of_network: bool = False
    changes: bool = False
    is_for_staff: bool = False
    is_public: bool = False
    is_answered: bool = False


def of(build: Build, **more: Any) -> tuple[Case, ...]:
    return (Case(build, **more),)


def given(build: Build, **more: Any) -> tuple[Case, ...]:
    """A case of a field with one `input`."""
    return (Case(lambda it, own: {"input": build(it, own)}, **more),)


def an_order(state: str, owner: str = "seller", **more: Any) -> tuple[Case, ...]:
    """A command on an order in the state from which it could be given."""
    return given(lambda it, _: {"orderId": it[f"Order:{state}"], **more}, owner=owner)


def a_shipment(state: str, owner: str = "seller", **more: Any) -> tuple[Case, ...]:
    return given(lambda it, _: {"shipmentId": it[f"Shipment:{state}"], **more}, owner=owner)


def a_price_change(name: str, **more: Any) -> tuple[Case, ...]:
    return given(lambda it, _: {"changeSetId": it[f"PriceChangeSet:{name}"], **more})


def once() -> str:
    return new_id().hex


def lines(sku: str) -> list[dict[str, str]]:
    return [{"skuId": sku, "quantity": "1"}]


def pieces(line: str) -> list[dict[str, str]]:
    return [{"orderLineId": line, "pieces": "1"}]


def goods(sku: str) -> list[dict[str, str]]:
    return [{"skuId": sku, "packagingLevel": "PIECE", "quantity": "1", "lotCode": "L1"}]


GRANTS = [{"permission": "ORDER_READ", "scope": "ORGANISATION"}]
NOTHING = of(lambda _it, _own: {})
A_PERSON = {"name": "Mallory", "initialPassword": "correct horse battery"}
WHY = {"reason": "because"}
SKU = {"name": "Tea", "packaging": [{"level": "PIECE", "factor": "1"}]}
