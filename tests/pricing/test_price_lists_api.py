"""Making lists and setting prices: own lists only, over time, all or nothing."""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.pricing.models import PriceEntry, PriceList
from tests.support.days import network_day
from tests.support.prices import (
    CREATE,
    END,
    ENTRIES,
    PRICE_AT,
    ask_to_set,
    asking,
    create_list,
    line,
    price,
    priced,
    quoted,
)
from tests.support.world import Person, World, gid


class Shelf(NamedTuple):
    """A brand with an empty base list, one SKU (case 24), one customer and a sibling of it."""

    world: World
    brand: UUID
    admin: Person
    stranger: Person
    relationship: UUID
    sku: UUID
    list_id: UUID


@pytest.fixture
async def shelf(world: World) -> Shelf:
    async with world.at_once():
        brand = await world.organisation("Brand", "BRAND")
        shop, sibling = [await world.organisation(name, "RETAILER", brand) for name in ("A", "B")]
        await world.relationship(brand, sibling)
        return Shelf(
            world,
            brand,
            await world.member(brand, "ENTERPRISE_ADMIN"),
            await world.member(sibling, "ENTERPRISE_ADMIN"),
            await world.relationship(brand, shop),
            await world.sku(brand, "Tonic", case=24),
            await world.price(brand, {}),
        )


async def entries_of(shelf: Shelf, at: datetime | None = None) -> list[dict[str, Any]]:
    key = gid("PriceList", shelf.list_id)
    answer = await shelf.admin.ask(ENTRIES, id=key, at=at.isoformat() if at else None)
    return [edge["node"] for edge in answer.data["priceList"]["entries"]["edges"]]


async def count(shelf: Shelf, table: Any) -> int:
    counted = select(func.count()).select_from(table)
    return await shelf.world.run(lambda work: work.session.scalar(counted))


async def net_at(shelf: Shelf, instant: datetime) -> str:
    question = asking(shelf.relationship, [line(shelf.sku, "1")], at=instant.isoformat())
    return (await shelf.admin.ask(PRICE_AT, input=question)).data["priceAt"]["net"]


def midnight(day: Any) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("Asia/Shanghai"))


async def test_a_list_is_valid_through_the_days_that_were_typed(shelf):
    made = await create_list(
        shelf.admin,
        kind="CONTRACT",
        name=" Summer ",
        relationshipId=gid("TradingRelationship", shelf.relationship),
        validFrom="2026-06-01",
        validUntil="2026-06-30",
        priority=7,
        combination="REPLACE",
        contractRule="LOWEST_WINS",
        breakType="GRADUATED",
        isTaxInclusive=True,
    )

    assert made | {"id": ""} == {
        "__typename": "PriceList",
        "id": "",
        "name": "Summer",
        "kind": "CONTRACT",
        "currency": "CNY",
        "priority": 7,
        "isTaxInclusive": True,
        "combination": "REPLACE",
        "contractRule": "LOWEST_WINS",
        "breakType": "GRADUATED",
        "validFrom": "2026-05-31T16:00:00+00:00",
        "validUntil": "2026-06-30T16:00:00+00:00",
        "level": None,
        "relationship": {"buyer": {"name": "A"}},
    }


async def test_the_same_key_makes_one_list(shelf):
    first = await create_list(shelf.admin, name="Once", idempotencyKey="once")
    again = await create_list(shelf.admin, name="Once", idempotencyKey="once")
    other = await create_list(shelf.admin, name="Twice", idempotencyKey="once")

    assert first == again
    assert other["code"] == "IDEMPOTENCY_KEY_REUSED"
    assert await count(shelf, PriceList) == 2
    assert await count(shelf, AuditEntry) == 1


async def test_a_period_needs_a_day(shelf):
    made = await create_list(shelf.admin, validFrom="2026-06-02", validUntil="2026-06-01")

    assert (made["code"], made["field"]) == ("PRICE_LIST_PERIOD_WRONG", "validUntil")
    assert await count(shelf, PriceList) == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": "  "}, "name"),
        ({"currency": "XXQ"}, "currency"),
        ({"kind": "CHANNEL"}, "salesChannel"),
        ({"kind": "GROUP"}, "groupId"),
        ({"kind": "TERRITORY"}, "territoryId"),
        ({"kind": "INHERITED"}, "kind"),
        ({"kind": "LEVEL"}, "levelId"),
        ({"kind": "BUYER"}, "relationshipId"),
        ({"validFrom": "1066-10-14"}, "validFrom"),
    ],
)
async def test_a_meaningless_list_is_not_made(shelf, fields, field):
    given = {"idempotencyKey": "k", "kind": "BASE", "name": "Base", "validFrom": "2026-01-01"}

    answer = await shelf.admin.ask(CREATE, input=given | fields)

    assert answer.body["errors"][0]["extensions"] == {"code": "INVALID", "field": field}
    assert await count(shelf, PriceList) == 1


