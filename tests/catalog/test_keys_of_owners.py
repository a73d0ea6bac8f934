"""A code and a GTIN are their owner's own: what others call their drafts is nobody's business."""

import pytest
from sqlalchemy import select
from stdnum import ean

from app.catalog.models import Product, Sku, SkuPackaging
from app.kernel.ids import new_id
from tests.support.network import count
from tests.support.world import gid

CREATE = """mutation($input: CreateProductInput!) { createProduct(input: $input) { __typename
    ... on Product { id skus { id code packaging { gtin } } } ... on Refusal { code field } } }"""
LIST = """mutation($input: ListProductInput!) { listProduct(input: $input) { __typename } }"""
FOUND = """query($search: String!) { skus(filter: {search: $search}) {
    edges { node { id product { owner { name } } } } } }"""
DRAFT = """mutation($input: CreatePriceChangeSetInput!) { createPriceChangeSet(input: $input) {
    ... on PriceChangeSet { id } } }"""
IMPORT = """mutation($input: ImportPriceChangesInput!) { importPriceChanges(input: $input) {
    ... on PutPriceChangesOutcome { written faults { code message }
        changeSet { rows { edges { node { sku { id } } } } } } } }"""
SET_CART = """mutation($input: SetCartLineInput!) { setCartLine(input: $input) {
    __typename ... on Refusal { code message } } }"""


def number() -> str:
    """A GTIN that nothing has."""
    digits = f"69{new_id().int % 10**10:010}"
    return digits + ean.calc_check_digit(digits)


async def drafted(world, person, code: str, gtin: str | None = None) -> dict:
    packs = [{"level": "PIECE", "factor": "1", "gtin": gtin}]
    size = {"code": code, "name": "Tea", "packaging": packs}
    asked = {
        "name": "Tea",
        "brandId": gid("Brand", world.brand_id),
        "categoryId": gid("Category", world.category_id),
        "skus": [size | {"taxCategoryId": gid("TaxCategory", world.tax_category_id)}],
    }
    return (await person.ask(CREATE, input=asked)).data["createProduct"]


async def listed(world, person, code: str) -> str:
    """List a product with the code; gives its SKU."""
    made = await drafted(world, person, code)
    await person.ask(LIST, input={"productId": made["id"]})
    return made["skus"][0]["id"]


@pytest.fixture
async def tree(world):
    """A brand, two distributors below it, and their administrators."""
    brand = await world.organisation("Brand", "BRAND")
    await world.sku(brand)
    organisations = {
        "brand": brand,
        "north": await world.organisation("North", parent=brand),
        "south": await world.organisation("South", parent=brand),
    }
    return organisations, {
        name: await world.member(id, "ENTERPRISE_ADMIN") for name, id in organisations.items()
    }


@pytest.mark.parametrize("own", [False, True])
async def test_only_ones_own_code_and_gtin_are_taken(world, tree, own):
    _, people = tree
    gtin = number()
    await drafted(world, people["north"], "TEA", gtin)
    asking = people["north" if own else "south"]

    code = await drafted(world, asking, "TEA")
    pack = await drafted(world, asking, "TEA-2", gtin)

    refused = [("SKU_CODE_TAKEN", "skus"), ("GTIN_TAKEN", "skus")]
    assert [(each.get("code"), each.get("field")) for each in (code, pack)] == (
        refused if own else [(None, None)] * 2
    )
    assert await count(world, Product) == (2 if own else 4)


async def test_every_key_stands_beside_its_owner(world, tree):
    organisations, people = tree
    await drafted(world, people["north"], "TEA", number())

    owners = await world.run(
        lambda work: work.session.execute(
            select(Product.owner_id, Sku.owner_id, SkuPackaging.owner_id)
            .join(Sku, Sku.product_id == Product.id)
            .join(SkuPackaging, SkuPackaging.sku_id == Sku.id)
            .where(Sku.code == "TEA")
        )
    )

    assert [*owners] == [(organisations["north"],) * 3]


async def test_goods_of_two_owners_with_one_code_are_both_found(world, tree):
    _, people = tree
    for name in ("north", "south"):
        await listed(world, people[name], "TEA")

    answer = await people["brand"].ask(FOUND, search="TEA")

    owners = [edge["node"]["product"]["owner"] for edge in answer.data["skus"]["edges"]]
    assert sorted(owner["name"] for owner in owners) == ["North", "South"]


async def imported(person, name: str, code: str) -> dict:
    made = await person.ask(DRAFT, input={"idempotencyKey": new_id().hex, "name": "Spring"})
    change_set = made.data["createPriceChangeSet"]["id"]
    content = f"price_list,sku,amount\n{name},{code},1"
    answer = await person.ask(IMPORT, input={"changeSetId": change_set, "content": content})
    return answer.data["importPriceChanges"]


def written(outcome: dict) -> list[str]:
    return [edge["node"]["sku"]["id"] for edge in outcome["changeSet"]["rows"]["edges"]]


async def test_a_file_means_the_own_goods_and_then_those_of_who_is_nearest(world, tree):
    organisations, people = tree
    await world.price(organisations["south"], {}, name="Mine")
    brand, north = [await listed(world, people[name], "TEA") for name in ("brand", "north")]

    from_above = await imported(people["south"], "Mine", "TEA")
    await world.relationship(organisations["north"], organisations["south"])
    from_two = await imported(people["south"], "Mine", "TEA")
    own = await drafted(world, people["south"], "TEA")
    from_own = await imported(people["south"], "Mine", "TEA")

    assert written(from_above) == [brand] != [north]
    assert [fault["code"] for fault in from_two["faults"]] == ["UNKNOWN_IN_FILE"]
    assert "several owners" in from_two["faults"][0]["message"]
    assert written(from_own) == [own["skus"][0]["id"]]


async def test_a_draft_of_another_is_no_word_of_a_file_and_its_id_is_nothing(world, tree):
    organisations, people = tree
    await world.price(organisations["south"], {}, name="Mine")
    draft = await drafted(world, people["north"], "TEA")
    relationship = await world.relationship(organisations["brand"], organisations["south"])
    buyer = await world.member(organisations["south"], "BUYER")

    by_code = [await imported(people["south"], "Mine", code) for code in ("TEA", "NONE")]
    ids = (draft["skus"][0]["id"], gid("Sku", new_id()))
    line = {"relationshipId": gid("TradingRelationship", relationship), "quantity": "1"}
    by_id = [await buyer.ask(SET_CART, input=line | {"skuId": id}) for id in ids]

    told = [outcome["faults"][0] for outcome in by_code]
    assert told[0] | {"message": ""} == told[1] | {"message": ""}
    assert told[0]["message"].replace("TEA", "NONE") == told[1]["message"]
    assert by_id[0].body == by_id[1].body
    assert by_id[0].error_codes == ["NOT_FOUND"]
