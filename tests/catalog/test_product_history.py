"""The history of a product, as its owner asks for it (R3-9)."""

from tests.support.network import network
from tests.support.world import gid

CHANGE = """mutation($input: ChangeProductInput!) { changeProduct(input: $input) {
    ... on Product { name } } }"""
TRAIL = """query($id: ID!) { auditTrail(subjectId: $id) { edges { node {
    action actorName before after } } } }"""


async def test_each_change_of_a_product_shows_who_made_it_and_both_values(world):
    chain = await network(world)
    sku = await world.sku(chain.brand, "Cola")
    admin = await world.member(chain.brand, "ENTERPRISE_ADMIN", name="Zhao Min")
    beside = await world.member(chain.west, "ENTERPRISE_ADMIN")
    shown = await admin.ask(
        "query($id: ID!) { sku(id: $id) { product { id } } }", id=gid("Sku", sku)
    )
    product = shown.data["sku"]["product"]["id"]

    for name in ("Cola Zero", "Cola Light"):
        await admin.ask(CHANGE, input={"productId": product, "name": name})

    found = (await admin.ask(TRAIL, id=product)).data["auditTrail"]["edges"]
    hidden = (await beside.ask(TRAIL, id=product)).data["auditTrail"]["edges"]
    assert [(edge["node"]["before"], edge["node"]["after"]) for edge in found] == [
        ({"name": "Cola Zero"}, {"name": "Cola Light"}),
        ({"name": "Cola"}, {"name": "Cola Zero"}),
    ]
    assert {edge["node"]["actorName"] for edge in found} == {"Zhao Min"}
    assert hidden == []
