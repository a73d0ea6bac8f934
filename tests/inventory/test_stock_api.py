"""What a warehouse keeper does with stock through the API (R3-47, R1-47)."""

from app.inventory.models import StockMove
from app.inventory.operations import broken_invariants
from tests.support.network import count, network
from tests.support.world import gid

CREATE = """mutation($input: CreateWarehouseInput!) { createWarehouse(input: $input) {
    ... on Warehouse { id name region timeZone } ... on Refusal { code } } }"""
MOVED = """... on StockChange { moves { quantity cause reason lot { id code } } }
    ... on Refusal { code field }"""
RECEIVE = (
    f"""mutation($input: ReceiveStockInput!) {{ receiveStock(input: $input) {{ {MOVED} }} }}"""
)
ADJUST = f"""mutation($input: AdjustStockInput!) {{ adjustStock(input: $input) {{ {MOVED} }} }}"""
STOCK = "{ stock { edges { node { onHand reserved free warehouse { name } } } } }"
MOVES = "{ stockMoves { edges { node { quantity cause reason } } } }"


async def nodes(person, document):
    answer = await person.ask(document)
    (page,) = answer.data.values()
    return [edge["node"] for edge in page["edges"]]


async def test_goods_come_in_are_corrected_with_a_reason_and_every_move_stays(world):
    chain = await network(world)
    sku = await world.sku(chain.brand, case=24)
    keeper = await world.member(chain.east, "WAREHOUSE")
    made = await keeper.ask(CREATE, input={"name": "North", "region": "Zhejiang"})
    warehouse = made.data["createWarehouse"]
    goods = {"skuId": gid("Sku", sku), "packagingLevel": "CASE", "quantity": "2", "lotCode": "A7"}
    given = {"idempotencyKey": "in", "warehouseId": warehouse["id"], "goods": [goods]}

    received = (await keeper.ask(RECEIVE, input=given)).data["receiveStock"]
    lot = received["moves"][0]["lot"]
    correction = {"warehouseId": warehouse["id"], "lotId": lot["id"], "reason": "Broken bottles"}
    wish = correction | {"idempotencyKey": "fix", "quantity": "-3"}
    fixed = [(await keeper.ask(ADJUST, input=wish)).data["adjustStock"] for _ in range(2)]
    too_much = await keeper.ask(
        ADJUST, input=correction | {"idempotencyKey": "x", "quantity": "-46"}
    )

    assert (warehouse["name"], warehouse["region"]) == ("North", "Zhejiang")
    assert (lot["code"], received["moves"][0]["quantity"]) == ("A7", "48")
    assert fixed[0] == fixed[1]
    assert too_much.data["adjustStock"]["code"] == "NOT_ENOUGH_STOCK"
    assert await nodes(keeper, STOCK) == [
        {"onHand": "45", "reserved": "0", "free": "45", "warehouse": {"name": "North"}}
    ]
    assert await nodes(keeper, MOVES) == [
        {"quantity": "-3", "cause": "ADJUSTMENT", "reason": "Broken bottles"},
        {"quantity": "48", "cause": "RECEIPT", "reason": None},
    ]
    assert await world.run(broken_invariants) == []


async def test_who_only_sells_changes_no_stock(world):
    chain = await network(world)
    sku = await world.sku(chain.brand)
    rep = await world.member(chain.east, "SALES")
    goods = {"skuId": gid("Sku", sku), "packagingLevel": "PIECE", "quantity": "2", "lotCode": "A7"}

    received = await rep.ask(RECEIVE, input={"idempotencyKey": "in", "goods": [goods]})
    made = await rep.ask(CREATE, input={"name": "Mine"})

    assert received.error_codes == made.error_codes == ["FORBIDDEN"]
    assert await count(world, StockMove) == 0
