"""Terms of lists through the API: dated, known for a time, derived without loops."""

from datetime import UTC, datetime

import pytest

from app.pricing.models import PriceList, PriceListTerms
from tests.support.branches import key
from tests.support.chain import Chain
from tests.support.days import network_day
from tests.support.list_terms import CHANGE, LOOK, change_terms, seen
from tests.support.network import actions, count
from tests.support.prices import create_list
from tests.support.told import told
from tests.support.world import gid

GRADUATED = {"breakType": "GRADUATED"}


def on(days: int) -> str:
    return str(network_day(days))


async def brand_of(world):
    chain = await Chain.create(world)
    return chain, await world.member(chain.brand, "ENTERPRISE_ADMIN")


async def test_terms_change_from_a_day_and_what_was_known_stays_known(world, statements):
    _, brand = await brand_of(world)
    made = await create_list(brand, name="Spring")
    before = datetime.now(UTC).isoformat()

    with statements.counting() as sent:
        changed = await change_terms(
            brand, made["id"], priority=5, breakBasis="ORDER", validFrom=on(30)
        )

    assert changed["__typename"] == "PriceList", changed
    assert changed["priority"] == 0  # as it is now
    now = (await seen(brand, made["id"], knownAt=datetime.now(UTC).isoformat()))["terms"]
    assert [each["priority"] for each in now] == [0, 5]
    assert now[0]["validUntil"] == now[1]["validFrom"]
    assert [each["breakBasis"] for each in now] == ["SKU", "ORDER"]
    then = (await seen(brand, made["id"], knownAt=before))["terms"]
    assert [(each["priority"], each["validUntil"]) for each in then] == [(0, None)]
    assert len(changed["terms"]) == 3
    assert await actions(world, key(made["id"])) == [
        "PRICE_LIST_CREATED",
        "PRICE_LIST_TERMS_CHANGED",
    ]
    assert len(sent) == 17, sent


async def test_terms_up_to_a_last_day_come_back_after_it(world):
    _, brand = await brand_of(world)
    made = await create_list(brand, name="Spring")

    await change_terms(brand, made["id"], priority=9, validFrom=on(10), validUntil=on(19))

    now = (await seen(brand, made["id"], knownAt=datetime.now(UTC).isoformat()))["terms"]
    assert [each["priority"] for each in now] == [0, 9, 0]
    assert now[1]["validUntil"] == now[2]["validFrom"]
    assert now[2]["validUntil"] is None


async def test_terms_over_others_still_to_come_are_refused(world):
    _, brand = await brand_of(world)
    made = await create_list(brand, name="Spring")
    await change_terms(brand, made["id"], priority=9, validFrom=on(10))
    known = await count(world, PriceListTerms)

    refused = await change_terms(brand, made["id"], priority=3)
    past = await change_terms(brand, made["id"], priority=3, validFrom="2020-05-01")
    replaced = await change_terms(brand, made["id"], priority=4, validFrom=on(10))

    assert refused["code"] == "PRICE_LIST_TERMS_OVERLAP"
    assert on(10) in refused["message"]
    assert past["code"] == "PRICE_FROM_PAST"
    assert [each["priority"] for each in replaced["terms"] if not each["knownUntil"]] == [0, 4]
    assert await count(world, PriceListTerms) == known + 1


async def test_a_list_derives_from_another_and_both_say_so(world):
    _, brand = await brand_of(world)
    parent = await create_list(brand, name="Standard")
    derivation = {"parentId": parent["id"], "percent": "97", "multiple": "0.05", "floor": "1"}

    child = await create_list(brand, name="Export", derivation=derivation)

    look = await seen(brand, child["id"])
    assert look["derivation"] == {"percent": "97", "parent": {"name": "Standard"}}
    assert look["parent"] == {"name": "Standard"}
    assert (await seen(brand, parent["id"]))["children"] == [{"name": "Export"}]
    alone = await change_terms(brand, child["id"], derivation=None)
    assert alone["parent"] is None
    kept = await change_terms(brand, child["id"], priority=3)
    assert kept["parent"] is None


async def test_lists_that_would_derive_from_each_other_are_named(world):
    _, brand = await brand_of(world)
    one = await create_list(brand, name="One")
    two = await create_list(brand, name="Two", derivation={"parentId": one["id"]})
    three = await create_list(brand, name="Three", derivation={"parentId": two["id"]})
    known = await count(world, PriceListTerms)

    refused = await change_terms(
        brand, one["id"], derivation={"parentId": three["id"]}, validFrom=on(30)
    )
    itself = await change_terms(brand, one["id"], derivation={"parentId": one["id"]})

    assert (refused["code"], refused["field"]) == ("DERIVED_LISTS_IN_LOOP", "derivation.parentId")
    assert "One ← Three ← Two ← One" in refused["message"]
    assert itself["code"] == "DERIVED_LISTS_IN_LOOP"
    assert await count(world, PriceListTerms) == known


