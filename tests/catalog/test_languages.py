"""Goods and categories in the reader's language, and found by every language's words."""

import pytest

from app.catalog.rules import best_language, languages_in
from tests.catalog.test_products import CATEGORY, CREATE, LIST, product, size
from tests.catalog.test_searching import found
from tests.support.network import network
from tests.support.world import gid

SET = """mutation($input: SetProductTextInput!) { setProductText(input: $input) {
    ... on Product { name texts { language name description } } ... on Refusal { code } } }"""
REMOVE = """mutation($input: RemoveProductTextInput!) { removeProductText(input: $input) {
    ... on Product { texts { language } } } }"""
SET_CATEGORY = """mutation($input: SetCategoryNameInput!) { setCategoryName(input: $input) {
    ... on Category { localName names { language name } } ... on Refusal { code } } }"""
SHOWN = """query($ids: [ID!]!, $language: String) { nodes(ids: $ids) { ... on Product {
    localName(language: $language) localDescription(language: $language)
    skus { localName(language: $language) names { language } }
    category { localName(language: $language) } } } }"""
HISTORY = """query($id: ID!) { productHistory(productId: $id) { edges { node { action
    changes { field before after } } } } }"""
COLA = {"name": "可乐", "description": "一种汽水", "language": "zh"}


@pytest.mark.parametrize(
    ("header", "there", "best"),
    [
        ("en-GB, zh;q=0.9", ["zh", "en"], "en"),
        ("de;q=0.5, zh-cn;q=0.7, *;q=0.1", ["de", "zh"], "zh"),
        ("zh-Hant-TW", ["zh-Hant", "zh"], "zh-Hant"),
        ("pt-BR", ["en", "pt-PT"], "pt-PT"),
        ("fr;q=0, en;q=1.5, x, ;;, en;q=0.1", ["fr", "en"], "en"),
        ("fr", ["en"], None),
        ("", ["en"], None),
    ],
)
def test_a_reader_is_shown_the_nearest_language(header, there, best):
    assert best_language(languages_in(header), there) == best


@pytest.fixture
async def shelf(world):
    chain = await network(world)
    await world.sku(chain.brand)
    admin = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    made = (await admin.ask(CREATE, input=product(world, size(world), **COLA))).data
    this = made["createProduct"]["id"]
    (sku,) = (
        await admin.ask("query($id: ID!) { product(id: $id) { skus { id } } }", id=this)
    ).data["product"]["skus"]
    return chain, admin, this, sku["id"]


async def reads(world, person, this, header="", language=None):
    """What a person is shown of a product, its size and its category."""
    answer = await world.http.post(
        "/graphql",
        json={"query": SHOWN, "variables": {"ids": [this], "language": language}},
        headers={"authorization": f"Bearer {person.token}", "accept-language": header},
    )
    (node,) = answer.json()["data"]["nodes"]
    (sku,) = node["skus"]
    return (
        node["localName"],
        node["localDescription"],
        sku["localName"],
        node["category"]["localName"],
    )


