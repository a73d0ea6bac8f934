"""Bands through the API and as guards: granted, dated, and seen by those concerned only."""

from decimal import Decimal
from fractions import Fraction

import pytest

from app.catalog.operations import sku_facts
from app.organisations.operations import find_relationship
from app.pricing.models import PriceBand
from app.pricing.operations.bands import ProposedPrice, band_conflicts, bands_for
from app.pricing.rules.guards import GuardVerdict, check_guards
from tests.support import bands
from tests.support.bands import ask_to_grant, bands_of, for_sku, granted
from tests.support.branches import key as key_of_id
from tests.support.chain import Chain
from tests.support.days import network_day
from tests.support.network import actions, count
from tests.support.world import gid


async def guards_of(chain: Chain, relationship=None):
    """The guards of what the distributor sells to the shop."""

    async def read(work):
        relation = await find_relationship(work, relationship or chain.downstream)
        facts = await sku_facts(work, [chain.sku])
        return await bands_for(work, relation.seller_id, relation, facts, work.now)

    return await chain.world.run(read)


async def conflicts_of(chain: Chain, amount: str, **more):
    price = {"packaging_level": None, "currency": "CNY", "is_tax_inclusive": False} | more
    proposed = ProposedPrice(position=1, sku_id=chain.sku, amount=Decimal(amount), **price)
    return await chain.world.run(lambda work: band_conflicts(work, chain.distributor, [proposed]))


async def test_a_brand_bounds_what_its_distributors_ask(world, statements):
    chain = await Chain.create(world)
    brand = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    limits = {"floor": "58.8", "ceiling": "72", "outside": "APPROVAL"}

    with statements.counting() as sent:
        made = await for_sku(brand, chain.sku, limits, packagingLevel="CASE")

    assert made["__typename"] == "PriceBand", made
    assert made["grantor"] == {"name": "Riverside Brand"}
    assert len(sent) == 18, sent
    (guard,) = await guards_of(chain)
    assert (guard.floor, guard.ceiling) == (Fraction("2.45"), Fraction(3))
    assert not guard.granted_by_own
    assert check_guards(Decimal("2.43276"), None, [guard]).verdict is GuardVerdict.NEEDS_APPROVAL
    assert "PRICE_BAND_GRANTED" in await actions(world, key_of_id(made["id"]))


async def test_who_is_bound_sees_the_band_but_not_the_floor_unless_granted(world):
    chain = await Chain.create(world)
    brand = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    distributor = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    limits = {"floor": "2.45", "ceiling": "3", "minimumMarginPercent": "5"}
    first = await for_sku(brand, chain.sku, limits)

    (hidden,) = await bands_of(distributor, bands.GRANTED)
    await brand.ask(
        bands.CHANGE,
        input={"priceBandId": first["id"], "limits": {**limits, "isFloorVisible": True}},
    )
    (shown,) = await bands_of(distributor, bands.GRANTED)

    assert (hidden["floor"], hidden["ceiling"]) == (None, "3")
    assert hidden["minimumMarginPercent"] == "5"
    assert hidden["audience"] is hidden["isFloorVisible"] is None
    assert shown["floor"] == "2.45"
    assert await bands_of(distributor) == []


ROLES = ("ENTERPRISE_ADMIN", "SALES", "SERVICE", "WAREHOUSE", "BUYER")
LEVELS = ("brand", "distributor", "sub", "retailer", "sibling")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("level", LEVELS)
async def test_bands_show_to_grantor_and_bound_and_to_those_who_read_prices(world, role, level):
    chain = await Chain.create(world)
    sub = await world.organisation("Sub", "SUB_DISTRIBUTOR", parent=chain.distributor)
    sibling = await world.organisation("West", parent=chain.brand)
    await world.relationship(chain.distributor, sub)
    await world.relationship(chain.brand, sibling)
    brand = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    distributor = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    upstream = gid("TradingRelationship", chain.upstream)
    of_brand = await for_sku(
        brand,
        chain.sku,
        {"floor": "2.4501", "ceiling": "3.1701"},
        audience="RELATIONSHIP",
        relationshipId=upstream,
    )
    own = await for_sku(distributor, chain.sku, {"floor": "2.5003"}, audience="OWN")
    seats = {
        "brand": chain.brand,
        "distributor": chain.distributor,
        "sub": sub,
        "retailer": chain.retailer,
        "sibling": sibling,
    }
    person = await world.member(seats[level], role)
    seen = {"brand": {"2.4501", "3.1701"}, "distributor": {"3.1701", "2.5003"}}
    expected = seen.get(level, set()) if role == "ENTERPRISE_ADMIN" else set()

    answers = [
        await person.ask(bands.OWN),
        await person.ask(bands.GRANTED),
        await person.ask(
            "query($ids: [ID!]!) { nodes(ids: $ids) { ... on PriceBand { floor ceiling } } }",
            ids=[of_brand["id"], own["id"]],
        ),
    ]

    text = "".join(str(answer.body) for answer in answers)
    assert {mark for mark in ("2.4501", "3.1701", "2.5003") if mark in text} == expected


