"""Where organisations take goods in, and what orders keep of it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.kernel.errors import Invalid
from app.organisations.models import DeliveryAddress
from app.organisations.rules.addresses import Address, Weekday, Window, takes_goods
from tests.support.branches import key
from tests.support.chain import Chain
from tests.support.network import actions, count
from tests.support.world import gid

ABOUT = """... on DeliveryAddress { id label street timeZone isDefault closedDays givenUpAt
    windows { weekday opensAt closesAt } } ... on Refusal { code field message }"""
ADD = f"""mutation($input: AddDeliveryAddressInput!) {{
    addDeliveryAddress(input: $input) {{ {ABOUT} }} }}"""
CHANGE = f"""mutation($input: ChangeDeliveryAddressInput!) {{
    changeDeliveryAddress(input: $input) {{ {ABOUT} }} }}"""
ARCHIVE = f"""mutation($input: ArchiveDeliveryAddressInput!) {{
    archiveDeliveryAddress(input: $input) {{ {ABOUT} }} }}"""
LIST = """query($id: ID) { deliveryAddresses(organisationId: $id) {
    edges { node { label isDefault } } } }"""
CREATE = """mutation($input: CreateOrderInput!) { createOrder(input: $input) {
    ... on Order { id deliveryAddress { label street windows { weekday } } }
    ... on Refusal { code field message } } }"""
ORDER = "query($id: ID!) { order(id: $id) { deliveryAddress { label street } } }"
DAY = timedelta(days=1)
MORNINGS = [{"weekday": "MONDAY", "opensAt": "08:00", "closesAt": "11:30"}]


def said(label="Back door", **more):
    given = {"label": label, "street": "12 Long Street", "city": "Wuhan"}
    return given | {"timeZone": "Asia/Shanghai", **more}


@pytest.fixture
async def chain(world):
    return await Chain.create(world)


@pytest.fixture
async def shop(world, chain):
    return await world.member(chain.retailer, "ENTERPRISE_ADMIN", "BUYER")


async def add(person, *, is_default=False, **more):
    given = {"address": said(**more), "isDefault": is_default}
    return (await person.ask(ADD, input=given)).data["addDeliveryAddress"]


async def change(person, address, **more):
    given = {"addressId": address["id"], "address": said(**more)}
    return await person.ask(CHANGE, input=given)


async def listed(person, organisation=None):
    wanted = gid("Organisation", organisation) if organisation else None
    edges = (await person.ask(LIST, id=wanted)).data["deliveryAddresses"]["edges"]
    return [(edge["node"]["label"], edge["node"]["isDefault"]) for edge in edges]


async def order(person, chain, address, **more):
    given = {
        "idempotencyKey": address["id"] + str(more),
        "relationshipId": gid("TradingRelationship", chain.downstream),
        "lines": [{"skuId": gid("Sku", chain.sku), "quantity": "24"}],
        "deliveryAddressId": address["id"],
    }
    return await person.ask(CREATE, input=given | more)


async def test_an_organisation_has_several_addresses_and_one_default(world, shop):
    first = await add(shop, windows=MORNINGS, closedDays=["2027-01-01", "2026-12-25"])
    second = await add(shop, label="Cellar", is_default=True)

    taken = await add(shop, label="Cellar")

    assert first["windows"] == MORNINGS
    assert (first["isDefault"], first["closedDays"]) == (True, ["2026-12-25", "2027-01-01"])
    assert second["isDefault"]
    assert taken["code"] == "ADDRESS_LABEL_TAKEN"
    assert await listed(shop) == [("Back door", False), ("Cellar", True)]


async def test_an_order_keeps_the_address_as_it_was(world, chain, shop):
    address = await add(shop, windows=MORNINGS)
    placed = (await order(shop, chain, address)).data["createOrder"]
    await change(shop, address, street="99 New Street")
    await shop.ask(ARCHIVE, input={"addressId": address["id"]})

    kept = (await shop.ask(ORDER, id=placed["id"])).data["order"]["deliveryAddress"]
    later = await order(shop, chain, address, note="again")

    assert placed["deliveryAddress"]["windows"] == [{"weekday": "MONDAY"}]
    assert kept == {"label": "Back door", "street": "12 Long Street"}
    assert later.error_codes == ["NOT_FOUND"]
    assert await listed(shop) == []
    trail = ["ADD_DELIVERY_ADDRESS", "CHANGE_DELIVERY_ADDRESS", "GIVE_UP_DELIVERY_ADDRESS"]
    assert await actions(world, key(address["id"])) == trail


async def test_nothing_is_ordered_for_a_day_on_which_no_goods_are_taken(chain, shop):
    address, tomorrow = await add(shop, windows=MORNINGS), datetime.now(UTC).date() + DAY
    days = [tomorrow + ahead * DAY for ahead in range(1, 15)]
    monday = next(day for day in days if day.weekday() == 0)
    tuesday = (monday + DAY).isoformat()

    refused = await order(shop, chain, address, requestedDeliveryOn=tuesday)
    taken = await order(shop, chain, address, requestedDeliveryOn=monday.isoformat())

    assert refused.data["createOrder"] == {
        "code": "DELIVERY_DAY_CLOSED",
        "field": "requestedDeliveryOn",
        "message": f"Back door takes no goods on {tuesday}.",
    }
    assert taken.data["createOrder"]["deliveryAddress"]["label"] == "Back door"


async def test_sellers_see_where_their_customers_take_goods_and_nobody_else_does(
    world, chain, shop
):
    address = await add(shop)
    stranger = await world.organisation("Stranger", "RETAILER", chain.distributor)
    seller = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    sibling = await world.member(stranger, "ENTERPRISE_ADMIN", "BUYER")
    top = await world.member(chain.brand, "ENTERPRISE_ADMIN")

    changed = await change(sibling, address)
    ordered = await order(seller, chain, address, channel="SALES_REP")

    assert await listed(seller, chain.retailer) == [("Back door", True)]
    assert await listed(sibling, chain.retailer) == await listed(top, chain.retailer) == []
    assert changed.error_codes == ["NOT_FOUND"]
    assert ordered.data["createOrder"]["deliveryAddress"]["label"] == "Back door"
    assert await count(world, DeliveryAddress) == 1


WRONG = (
    {"label": " "},
    {"time_zone": "Mars/Olympus"},
    {"windows": [Window(Weekday.MONDAY, "8", "09:00")]},
    {"windows": [Window(Weekday.MONDAY, "10:00", "09:00")]},
    {
        "windows": [
            Window(Weekday.MONDAY, "08:00", "10:00"),
            Window(Weekday.MONDAY, "09:00", "11:00"),
        ]
    },
)


def an_address(**more):
    texts = dict.fromkeys(("contact_name", "telephone", "region", "postal_code", "country"), "")
    given = {"label": "Yard", "street": "1", "city": "C", "time_zone": "UTC"}
    return Address(**texts, **{**given, **more})


@pytest.mark.parametrize("wrong", WRONG)
def test_an_address_without_meaning_is_refused(wrong):
    with pytest.raises(Invalid):
        an_address(**wrong).columns()


def test_goods_are_taken_on_the_weekdays_of_the_windows_but_for_closed_days():
    monday = Window(Weekday.MONDAY, "08:00", "10:00")
    stored = an_address(windows=[monday], closed_days=[date(2026, 11, 30)]).columns()

    taken = [day for day in range(1, 15) if takes_goods(stored, date(2026, 12, day))]

    assert taken == [7, 14]
    assert not takes_goods(stored, date(2026, 11, 30))
    assert takes_goods(an_address().columns(), date(2026, 12, 1))