async def test_everybody_reads_goods_in_their_language_and_finds_them_by_it(world, shelf):
    chain, admin, this, sku = shelf
    text = {"productId": this, "language": "en", "name": "Cola", "description": "Fizzy"}
    names = [{"skuId": sku, "name": "Can of cola"}]
    answer = await admin.ask(SET, input={**text, "skuNames": names})
    await admin.ask(SET, input={**text, "language": "PT-br", "name": "Refrigerante"})
    drinks = {"categoryId": gid("Category", world.category_id), "language": "en"}
    named = await admin.ask(SET_CATEGORY, input={**drinks, "name": "Beverages"})
    await admin.ask(LIST, input={"productId": this})
    buyer = await world.member(chain.east_shop, "BUYER")

    assert answer.data["setProductText"]["texts"] == [
        {"language": "en", "name": "Cola", "description": "Fizzy"}
    ]
    assert named.data["setCategoryName"]["names"] == [{"language": "en", "name": "Beverages"}]
    own = ("可乐", "一种汽水", "Cola 330 ml", "Drinks")
    assert await reads(world, buyer, this) == own
    assert await reads(world, buyer, this, "fr") == own
    assert await reads(world, buyer, this, "zh-CN, en;q=0.9") == (*own[:3], "Beverages")
    assert await reads(world, buyer, this, "en-GB") == ("Cola", "Fizzy", "Can of cola", "Beverages")
    assert (await reads(world, buyer, this, "en", language="pt"))[0] == "Refrigerante"
    assert await found(buyer, "refrig") == await found(buyer, "can of") == ["可乐"]
    assert await found(buyer, "可乐") == ["可乐"]

    await admin.ask(REMOVE, input={"productId": this, "language": "en"})
    await admin.ask(SET_CATEGORY, input=drinks)
    assert await reads(world, buyer, this, "en") == own
    assert await found(buyer, "can of") == []
    edits = (await admin.ask(HISTORY, id=this)).data["productHistory"]["edges"]
    texts = [edit["node"] for edit in edits if "TEXT" in edit["node"]["action"]]
    assert [edit["action"] for edit in texts] == ["REMOVE_PRODUCT_TEXT", *["SET_PRODUCT_TEXT"] * 2]
    assert texts[0]["changes"][2] == {"field": "name (en)", "before": "Cola", "after": None}
    assert texts[2]["changes"][0]["field"] == "COLA-330 name (en)"


async def test_names_of_many_cost_what_one_costs(world, shelf, statements):
    _, admin, this, _ = shelf
    others = [
        (await admin.ask(CREATE, input=product(world, name=f"P{n}"))).data["createProduct"]["id"]
        for n in range(4)
    ]
    query = """query($ids: [ID!]!) { nodes(ids: $ids) { ... on Product {
        localName(language: "en") localDescription(language: "en") texts { name }
        skus { localName(language: "en") } category { localName(language: "en") } } } }"""
    await admin.ask(query, ids=[this])
    sent = []
    for ids in (others[:1], others[1:]):
        with statements.counting() as counted:
            await admin.ask(query, ids=ids)
        sent.append(len(counted))

    assert sent[0] == sent[1]


async def test_only_the_owner_translates_and_only_into_languages(world, shelf):
    chain, admin, this, sku = shelf
    other = gid("Sku", await world.sku(chain.brand, "Water"))
    stranger = await world.member(chain.east, "ENTERPRISE_ADMIN")
    text = {"productId": this, "language": "en", "name": "Cola"}
    made = await stranger.ask(CATEGORY, input={"name": "Own"})
    own = {"categoryId": made.data["createCategory"]["id"], "language": "en", "name": "Mine"}

    answers = [
        await stranger.ask(SET, input=text),
        await stranger.ask(REMOVE, input={"productId": this, "language": "en"}),
        await stranger.ask(
            SET_CATEGORY, input={**own, "categoryId": gid("Category", world.category_id)}
        ),
        await admin.ask(SET_CATEGORY, input=own),
        await admin.ask(SET, input={**text, "skuNames": [{"skuId": other, "name": "W"}]}),
    ]
    senseless = [
        await admin.ask(SET, input={**text, "language": "klingon"}),
        await admin.ask(SET, input={**text, "language": "ZH"}),
        await admin.ask(SET, input={**text, "name": " "}),
        await admin.ask(SET, input={**text, "skuNames": [{"skuId": sku, "name": "C"}] * 2}),
        await admin.ask(SHOWN, ids=[this], language="no language"),
    ]

    assert [answer.error_codes for answer in answers] == [["NOT_FOUND"]] * 5
    assert [answer.error_codes[0] for answer in senseless] == ["INVALID"] * 5
    assert (await stranger.ask(SET_CATEGORY, input=own)).data["setCategoryName"]["names"]
