import asyncio
from itertools import groupby

import pytest
from strawberry import relay

from app.catalog.models import Brand, Product, Sku, SkuPackaging
from tests.support.network import actions, count, network
from tests.support.world import World, gid

CREATE = """mutation($input: CreateProductInput!) { createProduct(input: $input) { __typename
    ... on Product { id name status brand { name } category { name } owner { name }
        skus { code taxCategory { ratePercent } packaging { level factor gtin } } }
    ... on Refusal { code field } } }"""
LIST = """mutation($input: ListProductInput!) { listProduct(input: $input) {
    ... on Product { status listedAt } ... on Refusal { code message } } }"""
DELIST = """mutation($input: DelistProductInput!) { delistProduct(input: $input) {
    ... on Product { status } ... on Refusal { code } } }"""
CHANGE = """mutation($input: ChangeProductInput!) { changeProduct(input: $input) {
    ... on Product { name description } ... on Refusal { code } } }"""
ADD_SKU = """mutation($input: AddSkuInput!) { addSku(input: $input) {
    ... on Sku { product { name } skuCode: code } ... on Refusal { code field } } }"""
BRAND = """mutation($input: CreateBrandInput!) { createBrand(input: $input) {
    ... on Brand { name } ... on Refusal { code message } } }"""
CATEGORY = """mutation($input: CreateCategoryInput!) { createCategory(input: $input) {
    ... on Category { id name parent { name } } ... on Refusal { code } } }"""
TAX = """mutation($input: CreateTaxCategoryInput!) { createTaxCategory(input: $input) {
    ... on TaxCategory { ratePercent } ... on Refusal { code } } }"""
PRODUCTS = """query($filter: ProductFilterInput, $first: Int! = 20, $after: String) {
    products(filter: $filter, first: $first, after: $after) {
        edges { node { name status } } pageInfo { hasNextPage endCursor } } }"""
PRODUCT = "query($id: ID!) { product(id: $id) { name status } }"


async def names(person, **filters) -> list[str]:
    answer = await person.ask(PRODUCTS, filter=filters)
    return [edge["node"]["name"] for edge in answer.data["products"]["edges"]]


LOOSE = [{"level": "PIECE", "factor": "1"}]


def size(world, code="COLA-330", **more):
    return {
        "code": code,
        "name": "Cola 330 ml",
        "taxCategoryId": gid("TaxCategory", world.tax_category_id),
        "packaging": [
            {"level": "CASE", "factor": "24", "gtin": "16901234567899"},
            {"level": "PIECE", "factor": "1", "gtin": "6901234567892"},
        ],
        **more,
    }


def product(world, *skus, **more):
    return {
        "name": "Cola",
        "brandId": gid("Brand", world.brand_id),
        "categoryId": gid("Category", world.category_id),
        "skus": list(skus),
        **more,
    }


async def test_a_product_is_drafted_with_its_sizes_and_packs(world, statements):
    chain = await network(world)
    await world.sku(chain.brand)
    admin = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    await names(admin)

    with statements.counting() as sent:
        answer = await admin.ask(CREATE, input=product(world, size(world)))

    made = answer.data["createProduct"]
    assert (made["status"], made["owner"]) == ("DRAFT", {"name": "Brand"})
    assert made["skus"] == [
        {
            "code": "COLA-330",
            "taxCategory": {"ratePercent": "13"},
            "packaging": [
                {"level": "PIECE", "factor": "1", "gtin": "6901234567892"},
                {"level": "CASE", "factor": "24", "gtin": "16901234567899"},
            ],
        }
    ]
    # write: begin, who, brand, category, product, taxes, codes, gtins, skus, packs, words,
    # audit with terms, commit;
    # read: begin, who, brand, category, owner, skus, taxes, packs, commit
    assert len([statement for statement, _ in groupby(sent)]) == 22


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"code": "TAKEN"}, "SKU_CODE_TAKEN", "skus"),
        (
            {"packaging": [{"level": "PIECE", "factor": "1", "gtin": "6901234567893"}]},
            "GTIN_WRONG",
            "skus.0.packaging.0.gtin",
        ),
        (
            {
                "packaging": [
                    {"level": "PIECE", "factor": "1", "gtin": "96385074"},
                    {"level": "CASE", "factor": "6", "gtin": "96385074"},
                ]
            },
            "GTIN_TAKEN",
            "skus",
        ),
    ],
)
async def test_a_refused_size_leaves_no_product(world, change, code, field):
    brand = await world.organisation("Brand", "BRAND")
    await world.sku(brand)
    admin = await world.member(brand, "ENTERPRISE_ADMIN")
    await admin.ask(CREATE, input=product(world, size(world, "TAKEN", packaging=[])))

    answer = await admin.ask(CREATE, input=product(world, size(world, **change)))

    assert answer.data["createProduct"] == {"__typename": "Refusal", "code": code, "field": field}
    assert (await count(world, Product), await count(world, Sku)) == (2, 2)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "  "}, "name"),
        (
            {"skus": [{"packaging": [{"level": "PIECE", "factor": "2"}]}]},
            "skus.0.packaging.0.factor",
        ),
        (
            {"skus": [{"packaging": [{"level": "CASE", "factor": "0"}]}]},
            "skus.0.packaging.0.factor",
        ),
        ({"skus": [{"packaging": [{"level": "CASE", "factor": "6"}] * 2}]}, "skus.0.packaging"),
        ({"skus": [{"shelfLifeDays": 0}]}, "skus.0.shelfLifeDays"),
    ],
)
async def test_senseless_input_is_named_by_its_path(world, change, field):
    brand = await world.organisation("Brand", "BRAND")
    await world.sku(brand)
    admin = await world.member(brand, "ENTERPRISE_ADMIN")
    if "skus" in change:
        change = {"skus": [size(world, **sku) for sku in change["skus"]]}

    answer = await admin.ask(CREATE, input=product(world) | change)

    assert answer.error_codes == ["INVALID"]
    assert answer.body["errors"][0]["extensions"]["field"] == field
    assert await count(world, Product) == 1


