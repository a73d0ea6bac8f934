"""Assortments and days of delivery: what a seller says of each customer."""

from collections.abc import Mapping
from typing import Any

from tests.isolation.cases.writing import NOTHING, Case, Things, given, of, once


def _new(**goods: str) -> dict[str, Any]:
    return {"idempotencyKey": once(), "name": once(), "goods": [goods]}


def _goods(make: Any) -> tuple[Case, ...]:
    """Each kind of goods that an assortment takes, in an input that `make` builds."""
    return (
        given(lambda it, own: make(own, skuId=it["Sku:DRAFT"]))
        + given(lambda it, own: make(own, brandId=it["Brand@network"]), is_of_network=True)
        + given(lambda it, own: make(own, categoryId=it["Category@network"]), is_of_network=True)
    )


def _changed(own: Things, **goods: str) -> dict[str, Any]:
    return {"assortmentId": own["Assortment"], "goods": [goods]}


_AUDIENCES = (
    given(lambda it, own: {"assortmentId": it["Assortment"], "levelId": own["CustomerLevel"]})
    + given(
        lambda it, own: {
            "assortmentId": own["Assortment"],
            "relationshipId": it["TradingRelationship"],
        }
    )
    + given(lambda it, own: {"assortmentId": own["Assortment"], "levelId": it["CustomerLevel"]})
    + given(lambda it, own: {"assortmentId": own["Assortment"], "groupId": it["CustomerGroup"]})
)
_DAYS = {"weekdays": ["TUESDAY"]}
CASES: Mapping[str, tuple[Case, ...]] = {
    "assortments": NOTHING,
    "createAssortment": _goods(lambda _own, **goods: _new(**goods)),
    "changeAssortment": given(lambda it, _: {"assortmentId": it["Assortment"], "name": "Mine"})
    + _goods(_changed),
    "giveAssortment": _AUDIENCES,
    "withdrawAssortment": _AUDIENCES,
    "deliveryCalendars": NOTHING,
    "deliveryDays": of(lambda it, _: {"relationshipId": it["TradingRelationship"]}, owner="buyer"),
    "setDeliveryCalendar": given(
        lambda it, _: {"relationshipId": it["TradingRelationship"], **_DAYS}
    )
    + given(lambda it, _: {"territoryId": it["Territory"], **_DAYS}),
    "mustSell": of(lambda it, _: {"relationshipId": it["TradingRelationship"]}, owner="buyer"),
}
NODES: Mapping[str, tuple[str, ...]] = {"Assortment": ("Assortment",)}
