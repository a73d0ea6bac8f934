"""Returnable containers through the API (P13)."""

import pytest

from app.catalog.models import ReturnableContainer
from tests.support.chain import Chain
from tests.support.network import count
from tests.support.world import gid

MAKE = """mutation($input: CreateReturnableContainerInput!) {
  createReturnableContainer(input: $input) {
  ... on ReturnableContainer { id name deposit currency } ... on Refusal { code field } } }"""
SET = """mutation($input: SetPackagingContainerInput!) { setPackagingContainer(input: $input) {
  ... on Sku { packaging { level container { name deposit } } }
  ... on Refusal { code field } } }"""
ALL = "{ returnableContainers { edges { node { name deposit } } } }"


async def make(person, name="Crate", deposit="8.00", **more):
    answer = await person.ask(MAKE, input={"name": name, "deposit": deposit, **more})
    return answer.data["createReturnableContainer"]


async def test_a_case_stands_in_a_crate(world):
    chain = await Chain.create(world)
    brand = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    buyer = await world.member(chain.retailer, "BUYER")
    crate = await make(brand)
    pack = {"skuId": gid("Sku", chain.sku), "packagingLevel": "CASE"}

    done = await brand.ask(SET, input={**pack, "containerId": crate["id"]})
    seen = await buyer.ask(ALL)
    undone = await brand.ask(SET, input=pack)

    assert crate["currency"] == "CNY"
    assert done.data["setPackagingContainer"]["packaging"] == [
        {"level": "PIECE", "container": None},
        {"level": "CASE", "container": {"name": "Crate", "deposit": "8"}},
    ]
    assert seen.data["returnableContainers"]["edges"] == [
        {"node": {"name": "Crate", "deposit": "8"}}
    ]
    packs = undone.data["setPackagingContainer"]["packaging"]
    assert [each["container"] for each in packs] == [None, None]


async def test_a_container_is_named_once(world):
    chain = await Chain.create(world)
    brand = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    await make(brand)

    assert await make(brand) == {"code": "CATALOG_NAME_TAKEN", "field": "name"}
    assert await count(world, ReturnableContainer) == 1


@pytest.mark.parametrize("wrong", [{"deposit": "-1"}, {"currency": "XXQ"}, {"name": " "}])
async def test_a_senseless_container_is_not_made(world, wrong):
    chain = await Chain.create(world)
    brand = await world.member(chain.brand, "ENTERPRISE_ADMIN")

    answer = await brand.ask(MAKE, input={"name": "Keg", "deposit": "30", **wrong})

    assert answer.error_codes == ["INVALID"]
    assert await count(world, ReturnableContainer) == 0


async def test_only_who_keeps_a_product_says_what_its_packs_stand_in(world):
    chain = await Chain.create(world)
    brand = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    distributor = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    crate = await make(brand)
    pack = {"skuId": gid("Sku", chain.sku), "containerId": crate["id"]}

    theft = await distributor.ask(SET, input={**pack, "packagingLevel": "CASE"})
    pallet = await brand.ask(SET, input={**pack, "packagingLevel": "PALLET"})

    assert theft.error_codes == ["NOT_FOUND"]
    assert pallet.data["setPackagingContainer"] == {
        "code": "NO_SUCH_PACKAGING",
        "field": "packagingLevel",
    }