async def test_only_complete_products_are_listed(world):
    brand = await world.organisation("Brand", "BRAND")
    await world.sku(brand)
    admin = await world.member(brand, "ENTERPRISE_ADMIN")
    created = await admin.ask(CREATE, input=product(world))
    this = {"productId": created.data["createProduct"]["id"]}
    case = [{"level": "CASE", "factor": "6"}]

    answers = [
        (await admin.ask(LIST, input=this)).data["listProduct"],
        (await admin.ask(ADD_SKU, input=this | {"sku": size(world, "A", packaging=case)})).data,
        (await admin.ask(LIST, input=this)).data["listProduct"],
    ]

    assert answers[0]["message"] == "Cola cannot be listed yet: it needs a SKU."
    assert answers[1] == {"addSku": {"skuCode": "A", "product": {"name": "Cola"}}}
    assert answers[2]["message"] == "Cola cannot be listed yet: A needs the packaging PIECE."
    assert await names(admin, status="LISTED") != ["Cola"]


async def test_a_delisted_product_cannot_be_found_but_still_be_read(world):
    chain = await network(world)
    await world.sku(chain.brand, "Water")
    admin = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    buyer = await world.member(chain.east_shop, "BUYER")
    created = await admin.ask(CREATE, input=product(world, size(world)))
    this = created.data["createProduct"]["id"]

    draft = (await names(buyer), (await buyer.ask(PRODUCT, id=this)).error_codes)
    listed = (await admin.ask(LIST, input={"productId": this})).data["listProduct"]
    found = await names(buyer)
    delisted = await admin.ask(DELIST, input={"productId": this, "reason": "Out of season"})
    after = (await names(buyer), (await buyer.ask(PRODUCT, id=this)).data["product"]["status"])

    assert draft == (["Water"], ["NOT_FOUND"])
    assert (listed["status"], found) == ("LISTED", ["Cola", "Water"])
    assert delisted.data["delistProduct"] == {"status": "DELISTED"}
    assert after == (["Water"], "DELISTED")
    assert await names(admin, status="DELISTED") == ["Cola"]


@pytest.mark.parametrize("place", ["west", "east_shop"])
async def test_nobody_but_the_owner_changes_a_product(world, place):
    chain = await network(world)
    sku_id = await world.sku(chain.east, "Water")
    person = await world.member(getattr(chain, place), "ENTERPRISE_ADMIN")
    shown = await person.ask("{ skus { edges { node { id product { id } } } } }")
    this = {"productId": shown.data["skus"]["edges"][0]["node"]["product"]["id"]}

    answers = [
        await person.ask(CHANGE, input=this | {"name": "Mine"}),
        await person.ask(DELIST, input=this),
        await person.ask(LIST, input=this),
        await person.ask(ADD_SKU, input=this | {"sku": size(world)}),
    ]

    assert [answer.error_codes for answer in answers] == [["NOT_FOUND"]] * 4
    assert await names(person) == ["Water"]
    assert shown.data["skus"]["edges"][0]["node"]["id"] == gid("Sku", sku_id)
    assert await count(world, Sku) == 1


async def test_a_change_keeps_before_and_after(world):
    brand = await world.organisation("Brand", "BRAND")
    await world.sku(brand, "Water")
    admin = await world.member(brand, "ENTERPRISE_ADMIN")
    created = await admin.ask(CREATE, input=product(world))
    this = created.data["createProduct"]["id"]

    changed = await admin.ask(CHANGE, input={"productId": this, "name": "Cola Zero"})
    again = await admin.ask(CHANGE, input={"productId": this, "name": "Cola Zero"})

    assert changed.data == again.data == {"changeProduct": {"name": "Cola Zero", "description": ""}}
    product_id = relay.GlobalID.from_id(this).node_id
    assert await actions(world, product_id) == ["CREATE_PRODUCT", "CHANGE_PRODUCT"]


