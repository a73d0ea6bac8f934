"""Making lists and setting prices: own lists only, over time, all or nothing."""

from datetime import UTC, datetime

import pytest

from app.audit.models import AuditEntry
from app.pricing.models import PriceEntry, PriceList
from tests.support.days import network_day
from tests.support.prices import (
    CREATE,
    END,
    ask_to_set,
    create_list,
    line,
    price,
    quoted,
)
from tests.support.shelf import Shelf, count, entries_of, midnight, shelf_of
from tests.support.world import World, gid


@pytest.fixture
async def shelf(world: World) -> Shelf:
    return await shelf_of(world)


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