@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"derivation": {"percent": "-1"}}, "INVALID", None),
        ({"derivation": {"percent": "0"}}, "INVALID", None),
        ({"derivation": {"multiple": "0"}}, "INVALID", None),
        ({"derivation": {"floor": "-1"}}, "INVALID", None),
        ({"derivation": {"floor": "3", "ceiling": "2"}}, "BAND_UPSIDE_DOWN", "derivation.floor"),
        ({"currency": "EUR", "derivation": {}}, "PARENT_CURRENCY_DIFFERS", "derivation.parentId"),
        ({"isTaxInclusive": True, "derivation": {}}, "PARENT_TAX_DIFFERS", "derivation.parentId"),
        ({"breakType": "GRADUATED", "breakBasis": "ORDER"}, "GRADUATED_BASIS", "breakBasis"),
        (
            {"breakType": "GRADUATED", "breakBasis": "PRODUCT_GROUP"},
            "GRADUATED_BASIS",
            "breakBasis",
        ),
    ],
)
async def test_terms_that_make_no_sense_make_no_list(world, fields, code, field):
    _, brand = await brand_of(world)
    parent = await create_list(brand, name="Standard")
    if "derivation" in fields:
        fields = fields | {"derivation": {"parentId": parent["id"], **fields["derivation"]}}
    lists = await count(world, PriceList)

    if field is None:
        with pytest.raises(AssertionError, match=code):
            await create_list(brand, name="Wrong", **fields)
    else:
        refused = await create_list(brand, name="Wrong", **fields)
        assert (refused["code"], refused["field"]) == (code, field)
    assert await count(world, PriceList) == lists


async def test_a_list_for_one_customer_is_in_its_currency(world):
    chain, brand = await brand_of(world)
    lists = await count(world, PriceList)
    to_whom = {"kind": "BUYER", "relationshipId": gid("TradingRelationship", chain.upstream)}

    refused = await create_list(brand, name="East", currency="EUR", **to_whom)

    assert refused["code"] == "CURRENCY_NOT_OF_RELATIONSHIP"
    assert await count(world, PriceList) == lists


async def test_lists_for_groups_territories_and_channels_name_them(world):
    _, brand = await brand_of(world)
    group = await brand.ask(
        'mutation { createCustomerGroup(input: {name: "G"}) { ... on CustomerGroup { id } } }'
    )
    area = await brand.ask(
        'mutation { createTerritory(input: {name: "T"}) { ... on Territory { id } } }'
    )
    kinds = {
        "GROUP": {"groupId": group.data["createCustomerGroup"]["id"]},
        "TERRITORY": {"territoryId": area.data["createTerritory"]["id"]},
        "CHANNEL": {"salesChannel": "HORECA"},
    }

    made = {
        kind: await create_list(brand, kind=kind, name=kind, **of) for kind, of in kinds.items()
    }

    looks = [await seen(brand, each["id"]) for each in made.values()]
    told = [
        (look["kind"], look["group"], look["territory"], look["salesChannel"]) for look in looks
    ]
    assert told == [
        ("GROUP", {"name": "G"}, None, None),
        ("TERRITORY", None, {"name": "T"}, None),
        ("CHANNEL", None, None, "HORECA"),
    ]


async def test_nobody_derives_from_or_changes_the_list_of_another(world):
    chain, brand = await brand_of(world)
    distributor = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    theirs = await create_list(brand, name="Theirs")
    mine = await create_list(distributor, name="Mine")
    known = await count(world, PriceListTerms)

    tried = [
        await distributor.ask(CHANGE, input={"priceListId": theirs["id"], "priority": 3}),
        await distributor.ask(
            CHANGE, input={"priceListId": mine["id"], "derivation": {"parentId": theirs["id"]}}
        ),
        await distributor.ask(LOOK, id=theirs["id"]),
    ]

    assert [answer.error_codes for answer in tried] == [["NOT_FOUND"]] * 3
    assert await count(world, PriceListTerms) == known


ROLES = ("ENTERPRISE_ADMIN", "SALES", "SERVICE", "WAREHOUSE", "BUYER")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("level", ["brand", "distributor", "sub", "retailer", "sibling"])
async def test_terms_and_derivations_show_to_the_sellers_price_readers_only(world, role, level):
    chain, brand = await brand_of(world)
    sub = await world.organisation("Sub", "SUB_DISTRIBUTOR", parent=chain.distributor)
    sibling = await world.organisation("West", parent=chain.brand)
    await world.relationship(chain.distributor, sub)
    await world.relationship(chain.brand, sibling)
    parent = await create_list(brand, name="Standard")
    derivation = {"parentId": parent["id"], "percent": "91.3701", "floor": "1.7713"}
    child = await create_list(brand, name="Child", derivation=derivation)
    seats = {
        "brand": chain.brand,
        "distributor": chain.distributor,
        "sub": sub,
        "retailer": chain.retailer,
        "sibling": sibling,
    }
    person = await world.member(seats[level], role)
    may_see = level == "brand" and role == "ENTERPRISE_ADMIN"

    answers = [
        await person.ask(LOOK, id=child["id"]),
        await person.ask("{ priceLists { edges { node { terms { derivation { floor } } } } } }"),
        await person.ask(
            "query($id: ID!) { node(id: $id) { ... on PriceList { derivation { percent } } } }",
            id=child["id"],
        ),
    ]

    text = told([answer.body for answer in answers])
    assert ("91.3701" in text, "1.7713" in text) == (may_see, may_see)


async def test_reading_terms_costs_the_same_for_any_number_of_lists(world, statements):
    _, brand = await brand_of(world)
    parent = await create_list(brand, name="Standard")
    counts = []
    ask = """{ priceLists { edges { node { name group { name } parent { name } children { name }
        terms { derivation { parent { name } } } } } } }"""

    for name in ("A", "B", "C"):
        await create_list(brand, name=name, derivation={"parentId": parent["id"]})
        with statements.counting() as sent:
            await brand.ask(ask)
        counts.append(len(sent))

    assert counts == [12] * 3, sent