async def test_products_are_found_by_name_code_and_category(world):
    brand = await world.organisation("Brand", "BRAND")
    await world.sku(brand, "Water 100%")
    admin = await world.member(brand, "ENTERPRISE_ADMIN")
    category = await admin.ask(
        CATEGORY, input={"name": "Soda", "parentId": gid("Category", world.category_id)}
    )
    soda = category.data["createCategory"]
    await admin.ask(CREATE, input=product(world, size(world), categoryId=soda["id"]))

    assert soda["parent"] == {"name": "Drinks"}
    assert await names(admin, search="cOL") == ["Cola"]
    assert await names(admin, search="cola-3") == ["Cola"]
    assert await names(admin, search="0%") == ["Water 100%"]
    assert await names(admin, search="_") == []
    assert await names(admin, categoryId=soda["id"]) == ["Cola"]
    drinks = gid("Category", world.category_id)
    assert await names(admin, categoryId=drinks) == ["Cola", "Water 100%"]
    assert await names(admin, status="DRAFT") == ["Cola"]


async def test_product_pages_follow_each_other(world):
    brand = await world.organisation("Brand", "BRAND")
    for number in range(5):
        await world.sku(brand, f"Same {number // 2}")
    admin = await world.member(brand, "ENTERPRISE_ADMIN")

    found, after, has_next = [], None, True
    while has_next:
        page = (await admin.ask(PRODUCTS, first=2, after=after)).data["products"]
        found += [edge["node"]["name"] for edge in page["edges"]]
        after, has_next = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]

    assert found == ["Same 0", "Same 0", "Same 1", "Same 1", "Same 2"]


async def test_a_page_of_products_costs_the_same_whatever_its_size(world, statements):
    brand = await world.organisation("Brand", "BRAND")
    for _ in range(4):
        await world.sku(brand, case=6)
    admin = await world.member(brand, "ENTERPRISE_ADMIN")
    document = """{ products { edges { node { name owner { name } brand { name }
        category { name parent { name } }
        skus { code product { name } taxCategory { name } packaging { level } } } } } }"""
    await admin.ask("{ viewer { name } }")

    with statements.counting() as sent:
        answer = await admin.ask(document)
    with statements.counting() as again:
        await admin.ask(document)

    assert len(answer.data["products"]["edges"]) == 4
    # begin, who, products, owners, brands, categories, SKUs, products, taxes, packs, commit
    assert len(sent) == 11
    # begin, who, products, commit
    assert len(again) == 4


async def test_another_networks_catalogue_does_not_exist(world, database, http, settings):
    stranger = await World.create(database, http, settings)
    sku = await stranger.sku(await stranger.organisation("Foreign", "BRAND"))
    brand = await world.organisation("Brand", "BRAND")
    await world.sku(brand, "Water")
    admin = await world.member(brand, "ENTERPRISE_ADMIN")

    shown = await admin.ask("query($id: ID!) { sku(id: $id) { code } }", id=gid("Sku", sku))
    borrowed = await admin.ask(
        CREATE, input=product(world) | {"brandId": gid("Brand", stranger.brand_id)}
    )

    assert shown.error_codes == borrowed.error_codes == ["NOT_FOUND"]
    assert await names(admin) == ["Water"]
    assert await count(world, Product) == 1


async def test_words_have_one_name(world):
    brand = await world.organisation("Brand", "BRAND")
    await world.sku(brand)
    admin = await world.member(brand, "ENTERPRISE_ADMIN")

    twin = await admin.ask(BRAND, input={"name": " Riverside "})
    sister = await admin.ask(CATEGORY, input={"name": "Drinks"})
    tax = await admin.ask(TAX, input={"name": "Standard", "ratePercent": "13"})
    rate = await admin.ask(TAX, input={"name": "Odd", "ratePercent": "100.01"})

    assert twin.data["createBrand"] == {
        "code": "CATALOG_NAME_TAKEN",
        "message": "A brand named Riverside exists already.",
    }
    assert sister.data["createCategory"] == {"code": "CATALOG_NAME_TAKEN"}
    assert tax.data["createTaxCategory"] == {"code": "CATALOG_NAME_TAKEN"}
    assert rate.error_codes == ["INVALID"]
    assert await count(world, Brand) == 1


async def test_buyers_change_nothing(world):
    brand = await world.organisation("Brand", "BRAND")
    await world.sku(brand)
    buyer = await world.member(brand, "BUYER")

    answer = await buyer.ask(BRAND, input={"name": "Mine"})

    assert answer.error_codes == ["FORBIDDEN"]
    assert await count(world, Brand) == 1
    assert await count(world, SkuPackaging) == 1


async def test_two_who_take_the_same_code_at_once_leave_one_sku(world):
    brand = await world.organisation("Brand", "BRAND")
    await world.sku(brand)
    admin = await world.member(brand, "ENTERPRISE_ADMIN")

    answers = await asyncio.gather(
        *(admin.ask(CREATE, input=product(world, size(world, packaging=LOOSE))) for _ in range(3))
    )

    results = [answer.data["createProduct"] for answer in answers]
    assert sorted(result["__typename"] for result in results) == ["Product", "Refusal", "Refusal"]
    assert {result["code"] for result in results if "code" in result} == {"SKU_CODE_TAKEN"}
    assert (await count(world, Product), await count(world, Sku)) == (2, 2)
