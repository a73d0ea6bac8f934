"""Setting the prices of a list, and what is kept of those before."""

from datetime import UTC, datetime, timedelta

import pytest

from app.audit.models import AuditEntry
from app.pricing.models import PriceEntry
from tests.support.days import network_day
from tests.support.prices import (
    END,
    ENTRIES,
    PRICE_AT,
    ask_to_set,
    asking,
    line,
    price,
    priced,
)
from tests.support.shelf import Shelf, count, entries_of, midnight, shelf_of
from tests.support.world import World, gid


@pytest.fixture
async def shelf(world: World) -> Shelf:
    return await shelf_of(world)


async def net_at(shelf: Shelf, instant: datetime) -> str:
    question = asking(shelf.relationship, [line(shelf.sku, "1")], at=instant.isoformat())
    return (await shelf.admin.ask(PRICE_AT, input=question)).data["priceAt"]["net"]


async def test_a_new_price_closes_the_old_one_and_keeps_it(shelf):
    await ask_to_set(shelf.admin, shelf.list_id, price(shelf.sku, "3.00"))
    between = datetime.now(UTC)
    await ask_to_set(shelf.admin, shelf.list_id, price(shelf.sku, "3.30"))

    old, new = await entries_of(shelf)

    assert (old["amount"], new["amount"]) == ("3", "3.30")
    assert old["validUntil"] == new["validFrom"]
    assert new["validUntil"] is None
    assert await net_at(shelf, between) == "3"
    assert await net_at(shelf, datetime.now(UTC)) == "3.30"
    assert await count(shelf, AuditEntry) == 2


async def test_setting_the_same_prices_again_changes_nothing(shelf):
    await ask_to_set(shelf.admin, shelf.list_id, price(shelf.sku, "3.00"))
    before = await entries_of(shelf)

    await ask_to_set(shelf.admin, shelf.list_id, price(shelf.sku, "3.0000"))

    assert await entries_of(shelf) == before
    assert await count(shelf, AuditEntry) == 1


async def test_an_offer_of_some_days_gives_way_again(shelf):
    await ask_to_set(shelf.admin, shelf.list_id, price(shelf.sku, "10.00"))
    first, last = network_day(10), network_day(12)

    await ask_to_set(
        shelf.admin,
        shelf.list_id,
        price(shelf.sku, "9.00"),
        validFrom=str(first),
        validUntil=str(last),
    )

    second = timedelta(seconds=1)
    assert await net_at(shelf, midnight(first) - second) == "10"
    assert await net_at(shelf, midnight(first)) == "9"
    assert await net_at(shelf, midnight(last + timedelta(days=1)) - second) == "9"
    assert await net_at(shelf, midnight(last + timedelta(days=1))) == "10"


async def test_a_price_that_has_not_begun_is_corrected_in_place(shelf):
    start = network_day(10)
    await ask_to_set(shelf.admin, shelf.list_id, price(shelf.sku, "9"), validFrom=str(start))

    await ask_to_set(shelf.admin, shelf.list_id, price(shelf.sku, "8"), validFrom=str(start))

    (only,) = await entries_of(shelf)
    assert (only["amount"], only["validUntil"]) == ("8", None)
    assert await count(shelf, AuditEntry) == 2


async def test_the_past_keeps_its_prices(shelf):
    yesterday = str(network_day(-1))

    answer = await ask_to_set(
        shelf.admin, shelf.list_id, price(shelf.sku, "9"), validFrom=yesterday
    )

    refusal = answer.data["setPrices"]
    assert (refusal["code"], refusal["field"]) == ("PRICE_FROM_PAST", "validFrom")
    assert await count(shelf, PriceEntry) == 0


async def test_thresholds_are_kept_in_pieces_and_categories_take_percentages(shelf):
    category = gid("Category", shelf.world.category_id)
    key = await priced(
        shelf.admin,
        [
            {"skuId": gid("Sku", shelf.sku), "percentOfList": "95"},
            price(shelf.sku, "60", packagingLevel="CASE", fromQuantity="2", fromUnit="CASE"),
            {"categoryId": category, "percentOfList": "97.5", "fromQuantity": "12"},
            {
                "categoryId": category,
                "brandId": gid("Brand", shelf.world.brand_id),
                "percentOfList": "90",
            },
        ],
        kind="BUYER",
        relationshipId=gid("TradingRelationship", shelf.relationship),
    )

    answer = await shelf.admin.ask(ENTRIES, id=key)

    nodes = [edge["node"] for edge in answer.data["priceList"]["entries"]["edges"]]
    assert [node["fromQuantity"] for node in nodes] == ["0", "48", "12", "0"]
    assert [node["percentOfList"] for node in nodes] == ["95", None, "97.50", "90"]
    assert [node["packagingLevel"] for node in nodes] == [None, "CASE", None, None]


