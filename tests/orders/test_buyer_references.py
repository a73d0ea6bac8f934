"""The number that a buyer's own system gives its order (R1-7)."""

from tests.support.api_keys import made
from tests.support.chain import Chain, on_order
from tests.support.world import gid

PLACE = """mutation($input: PlaceOrderInput!) { placeOrder(input: $input) {
    ... on Order { id number channel buyerReference }
    ... on Refusal { code field } } }"""
FIND = """query($filter: OrderFilterInput) { orders(filter: $filter) {
    edges { node { number buyerReference } } } }"""


def wanted(chain, key, reference, **more):
    line = {"skuId": gid("Sku", chain.sku), "quantity": "2", "packagingLevel": "CASE"}
    return {
        "idempotencyKey": key,
        "relationshipId": gid("TradingRelationship", chain.downstream),
        "seenTotal": "143.19",
        "channel": "PARTNER_SYSTEM",
        "buyerReference": reference,
        "lines": [line],
        **more,
    }


async def test_a_partners_system_orders_under_its_own_number_once(world):
    chain = await Chain.create(world)
    admin = await world.member(chain.retailer, "ENTERPRISE_ADMIN", "BUYER")
    rep = await world.member(chain.distributor, "SALES")
    await world.assign_rep(chain.downstream, rep)
    rights = [(name, "ORGANISATION") for name in ("ORDER_PLACE", "ORDER_READ", "ORDER_CANCEL")]
    software = (await made(admin, *rights))["key"]

    async def send(key, reference):
        return await world.ask(PLACE, token=software, input=wanted(chain, key, reference))

    async def place(key, reference):
        return (await send(key, reference)).data["placeOrder"]

    first = await place("one", " PO-2026/17 ")
    repeated = await place("one", "PO-2026/17")
    again = await place("two", "PO-2026/17")
    unreadable = await send("three", "PO\u200b17")
    by_rep = await rep.ask(PLACE, input=wanted(chain, "rep", "PO-2026/17", channel="SALES_REP"))
    await on_order(admin, "cancelOrder", first["id"], "OrderReasonInput", reason="Wrong number")
    anew = await place("four", "PO-2026/17")

    assert (first["channel"], first["buyerReference"]) == ("PARTNER_SYSTEM", "PO-2026/17")
    assert repeated == first
    assert again == {"code": "BUYER_REFERENCE_TAKEN", "field": "buyerReference"}
    (wrong,) = unreadable.body["errors"]
    assert wrong["extensions"] == {"code": "INVALID", "field": "buyerReference"}
    theirs = by_rep.data["placeOrder"]["number"]
    for person in (admin, rep):
        found = await person.ask(FIND, filter={"buyerReference": "PO-2026/17"})
        numbers = [edge["node"]["number"] for edge in found.data["orders"]["edges"]]
        assert numbers == [anew["number"], theirs, first["number"]]
    other = await rep.ask(FIND, filter={"buyerReference": "PO-2026/18"})
    assert other.data == {"orders": {"edges": []}}