async def test_the_narrower_band_wins_limit_by_limit_and_every_grantor_binds(world):
    chain = await Chain.create(world)
    brand = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    distributor = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    category = gid("Category", world.category_id)
    await granted(brand, {"floor": "1", "ceiling": "9"}, categoryId=category)
    await granted(brand, {"minimumMarginPercent": "7"})
    await for_sku(brand, chain.sku, {"floor": "2"})
    upstream = gid("TradingRelationship", chain.upstream)
    await for_sku(
        brand, chain.sku, {"floor": "3"}, audience="RELATIONSHIP", relationshipId=upstream
    )
    await for_sku(distributor, chain.sku, {"floor": "2.5"}, audience="OWN")

    guards = await guards_of(chain)

    limits = [
        (each.granted_by_own, each.floor, each.ceiling, each.minimum_margin_percent)
        for each in guards
    ]
    assert limits == [
        (True, Fraction(5, 2), None, None),
        (False, 3, None, None),
        (False, None, 9, None),
        (False, None, None, 7),
    ]


async def test_a_level_is_bound_by_bands_of_the_levels_it_falls_back_on(world):
    chain = await Chain.create(world)
    gold = await world.level(chain.brand, "Gold")
    silver = await world.level(chain.brand, "Silver", gold)
    brand = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    key = gid("CustomerLevel", gold)
    await for_sku(brand, chain.sku, {"floor": "2"}, audience="LEVEL", levelId=key)
    assert await guards_of(chain) == []
    terms = """mutation($input: ChangeRelationshipTermsInput!) {
        changeRelationshipTerms(input: $input) { __typename } }"""
    given = {
        "relationshipId": gid("TradingRelationship", chain.upstream),
        "terms": {"levelId": gid("CustomerLevel", silver)},
    }

    await brand.ask(terms, input=given)

    assert [guard.floor for guard in await guards_of(chain)] == [2]


@pytest.mark.parametrize(
    ("limits", "code", "field"),
    [
        ({"floor": "3", "ceiling": "2"}, "BAND_UPSIDE_DOWN", "limits.floor"),
        (
            {"recommendedRetailPrice": "3", "maximumRetailPrice": "2"},
            "BAND_UPSIDE_DOWN",
            "limits.recommendedRetailPrice",
        ),
        ({"floor": "0"}, "BAND_LIMIT_ZERO", "limits.floor"),
        ({"ceiling": "0"}, "BAND_LIMIT_ZERO", "limits.ceiling"),
        ({"minimumMarginPercent": "100"}, "INVALID", None),
        ({"floor": "-1"}, "INVALID", None),
        ({"floor": "1.00001"}, "INVALID", None),
        ({}, "INVALID", None),
    ],
)
async def test_a_band_that_makes_no_sense_is_refused(world, limits, code, field):
    chain = await Chain.create(world)
    brand = await world.member(chain.brand, "ENTERPRISE_ADMIN")

    answer = await ask_to_grant(brand, limits, skuId=gid("Sku", chain.sku))

    if field is None:
        assert answer.error_codes == [code]
    else:
        refused = answer.data["grantPriceBand"]
        assert (refused["code"], refused["field"]) == (code, field)
    assert await bands_of(brand) == []


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({}, ["INVALID"]),  # everything can bind a margin only
        ({"audience": "LEVEL"}, ["INVALID"]),
        ({"skuId": gid("Sku", "0190d7a2-0000-7000-8000-000000000000")}, ["NOT_FOUND"]),
        ({"audience": "OWN", "currency": "XXQ", "skuId": "own"}, ["INVALID"]),
        ({"packagingLevel": "PALLET", "skuId": "own"}, ["INVALID"]),
    ],
)
async def test_a_band_for_nothing_that_is_there_is_senseless(world, fields, codes):
    chain = await Chain.create(world)
    brand = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    if fields.get("skuId") == "own":
        fields = fields | {"skuId": gid("Sku", chain.sku)}

    answer = await ask_to_grant(brand, {"floor": "2"}, **fields)

    assert answer.error_codes == codes
    assert await bands_of(brand) == []


async def test_a_band_for_one_customer_is_in_its_currency(world):
    chain = await Chain.create(world)
    brand = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    to_whom = {
        "audience": "RELATIONSHIP",
        "relationshipId": gid("TradingRelationship", chain.upstream),
    }

    refused = await for_sku(brand, chain.sku, {"floor": "2"}, currency="EUR", **to_whom)

    assert refused["code"] == "CURRENCY_NOT_OF_RELATIONSHIP"
    assert await bands_of(brand) == []


async def test_nobody_bounds_the_customers_of_another(world):
    chain = await Chain.create(world)
    distributor = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    to_whom = {
        "audience": "RELATIONSHIP",
        "relationshipId": gid("TradingRelationship", chain.upstream),
    }

    answer = await ask_to_grant(distributor, {"floor": "2"}, skuId=gid("Sku", chain.sku), **to_whom)

    assert answer.error_codes == ["NOT_FOUND"]
    assert await count(world, PriceBand) == 0


