"""Stock is counted: differences are shown first, then corrected exactly as they were seen."""

import pytest

from app.kernel.ids import new_id
from tests.support.chain import Chain, on_order
from tests.support.network import actions
from tests.support.stock import assert_books_agree, lot_id
from tests.support.world import gid

REFUSAL = "... on Refusal { code message field }"
PREVIEW = f"""mutation($input: StockCountInput!) {{ previewStockCount(input: $input) {{ __typename
    ... on StockCount {{ fingerprint differences {{ known counted lot {{ code }} }} }}
    {REFUSAL} }} }}"""
APPLY = f"""mutation($input: ApplyStockCountInput!) {{ applyStockCount(input: $input) {{ __typename
    ... on StockChange {{ moves {{ quantity cause reason lot {{ code }} }} }} {REFUSAL} }} }}"""
STOCK = "{ stock { edges { node { onHand free } } } }"


@pytest.fixture
async def chain(world):
    chain = await Chain.create(world)
    yield chain
    await assert_books_agree(world)


class Hall:
    """A warehouse with 60 of lot A, 40 of lot B and 5 of lot C."""

    def __init__(self, chain, keeper):
        self.chain, self.keeper = chain, keeper

    async def arrange(self):
        for code, pieces in (("A", 60), ("B", 40), ("C", 5)):
            self.key = await self.chain.stock(self.chain.distributor, pieces, lot_code=code)
        self.lots = [gid("StockLot", await lot_id(self.chain.world, code)) for code in "ABC"]
        return self

    def count(self, *pieces, **more):
        counts = [
            {"lotId": lot, "pieces": each} for lot, each in zip(self.lots, pieces, strict=False)
        ]
        return {"warehouseId": gid("Warehouse", self.key), "counts": counts, **more}

    async def preview(self, *pieces, **more):
        answer = await self.keeper.ask(PREVIEW, input=self.count(*pieces, **more))
        return {"code": answer.error_codes} if answer.error_codes else answer.data[PREVIEWED]

    async def apply(self, fingerprint, *pieces, key=None, reason="Yearly count", **more):
        given = {"idempotencyKey": key or new_id().hex, "reason": reason}
        given |= {"fingerprint": fingerprint, "count": self.count(*pieces, **more)}
        answer = await self.keeper.ask(APPLY, input=given)
        return {"code": answer.error_codes} if answer.error_codes else answer.data[APPLIED]

    async def look(self):
        (edge,) = (await self.keeper.ask(STOCK)).data["stock"]["edges"]
        return edge["node"]["onHand"], edge["node"]["free"]


PREVIEWED, APPLIED = "previewStockCount", "applyStockCount"


@pytest.fixture
async def hall(chain):
    return await Hall(chain, await chain.world.member(chain.distributor, "WAREHOUSE")).arrange()


async def test_what_differs_is_seen_first_and_corrected_once_with_a_reason(chain, hall):
    """R1-50: nothing is written by looking; a whole count finds lots that were not named empty."""
    named = await hall.preview("58", "40")
    whole = await hall.preview("58", "43", isWhole=True)
    before = await hall.look()
    done, again = [
        await hall.apply(whole["fingerprint"], "58", "43", isWhole=True, key="count")
        for _ in range(2)
    ]
    after = await hall.look()
    same = await hall.preview("58", "43", isWhole=True)
    nothing = await hall.apply(same["fingerprint"], "58", "43", isWhole=True)

    def told(found):
        return [
            (each["lot"]["code"], each["known"], each["counted"]) for each in found["differences"]
        ]

    assert told(named) == [("A", "60", "58")]
    assert told(whole) == [("A", "60", "58"), ("B", "40", "43"), ("C", "5", "0")]
    assert (before, after) == (("105", "105"), ("101", "101"))
    moves = {(each["lot"]["code"], each["quantity"], each["cause"]) for each in done["moves"]}
    assert moves == {("A", "-2", "ADJUSTMENT"), ("B", "3", "ADJUSTMENT"), ("C", "-5", "ADJUSTMENT")}
    assert {each["reason"] for each in done["moves"]} == {"Yearly count"}
    assert again == done
    assert (told(same), nothing["code"]) == ([], "NOTHING_DIFFERS")
    assert (await actions(chain.world, hall.key)).count("COUNT_STOCK") == 1


async def test_a_count_of_other_stock_or_below_what_is_promised_corrects_nothing(chain, hall):
    seen = await hall.preview("58")
    await chain.stock(chain.distributor, 1, lot_code="A")
    moved = await hall.apply(seen["fingerprint"], "58")
    order = await chain.place(await chain.world.member(chain.retailer, "BUYER"))
    await on_order(hall.keeper, "allocateOrder", order["id"])
    empty = await hall.preview(isWhole=True)
    before = await hall.look()
    promised = await hall.apply(empty["fingerprint"], isWhole=True)
    silent = await hall.apply(empty["fingerprint"], isWhole=True, reason=" ")
    wrong = [await hall.preview(), await hall.preview("0.5"), await hall.preview("-1")]

    assert moved["code"] == "COUNT_MOVED"
    assert (promised["code"], promised["field"]) == ("NOT_ENOUGH_STOCK", "count.counts")
    assert silent["code"] == ["INVALID"]
    assert [each["code"] for each in wrong] == [["INVALID"]] * 3
    assert await hall.look() == before == ("106", "58")