async def test_levels_and_relationships_of_other_sellers_are_not_found(shelf):
    level = await shelf.world.level(shelf.brand, "Retailer")
    given = {"idempotencyKey": "k", "name": "Mine?", "validFrom": "2026-01-01"}
    key = gid("TradingRelationship", shelf.relationship)

    by_level = await shelf.stranger.ask(
        CREATE, input=given | {"kind": "LEVEL", "levelId": gid("CustomerLevel", level)}
    )
    by_buyer = await shelf.stranger.ask(
        CREATE, input=given | {"kind": "BUYER", "relationshipId": key}
    )

    assert by_level.error_codes == by_buyer.error_codes == ["NOT_FOUND"]
    assert await count(shelf, PriceList) == 1


async def test_lists_of_another_seller_are_not_found(shelf):
    key = gid("PriceList", shelf.list_id)

    read = await shelf.stranger.ask("query ($id: ID!) { priceList(id: $id) { name } }", id=key)
    written = await ask_to_set(shelf.stranger, key, price(shelf.sku, "1"))
    ended = await shelf.stranger.ask(END, input={"priceListId": key})
    listed = await shelf.stranger.ask("{ priceLists { edges { node { name } } } }")
    unknown = await shelf.admin.ask(END, input={"priceListId": gid("PriceList", shelf.sku)})

    for answer in (read, written, ended, unknown):
        assert answer.body["errors"][0]["message"] == "There is no such PriceList."
    assert listed.data["priceLists"]["edges"] == []
    assert await count(shelf, PriceEntry) == await count(shelf, AuditEntry) == 0


async def test_a_buyer_may_neither_read_nor_write_lists(shelf):
    buyer = await shelf.world.member(shelf.brand, "BUYER")

    read = await buyer.ask("{ priceLists { edges { node { name } } } }")
    written = await ask_to_set(buyer, shelf.list_id, price(shelf.sku, "1"))

    assert read.error_codes == written.error_codes == ["FORBIDDEN"]
    assert await count(shelf, PriceEntry) == 0


async def test_own_lists_come_by_name_a_page_at_a_time(shelf):
    for name in ("Zeta", "Alpha"):
        await shelf.world.price(shelf.brand, {}, name=name)
    ask = """query ($after: String) { priceLists(first: 2, after: $after) {
        pageInfo { hasNextPage endCursor } edges { node { name } } } }"""

    first = (await shelf.admin.ask(ask)).data["priceLists"]
    rest = await shelf.admin.ask(ask, after=first["pageInfo"]["endCursor"])

    assert [edge["node"]["name"] for edge in first["edges"]] == ["Alpha", "List"]
    assert [edge["node"]["name"] for edge in rest.data["priceLists"]["edges"]] == ["Zeta"]


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


async def test_the_last_day_of_a_list_belongs_to_it(shelf):
    await ask_to_set(shelf.admin, shelf.list_id, price(shelf.sku, "3"))
    key = gid("PriceList", shelf.list_id)

    past = await shelf.admin.ask(END, input={"priceListId": key, "lastDay": str(network_day(-1))})
    answer = await shelf.admin.ask(END, input={"priceListId": key, "lastDay": str(network_day())})
    still = await quoted(shelf.admin, shelf.relationship, line(shelf.sku, "1"))

    end = midnight(network_day(1)).astimezone(UTC)
    assert (past.data["endPriceList"]["code"], past.data["endPriceList"]["field"]) == (
        "PRICE_FROM_PAST",
        "lastDay",
    )
    assert answer.data["endPriceList"]["validUntil"] == end.isoformat()
    assert still["net"] == "3"


async def test_a_list_that_has_not_begun_cannot_end_before_it(shelf):
    begins = network_day(5)
    made = await create_list(shelf.admin, validFrom=str(begins))

    answer = await shelf.admin.ask(END, input={"priceListId": made["id"]})

    refusal = answer.data["endPriceList"]
    assert (refusal["code"], refusal["field"]) == ("PRICE_LIST_PERIOD_WRONG", "lastDay")


@pytest.mark.parametrize("number", [1, 60])
async def test_setting_any_number_of_prices_takes_the_same_statements(shelf, statements, number):
    skus = [await shelf.world.sku(shelf.brand) for _ in range(number)]
    await ask_to_set(shelf.admin, shelf.list_id, *(price(sku, "3") for sku in skus))

    with statements.counting() as sent:
        answer = await ask_to_set(shelf.admin, shelf.list_id, *(price(sku, "4") for sku in skus))

    assert answer.data["setPrices"]["__typename"] == "PriceList"
    # begin, actor, lock, rule, terms, packs, SKUs, set, rows, bands, time, from
    # when it is known, prices, that in the set, event with audit, commit
    assert len(sent) == 16


async def test_entries_of_an_instant_leave_older_versions_out(shelf):
    await ask_to_set(shelf.admin, shelf.list_id, price(shelf.sku, "3.00"))
    await ask_to_set(shelf.admin, shelf.list_id, price(shelf.sku, "3.30"))

    (only,) = await entries_of(shelf, datetime.now(UTC))

    assert only["amount"] == "3.30"