@pytest.mark.parametrize(
    ("fault", "code", "field"),
    [
        ({"amount": "1"}, "AMOUNT_NEEDS_SKU", "entries.1.amount"),
        ({"percentOfList": "88"}, "PERCENT_ON_BASE_LIST", "entries.1.percentOfList"),
        (
            {"sku": True, "packagingLevel": "PALLET"},
            "NO_SUCH_PACKAGING",
            "entries.1.packagingLevel",
        ),
        ({"sku": True, "fromUnit": "PALLET"}, "NO_SUCH_PACKAGING", "entries.1.fromUnit"),
        ({"sku": True, "fromQuantity": "0.5"}, "FRACTIONAL_PIECES", "entries.1.fromQuantity"),
        ({"sku": True}, "PRICE_ENTRY_REPEATED", "entries.1"),
    ],
)
async def test_a_fault_in_one_entry_refuses_all(shelf, fault, code, field):
    entry = {key: value for key, value in fault.items() if key != "sku"}
    entry = price(shelf.sku, "2", **entry) if "sku" in fault else entry

    answer = await ask_to_set(shelf.admin, shelf.list_id, price(shelf.sku, "3"), entry)

    refusal = answer.data["setPrices"]
    assert (refusal["__typename"], refusal["code"], refusal["field"]) == ("Refusal", code, field)
    assert await count(shelf, PriceEntry) == await count(shelf, AuditEntry) == 0


@pytest.mark.parametrize(
    ("fault", "code", "field"),
    [
        ({}, "INVALID", "entries.1.amount"),
        ({"sku": "own", "amount": "1", "percentOfList": "5"}, "INVALID", "entries.1.amount"),
        ({"sku": "own", "amount": "-1"}, "INVALID", "entries.1.amount"),
        ({"sku": "own", "amount": "0.00001"}, "INVALID", "entries.1.amount"),
        ({"sku": "own", "amount": "1", "fromQuantity": "-1"}, "INVALID", "entries.1.fromQuantity"),
        ({"sku": "own", "amount": "1", "brand": "own"}, "INVALID", "entries.1.skuId"),
        ({"brand": "own", "percentOfList": "5"}, "INVALID", "entries.1.categoryId"),
        ({"sku": "no", "amount": "1"}, "NOT_FOUND", "entries.1.skuId"),
        ({"category": "no", "percentOfList": "5"}, "NOT_FOUND", "entries.1.categoryId"),
        ({"category": "wrong", "percentOfList": "5"}, "NOT_FOUND", "entries.1.categoryId"),
    ],
)
async def test_a_meaningless_entry_changes_nothing(shelf, fault, code, field):
    own = {"sku": shelf.sku, "brand": shelf.world.brand_id, "category": shelf.world.category_id}
    entry = {}
    for name, value in fault.items():
        kind = "Sku" if value == "wrong" else name.capitalize()
        key = own.get(name) if value == "own" else shelf.brand
        entry |= {f"{name}Id": gid(kind, key)} if name in own else {name: value}

    answer = await ask_to_set(shelf.admin, shelf.list_id, price(shelf.sku, "3"), entry)

    assert answer.body["errors"][0]["extensions"] == {"code": code, "field": field}
    assert await count(shelf, PriceEntry) == await count(shelf, AuditEntry) == 0


async def test_an_ended_list_takes_no_more_prices(shelf):
    key = gid("PriceList", shelf.list_id)
    ended = await shelf.admin.ask(END, input={"priceListId": key})

    set_after = await ask_to_set(shelf.admin, key, price(shelf.sku, "1"))
    again = await shelf.admin.ask(END, input={"priceListId": key})

    assert ended.data["endPriceList"]["__typename"] == "PriceList"
    assert set_after.data["setPrices"]["code"] == "PRICE_LIST_ENDED"
    assert again.data["endPriceList"]["code"] == "PRICE_LIST_ENDED"
    assert await count(shelf, AuditEntry) == 1
