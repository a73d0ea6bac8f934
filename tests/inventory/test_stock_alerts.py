"""Stock calls for somebody when it is low, high, or near its end: once, and until it is mended."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.db.outbox import OutboxEvent
from app.inventory.commands import check_stock
from app.inventory.operations import Receipt, receive
from app.inventory.operations.alerting import stock_to_check
from app.inventory.rules.alerts import near_expiry_days
from app.tenants.operations import local_day
from tests.support.chain import Chain
from tests.support.ordering import give, own_cart
from tests.support.world import gid

ALERTS = """query($filter: StockAlertFilter) {
    stockAlerts(filter: $filter) { edges { node { id kind action state pieces quantity
        warehouse { name } sku { name } lot { code } } } }
    stockAlertCounts { kind action number } }"""
SET = """mutation($input: SetStockThresholdInput!) { setStockThreshold(input: $input) {
    ... on StockThreshold { id low target high watchesExpiry expiryDays } } }"""
SEE = """mutation($input: AcknowledgeStockAlertInput!) { acknowledgeStockAlert(input: $input) {
    ... on StockAlert { state acknowledgedByName note } ... on Refusal { code } } }"""
REMOVE = """mutation($input: RemoveStockThresholdInput!) { removeStockThreshold(input: $input) {
    ... on StockThresholdRemoved { thresholdId } } }"""


@pytest.fixture
async def chain(world):
    return await Chain.create(world)


@pytest.fixture
async def keeper(chain):
    return await chain.world.member(chain.distributor, "WAREHOUSE", name="Keeper")


async def ticked(world):
    """What the clock does each minute; returns how many organisations it had to look after."""
    due = await world.run(stock_to_check)
    for organisation_id in due:
        await world.run(lambda work, one=organisation_id: check_stock(work, one))
    return len(due)


async def alerts(person, **chosen):
    answer = await person.ask(ALERTS, filter=chosen)
    return [edge["node"] for edge in answer.data["stockAlerts"]["edges"]]


async def put(person, **given):
    return (await person.ask(SET, input=given)).data["setStockThreshold"]


async def told(world):
    async def look(work):
        kinds = select(OutboxEvent.data).where(OutboxEvent.kind == "stock_alerted")
        return (await work.session.scalars(kinds)).all()

    return await world.run(look)


async def test_low_stock_is_told_once_and_is_mended_by_goods(chain, keeper):
    world = chain.world
    await chain.stock(chain.distributor, 30)
    await put(keeper, skuId=gid("Sku", chain.sku), low="50", target="200", high="300")

    looked = [await ticked(world) for _ in range(2)]
    (low,) = await alerts(keeper, state="OPEN")
    seen = await keeper.ask(SEE, input={"alertId": low["id"], "note": "Ordered"})
    await chain.stock(chain.distributor, 10)
    await ticked(world)
    (followed,) = await alerts(keeper, kind="LOW", state="ACKNOWLEDGED")
    await chain.stock(chain.distributor, 400)
    await ticked(world)
    (high,) = await alerts(keeper, state="OPEN")
    (mended,) = await alerts(keeper, state="MENDED")
    again = await keeper.ask(SEE, input={"alertId": low["id"]})

    assert looked == [1, 0]
    assert (low["kind"], low["action"], low["pieces"], low["quantity"]) == (
        "LOW",
        "REPLENISH",
        "30",
        "170",
    )
    assert seen.data["acknowledgeStockAlert"] == {
        "state": "ACKNOWLEDGED",
        "acknowledgedByName": "Keeper",
        "note": "Ordered",
    }
    assert (followed["id"], followed["quantity"]) == (low["id"], "160")
    assert (high["kind"], high["action"], high["quantity"]) == ("HIGH", "PROMOTE", "140")
    assert mended["id"] == low["id"]
    assert again.data["acknowledgeStockAlert"] == {"code": "ALERT_MENDED"}
    first, second = await told(world)
    assert first["named"] == "Riverside Tea 500 ml (LOW: REPLENISH)"
    assert second["named"] == "Riverside Tea 500 ml (HIGH: PROMOTE)"
    keepers = first["recipients"]
    assert str(keeper.membership_id) in keepers


async def test_what_is_low_goes_into_a_cart_of_the_supplier_once(chain, keeper):
    world = chain.world
    admin = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    await chain.stock(chain.distributor, 30)
    await put(keeper, low="50", target="200")
    await ticked(world)
    (low,) = await alerts(keeper)
    up, down = (gid("TradingRelationship", it) for it in (chain.upstream, chain.downstream))
    taking = {"idempotencyKey": "take", "relationshipId": up, "alertIds": [low["id"]]}
    for _ in range(2):
        taken = await give(admin, "takeStockAlerts", "FilledCart", "taken lines { text }", **taking)
    as_seller = await admin.ask(
        """mutation($input: TakeStockAlertsInput!) { takeStockAlerts(input: $input) {
            __typename } }""",
        input={"idempotencyKey": "other", "relationshipId": down},
    )

    assert taken["taken"] == 1
    assert taken["lines"][0]["text"].endswith(": 170 pieces are missing.")
    assert await own_cart(admin, chain.upstream) == [("8", "CASE")]  # 192 pieces
    assert as_seller.error_codes == ["NOT_FOUND"]


async def test_the_most_particular_threshold_counts_and_another_warehouse_may_help(chain, keeper):
    world = chain.world
    await chain.stock(chain.distributor, 500)
    second = await world.warehouse(chain.distributor, "Second")
    goods = [Receipt(chain.sku, 5, "L-second", None, None)]
    await world.run(lambda work: receive(work, chain.distributor, second, goods, "test", None))
    everything = await put(keeper, low="10", watchesExpiry=False)
    await put(keeper, categoryId=gid("Category", world.category_id), low="1", high="100")
    warehouse = gid("Warehouse", second)
    await put(keeper, skuId=gid("Sku", chain.sku), warehouseId=warehouse, low="20", target="40")
    await put(keeper, skuId=gid("Sku", chain.sku), warehouseId=warehouse, low="20", target="50")

    await ticked(world)
    found = {each["warehouse"]["name"]: each for each in await alerts(keeper)}
    counts = (await keeper.ask(ALERTS, filter={})).data["stockAlertCounts"]
    removed = await keeper.ask(REMOVE, input={"thresholdId": everything["id"]})
    other = await world.member(chain.retailer, "WAREHOUSE")

    assert (found["Main"]["kind"], found["Main"]["quantity"]) == ("HIGH", "400")
    assert (found["Second"]["action"], found["Second"]["quantity"]) == ("TRANSFER", "45")
    assert counts == [
        {"kind": "HIGH", "action": "PROMOTE", "number": 1},
        {"kind": "LOW", "action": "TRANSFER", "number": 1},
    ]
    assert removed.data["removeStockThreshold"]["thresholdId"] == everything["id"]
    assert await alerts(other) == []


async def test_lots_near_their_expiry_and_those_beyond_it_are_named(chain, keeper):
    world = chain.world
    today = await world.run(local_day)
    for code, days in (("good", 60), ("near", 20), ("last", 0), ("gone", -1)):
        await chain.stock(
            chain.distributor,
            10,
            lot_code=code,
            produced_on=today - timedelta(days=300),
            expires_on=today + timedelta(days=days),
        )
    await put(keeper)
    await ticked(world)
    by_band = {each["lot"]["code"]: (each["kind"], each["action"]) for each in await alerts(keeper)}
    await put(keeper, expiryDays=60)
    await ticked(world)
    wider = {each["lot"]["code"] for each in await alerts(keeper, kind="NEAR_EXPIRY")}

    assert by_band == {
        "near": ("NEAR_EXPIRY", "PROMOTE"),
        "last": ("NEAR_EXPIRY", "PROMOTE"),
        "gone": ("EXPIRED", "DISPOSE"),
    }
    assert wider == {"good", "near", "last"}
    lives = (400, 365, 364, 180, 100, 89, 20, 10, 3)
    assert [near_expiry_days(days) for days in lives] == [45, 45, 20, 20, 15, 10, 5, 3, 1]


async def test_alerts_cost_the_same_however_many_and_thresholds_make_sense(
    chain, keeper, statements
):
    world = chain.world
    costs = []
    for number in (1, 8):
        for _ in range(number):
            sku = await world.sku(chain.brand, "Tea")
            goods = [Receipt(sku, 5, "L", None, None)]
            await world.run(
                lambda work, goods=goods: receive(
                    work, chain.distributor, None, goods, "test", None
                )
            )
        await put(keeper, low="10")
        with statements.counting() as sent:
            await ticked(world)
        costs.append(len(sent))
    wrong = (
        {"low": "10", "target": "5"},
        {"low": "10", "high": "5"},
        {"low": "0.5"},
        {"watchesExpiry": False},
        {"skuId": gid("Sku", chain.sku), "categoryId": gid("Category", world.category_id)},
    )

    assert costs[0] == costs[1]
    assert len(await alerts(keeper)) == 9
    for given in wrong:
        assert (await keeper.ask(SET, input=given)).error_codes == ["INVALID"], given
