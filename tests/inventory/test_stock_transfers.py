"""Goods go from one warehouse to another: sent with lots, in transit, received with reasons."""

import asyncio
from collections import Counter
from itertools import groupby

import pytest

from app.inventory.operations import ForSale, free_stock_of
from app.kernel.ids import new_id
from tests.support.chain import Chain, on_order
from tests.support.stock import assert_books_agree, lot_id
from tests.support.world import gid

SHOWN = """id note sentAt receivedAt fromWarehouse { name } toWarehouse { name }
    lines { sent received reason lot { code } sku { name } }"""
REFUSAL = "... on Refusal { code message field }"
COMMANDS = {
    name: f"""mutation($input: {name[0].upper()}{name[1:]}Input!) {{ {name}(input: $input) {{
        __typename ... on StockTransfer {{ {SHOWN} }} {REFUSAL} }} }}"""
    for name in ("sendStockTransfer", "receiveStockTransfer")
}
LOOK = """{ stock { edges { node { onHand free warehouse { name } } } }
    stockTransfers(isInTransit: true) { edges { node { id } } }
    stockMoves { edges { node { quantity cause lot { code } warehouse { name } } } } }"""


class Yard:
    """Two warehouses of the distributor; in the first lie 60 of lot A and 40 of lot B."""

    def __init__(self, chain, keeper):
        self.chain, self.keeper = chain, keeper

    async def arrange(self):
        chain = self.chain
        self.main = gid("Warehouse", await chain.stock(chain.distributor, 60, lot_code="A"))
        await chain.stock(chain.distributor, 40, lot_code="B")
        self.annex = gid("Warehouse", await chain.world.warehouse(chain.distributor, "Annex"))
        self.lots = [gid("StockLot", await lot_id(chain.world, code)) for code in "AB"]
        return self

    async def send(self, *pieces, **more):
        lots = [
            {"lotId": lot, "pieces": each} for lot, each in zip(self.lots, pieces, strict=False)
        ]
        places = {"fromWarehouseId": self.main, "toWarehouseId": self.annex}
        given = {"idempotencyKey": new_id().hex, "lots": lots, **places, **more}
        return await self.give("sendStockTransfer", given)

    async def receive(self, transfer, *counts):
        named = [
            {"lotId": lot, "pieces": pieces, "reason": reason}
            for lot, (pieces, reason) in zip(self.lots, counts, strict=False)
        ]
        return await self.give("receiveStockTransfer", {"transferId": transfer, "counts": named})

    async def give(self, name, given):
        answer = await self.keeper.ask(COMMANDS[name], input=given)
        return {"code": answer.error_codes[0]} if answer.error_codes else answer.data[name]

    async def look(self):
        seen = (await self.keeper.ask(LOOK)).data
        return {name: [edge["node"] for edge in seen[name]["edges"]] for name in seen}

    async def free(self):
        asked = [ForSale(self.chain.distributor, self.chain.sku, 0)]
        return (await self.chain.world.run(lambda work: free_stock_of(work, asked)))[0]


@pytest.fixture
async def yard(world):
    chain = await Chain.create(world)
    keeper = await world.member(chain.distributor, "WAREHOUSE")
    yield await Yard(chain, keeper).arrange()
    await assert_books_agree(world)


async def test_goods_in_transit_lie_nowhere_and_are_received_with_reasons(yard, statements):
    """R3-47: by lots, exact to the piece; a repeated key sends nothing twice."""
    sent = await yard.send("30", "12", note="First lorry", idempotencyKey="lorry")
    again = await yard.send("30", "12", note="First lorry", idempotencyKey="lorry")
    with statements.counting() as of_one:
        await yard.send("1")
    with statements.counting() as of_two:
        await yard.send("1", "1")
    on_the_way, free = await yard.look(), await yard.free()
    silent = await yard.receive(sent["id"], ("30", None), ("10", " "))
    with statements.counting() as of_receipt:
        received = await yard.receive(sent["id"], ("30", None), ("10", "Two broke"))
    twice = await yard.receive(sent["id"])
    seen = await yard.look()

    assert again == sent
    assert (sent["fromWarehouse"]["name"], sent["toWarehouse"]["name"]) == ("Main", "Annex")
    # One row or two: a batch is one statement, however often the counter notes it.
    one, two, receipt = [len(list(groupby(each))) for each in (of_one, of_two, of_receipt)]
    assert (one, two, receipt) == (21, 21, 19), set(of_two) ^ set(of_one)
    assert [(each["onHand"], each["warehouse"]["name"]) for each in on_the_way["stock"]] == [
        ("55", "Main")
    ]
    assert (free, len(on_the_way["stockTransfers"])) == (55, 3)
    assert (silent["code"], silent["field"]) == ("DIFFERENCE_UNEXPLAINED", "counts.1.reason")
    assert silent["message"] == "12 pieces were sent and 10 came. Please say why."
    lines = [
        (each["lot"]["code"], each["sent"], each["received"], each["reason"])
        for each in received["lines"]
    ]
    assert lines == [("A", "30", "30", None), ("B", "12", "10", "Two broke")]
    assert twice["code"] == "TRANSFER_RECEIVED"
    assert sorted((each["warehouse"]["name"], each["free"]) for each in seen["stock"]) == [
        ("Annex", "40"),
        ("Main", "55"),
    ]
    assert len(seen["stockTransfers"]) == 2
    moves = Counter(
        (each["warehouse"]["name"], each["lot"]["code"], each["quantity"])
        for each in seen["stockMoves"]
        if each["cause"] == "TRANSFER"
    )
    assert moves == Counter(
        [
            ("Main", "A", "-30"),
            ("Main", "B", "-12"),
            ("Main", "A", "-1"),
            ("Main", "A", "-1"),
            ("Main", "B", "-1"),
            ("Annex", "A", "30"),
            ("Annex", "B", "10"),
        ]
    )


async def test_what_cannot_be_sent_or_counted_changes_nothing(yard):
    sent = await yard.send("30")
    before = await yard.look()

    refused = [
        await yard.send("31"),
        await yard.send("1.5"),
        await yard.send("0"),
        await yard.send(),
        await yard.send("1", toWarehouseId=yard.main),
        await yard.send("1", lots=[{"lotId": yard.lots[0], "pieces": "1"}] * 2),
        await yard.receive(sent["id"], ("-1", "Why")),
        await yard.receive(sent["id"], ("30", None), ("1", "Not of this transfer")),
    ]

    assert [each["code"] for each in refused] == ["NOT_ENOUGH_STOCK", *["INVALID"] * 6, "NOT_FOUND"]
    assert refused[0]["message"] == "Only 30 pieces of lot A are free in this warehouse."
    assert refused[0]["field"] == "lots.0.pieces"
    assert await yard.look() == before


async def test_sending_and_setting_aside_at_once_never_take_the_same_pieces(yard):
    buyer = await yard.chain.world.member(yard.chain.retailer, "BUYER")
    order = await yard.chain.place(buyer)

    served, *sent = await asyncio.gather(
        on_order(yard.keeper, "allocateOrder", order["id"]),
        *(yard.send("12") for _ in range(4)),
    )

    done = Counter(each["__typename"] for each in sent)
    allocated = int(served["lines"][0]["quantities"]["allocated"])
    assert done["StockTransfer"] >= 1
    assert allocated + 12 * done["StockTransfer"] <= 100
