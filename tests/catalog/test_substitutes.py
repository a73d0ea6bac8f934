"""What is offered where a SKU is short."""

from app.kernel.ids import new_id
from tests.catalog.test_products import CREATE, DELIST, product, size
from tests.support.network import network
from tests.support.world import gid

SET = """mutation($input: SetSubstitutesInput!) { setSubstitutes(input: $input) {
    ... on Sku { substitutes { name } } } }"""
SHOWN = """query($ids: [ID!]!) { nodes(ids: $ids) {
    ... on Sku { name substitutes { name product { name } } } } }"""
PRODUCT = "query($id: ID!) { sku(id: $id) { product { id } } }"


async def test_substitutes_stand_in_their_order_and_only_what_is_listed_is_shown(world, statements):
    chain = await network(world)
    cola, water, tea = [await world.sku(chain.brand, name) for name in ("Cola", "Water", "Tea")]
    admin = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    buyer = await world.member(chain.east_shop, "BUYER")
    skus = {name: gid("Sku", key) for name, key in (("c", cola), ("w", water), ("t", tea))}

    async def shown(*ids) -> list[list[str]]:
        nodes = (await buyer.ask(SHOWN, ids=list(ids))).data["nodes"]
        return [[each["name"] for each in node["substitutes"]] for node in nodes]

    answer = await admin.ask(
        SET, input={"skuId": skus["c"], "substituteIds": [skus["t"], skus["w"]]}
    )
    await admin.ask(SET, input={"skuId": skus["w"], "substituteIds": [skus["c"]]})

    assert answer.data["setSubstitutes"] == {"substitutes": [{"name": "Tea"}, {"name": "Water"}]}
    assert await shown(*skus.values()) == [["Tea", "Water"], ["Cola"], []]
    with statements.counting() as one:
        await shown(skus["c"])
    with statements.counting() as all_three:
        await shown(*skus.values())
    assert len(one) == len(all_three)
    this = (await admin.ask(PRODUCT, id=skus["t"])).data["sku"]["product"]["id"]
    await admin.ask(DELIST, input={"productId": this})
    assert await shown(skus["c"]) == [["Water"]]
    await admin.ask(SET, input={"skuId": skus["c"], "substituteIds": []})
    assert await shown(skus["c"]) == [[]]


async def test_only_the_owner_says_what_stands_in_and_only_for_what_it_knows(world):
    chain = await network(world)
    cola, water = [await world.sku(chain.brand, name) for name in ("Cola", "Water")]
    admin = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    stranger = await world.member(chain.west, "ENTERPRISE_ADMIN")
    made = await stranger.ask(CREATE, input=product(world, size(world), name="Secret"))
    drafted = await stranger.ask(
        "query($id: ID!) { product(id: $id) { skus { id } } }", id=made.data["createProduct"]["id"]
    )
    (secret,) = (each["id"] for each in drafted.data["product"]["skus"])
    mine, other = gid("Sku", cola), gid("Sku", water)

    answers = [
        await stranger.ask(SET, input={"skuId": mine, "substituteIds": [other]}),
        await admin.ask(SET, input={"skuId": mine, "substituteIds": [secret]}),
        await admin.ask(SET, input={"skuId": mine, "substituteIds": [gid("Sku", new_id())]}),
        await admin.ask(SET, input={"skuId": secret, "substituteIds": [other]}),
    ]
    senseless = [
        await admin.ask(SET, input={"skuId": mine, "substituteIds": each})
        for each in ([mine], [other, other], [other] * 11)
    ]

    assert [answer.error_codes for answer in answers] == [["NOT_FOUND"]] * 4
    assert [answer.error_codes for answer in senseless] == [["INVALID"]] * 3
    seen = (await admin.ask(SHOWN, ids=[mine])).data["nodes"]
    assert seen == [{"name": "Cola", "substitutes": []}]
