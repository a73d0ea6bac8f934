"""The tree of categories is kept right by who made it: renamed, moved, retired."""

import pytest

from tests.catalog.test_products import CATEGORY, CHANGE, CREATE, DELIST, LIST, names, product, size
from tests.support.network import actions, network
from tests.support.world import gid

_RESULT = "{ ... on Category { name parent { name } retiredAt } ... on Refusal { code } }"
CHANGE_CATEGORY = (
    f"mutation($input: ChangeCategoryInput!) {{ it: changeCategory(input: $input) {_RESULT} }}"
)
MOVE = f"mutation($input: MoveCategoryInput!) {{ it: moveCategory(input: $input) {_RESULT} }}"
RETIRE = f"mutation($input: RetireCategoryInput!) {{ it: retireCategory(input: $input) {_RESULT} }}"
REOPEN = f"mutation($input: ReopenCategoryInput!) {{ it: reopenCategory(input: $input) {_RESULT} }}"
TREE = """query($all: Boolean! = false) { categories(withRetired: $all) { edges { node {
    name parent { name } } } } }"""


@pytest.fixture
async def tree(world):
    """Food > Drinks > Sodas, and Tools beside; kept by the brand."""
    chain = await network(world)
    await world.sku(chain.brand, "Water")
    admin = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    ids = {}
    for name, parent in (("Food", None), ("Cold", "Food"), ("Sodas", "Cold"), ("Tools", None)):
        given = {"name": name, "parentId": parent and ids[parent]}
        ids[name] = (await admin.ask(CATEGORY, input=given)).data["createCategory"]["id"]
    return chain, admin, ids


async def did(person, document, **given):
    """What a command came to: where the category stands, or the code of the refusal."""
    result = (await person.ask(document, input=given)).data["it"]
    return result.get("code") or (result["name"], (result["parent"] or {}).get("name"))


async def test_a_moved_branch_takes_its_goods_along(world, tree, statements):
    _, admin, ids = tree
    goods = product(world, size(world), categoryId=ids["Sodas"])
    this = (await admin.ask(CREATE, input=goods)).data["createProduct"]["id"]
    assert await names(admin, categoryId=ids["Food"]) == ["Cola"]

    with statements.counting() as deep:
        assert await did(admin, MOVE, categoryId=ids["Cold"], parentId=ids["Tools"]) == (
            "Cold",
            "Tools",
        )
    assert await names(admin, categoryId=ids["Food"]) == []
    assert await names(admin, categoryId=ids["Tools"]) == ["Cola"]
    with statements.counting() as flat:
        assert await did(admin, MOVE, categoryId=ids["Sodas"], parentId=ids["Food"]) == (
            "Sodas",
            "Food",
        )
    assert len(deep) == len(flat)
    assert await names(admin, categoryId=ids["Food"]) == ["Cola"]
    assert await names(admin, categoryId=ids["Cold"]) == []
    assert (
        await did(admin, MOVE, categoryId=ids["Food"], parentId=ids["Sodas"])
        == "CATEGORY_WITHIN_ITSELF"
    )
    assert (
        await did(admin, MOVE, categoryId=ids["Food"], parentId=ids["Food"])
        == "CATEGORY_WITHIN_ITSELF"
    )
    assert await did(admin, MOVE, categoryId=ids["Sodas"]) == ("Sodas", None)
    assert (
        await did(admin, CHANGE_CATEGORY, categoryId=ids["Sodas"], name="Tools")
        == "CATALOG_NAME_TAKEN"
    )
    assert await did(admin, CHANGE_CATEGORY, categoryId=ids["Sodas"], name="Pop") == ("Pop", None)
    assert (
        await admin.ask("query($id: ID!) { product(id: $id) { category { name } } }", id=this)
    ).data["product"]["category"] == {"name": "Pop"}


async def test_a_retired_category_takes_nothing_more(world, tree):
    _, admin, ids = tree
    goods = product(world, size(world), categoryId=ids["Sodas"])
    this = (await admin.ask(CREATE, input=goods)).data["createProduct"]["id"]
    await admin.ask(LIST, input={"productId": this})

    assert await did(admin, RETIRE, categoryId=ids["Sodas"]) == "CATEGORY_IN_USE"
    await admin.ask(DELIST, input={"productId": this})
    assert await did(admin, RETIRE, categoryId=ids["Cold"]) == "CATEGORY_IN_USE"
    for name in ("Sodas", "Sodas", "Cold"):
        assert (await did(admin, RETIRE, categoryId=ids[name]))[0] == name
    again = (await admin.ask(LIST, input={"productId": this})).data["listProduct"]
    assert again["code"] == "LISTING_INCOMPLETE"
    assert "Sodas is retired" in again["message"]
    refused = [
        (await admin.ask(CREATE, input=goods | {"skus": []})).data["createProduct"],
        (await admin.ask(CATEGORY, input={"name": "N", "parentId": ids["Cold"]})).data[
            "createCategory"
        ],
    ]
    assert [each["code"] for each in refused] == ["CATEGORY_RETIRED"] * 2
    assert (
        await did(admin, MOVE, categoryId=ids["Tools"], parentId=ids["Cold"]) == "CATEGORY_RETIRED"
    )
    assert await did(admin, REOPEN, categoryId=ids["Sodas"]) == "CATEGORY_RETIRED"
    kept = await admin.ask(CHANGE, input={"productId": this, "description": "As it was"})
    assert kept.data["changeProduct"]["description"] == "As it was"
    shown = [
        {
            edge["node"]["name"]
            for edge in (await admin.ask(TREE, all=every)).data["categories"]["edges"]
        }
        for every in (False, True)
    ]
    assert shown == [{"Drinks", "Food", "Tools"}, {"Drinks", "Food", "Tools", "Cold", "Sodas"}]
    for name in ("Cold", "Cold", "Sodas"):
        assert (await did(admin, REOPEN, categoryId=ids[name]))[0] == name
    listed = await admin.ask(LIST, input={"productId": this})
    assert listed.data["listProduct"]["status"] == "LISTED"


async def test_only_who_made_a_category_changes_it(world, tree):
    """Of one from before that was noted, whoever stands at the top of the network."""
    chain, admin, ids = tree
    below = await world.member(chain.east, "ENTERPRISE_ADMIN")
    old = gid("Category", world.category_id)
    uses = (
        (CHANGE_CATEGORY, {"name": "Mine"}),
        (MOVE, {"parentId": ids["Tools"]}),
        (RETIRE, {}),
        (REOPEN, {}),
    )

    for category in (ids["Cold"], old):
        for document, given in uses:
            answer = await below.ask(document, input={"categoryId": category, **given})
            assert answer.error_codes == ["NOT_FOUND"]
    assert await did(admin, CHANGE_CATEGORY, categoryId=old, name="Beverages") == (
        "Beverages",
        None,
    )
    assert await actions(world, world.category_id) == ["CHANGE_CATEGORY"]