async def test_a_second_band_for_the_same_is_refused_until_the_first_ends(world):
    chain = await Chain.create(world)
    brand = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    first = await for_sku(brand, chain.sku, {"floor": "2"})

    refused = await for_sku(brand, chain.sku, {"floor": "3"})
    ended = await brand.ask(bands.END, input={"priceBandId": first["id"]})
    again = await for_sku(brand, chain.sku, {"floor": "3"})

    assert refused["code"] == "BAND_OVERLAPS"
    assert ended.data["endPriceBand"]["__typename"] == "PriceBand"
    assert again["floor"] == "3"
    twice = await brand.ask(bands.END, input={"priceBandId": first["id"]})
    assert twice.data["endPriceBand"]["code"] == "PRICE_BAND_ENDED"


async def test_a_band_still_to_come_can_be_taken_back(world):
    chain = await Chain.create(world)
    brand = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    later = str(network_day(30))
    first = await for_sku(brand, chain.sku, {"floor": "2"}, validFrom=later)

    await brand.ask(bands.END, input={"priceBandId": first["id"]})

    assert await bands_of(brand) == []
    assert "PRICE_BAND_ENDED" in await actions(world, key_of_id(first["id"]))


async def test_a_changed_band_says_the_old_until_the_day_and_the_new_from_it(world):
    chain = await Chain.create(world)
    brand = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    first = await for_sku(brand, chain.sku, {"floor": "2"})
    later = str(network_day(30))

    changed = await brand.ask(
        bands.CHANGE,
        input={"priceBandId": first["id"], "limits": {"floor": "3"}, "validFrom": later},
    )

    assert changed.data["changePriceBand"]["floor"] == "3"
    newer, older = await bands_of(brand)
    assert (older["floor"], newer["floor"]) == ("2", "3")
    assert older["validUntil"] == newer["validFrom"]
    assert [guard.floor for guard in await guards_of(chain)] == [2]


async def test_the_same_key_grants_once(world):
    chain = await Chain.create(world)
    brand = await world.member(chain.brand, "ENTERPRISE_ADMIN")

    one = await for_sku(brand, chain.sku, {"floor": "2"}, idempotencyKey="one")
    other = await for_sku(brand, chain.sku, {"floor": "2"}, idempotencyKey="one")

    assert one["id"] == other["id"]
    assert await count(world, PriceBand) == 1


async def test_proposed_prices_outside_a_band_are_told_without_the_floor(world):
    chain = await Chain.create(world)
    brand = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    await for_sku(brand, chain.sku, {"floor": "2.45", "ceiling": "3", "outside": "APPROVAL"})

    (below,) = await conflicts_of(chain, "2.44")
    inside = await conflicts_of(chain, "2.45")
    case = await conflicts_of(chain, "72", packaging_level="CASE")
    (above,) = await conflicts_of(chain, "3.40", is_tax_inclusive=True)
    with_tax = await conflicts_of(chain, "3.39", is_tax_inclusive=True)

    assert (below.kind, below.limit, below.outside) == ("FLOOR", None, "APPROVAL")
    assert below.text == "is below what the brand allows"
    assert (above.kind, above.limit) == ("CEILING", 3)
    assert inside == case == with_tax == []


async def test_bands_of_others_only_warn_where_the_network_says_so(world):
    chain = await Chain.create(world)
    brand = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    distributor = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    admin = await world.member(chain.brand, "SYSTEM_ADMIN")
    await for_sku(brand, chain.sku, {"floor": "2.45"})
    await for_sku(distributor, chain.sku, {"ceiling": "9"}, audience="OWN")
    advise = """mutation { changeNetworkSettings(
        input: {name: "N", taxMode: PER_LINE, bandRule: ADVISORY}
    ) { ... on Tenant { bandRule freeGoodsTax } } }"""

    answer = await admin.ask(advise)

    assert answer.data["changeNetworkSettings"] == {
        "bandRule": "ADVISORY",
        "freeGoodsTax": "DISCOUNT",
    }
    own, upstream = await guards_of(chain)
    assert (own.is_advisory, upstream.is_advisory) == (False, True)
    (told,) = await conflicts_of(chain, "2.44")
    assert told.is_advisory


async def test_reading_guards_costs_the_same_for_any_number_of_bands(world, statements):
    chain = await Chain.create(world)
    brand = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    counts = []

    for limits in ({"floor": "2"}, {"ceiling": "9"}, {"minimumMarginPercent": "3"}):
        scope = [
            {"skuId": gid("Sku", chain.sku)},
            {"categoryId": gid("Category", world.category_id)},
        ]
        await granted(
            brand, limits, **({} if "minimumMarginPercent" in limits else scope[len(counts)])
        )
        with statements.counting() as sent:
            await guards_of(chain)
        counts.append(len(sent))

    assert counts == [7] * 3, sent
