"""Sums of stock: by SKU over warehouses, and by how long it keeps."""

from itertools import groupby

from app.kernel.ids import new_id
from tests.support.chain import Chain
from tests.support.days import network_day
from tests.support.stock import lot_id, receive
from tests.support.world import gid

TOTALS = """query($days: [Int!], $place: ID, $after: String, $first: Int! = 20) {
  stockTotals(expiryDays: $days, warehouseId: $place, first: $first, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges { node { warehouses onHand reserved held free inTransit sku { name }
      expiryBands { untilDays pieces } } } } }"""
SEND = """mutation($input: SendStockTransferInput!) { sendStockTransfer(input: $input) {
    ... on StockTransfer { id } ... on Refusal { code } } }"""


async def totals(person, **given):
    found = (await person.ask(TOTALS, **given)).data["stockTotals"]
    return [edge["node"] for edge in found["edges"]], found["pageInfo"]


async def test_stock_is_summed_over_warehouses_and_by_bands_of_expiry(world, statements):
    """R3-21: what expires today is good today; what is in transit is named beside the sums."""
    chain = await Chain.create(world)
    keeper = await world.member(chain.distributor, "WAREHOUSE")
    main = await world.warehouse(chain.distributor, "Main", priority=1)
    annex = await world.warehouse(chain.distributor, "Annex")
    goods = [("GONE", -1, 3), ("NOW", 0, 5), ("SOON", 40, 7), ("LATE", 400, 11)]
    lots = [(chain.sku, pieces, code, network_day(days)) for code, days, pieces in goods]
    await chain.stock(chain.distributor, 13, lot_code="EVER")
    await receive(world, chain.distributor, *lots, warehouse=main)
    await receive(world, chain.distributor, (chain.sku, 2, "EVER", None), warehouse=annex)
    sent = {
        "idempotencyKey": new_id().hex,
        "fromWarehouseId": gid("Warehouse", main),
        "toWarehouseId": gid("Warehouse", annex),
        "lots": [{"lotId": gid("StockLot", await lot_id(world, "EVER")), "pieces": "4"}],
    }
    done = await keeper.ask(SEND, input=sent)

    with statements.counting() as of_one:
        ((total,), _) = await totals(keeper)
    await receive(world, chain.distributor, (await world.sku(chain.brand), 1, "X", None))
    with statements.counting() as of_two:
        both, _ = await totals(keeper)
    (first, page) = await totals(keeper, first=1, days=[1])
    (second, _) = await totals(keeper, first=1, after=page["endCursor"])
    ((beside,), _) = await totals(keeper, place=gid("Warehouse", annex), days=[])
    wrong = await keeper.ask(TOTALS, days=[90, 30])

    assert "id" in done.data["sendStockTransfer"], done
    sums = [total[name] for name in ("warehouses", "onHand", "reserved", "held", "free")]
    assert sums == [2, "37", "0", "0", "37"]
    assert total["inTransit"] == "4"
    bands = [(each["untilDays"], each["pieces"]) for each in total["expiryBands"]]
    assert bands == [(0, "3"), (30, "5"), (90, "7"), (180, "0"), (None, "22")]
    assert len(list(groupby(of_two))) == len(list(groupby(of_one)))
    assert [len(each) for each in (both, first, second)] == [2, 1, 1]
    assert first[0]["sku"] != second[0]["sku"]
    assert (beside["onHand"], beside["inTransit"]) == ("2", "4")
    beside_keeps = [(each["untilDays"], each["pieces"]) for each in beside["expiryBands"]]
    assert beside_keeps == [(0, "0"), (None, "2")]
    assert wrong.error_codes == ["INVALID"]
