import asyncio
from decimal import Decimal

import pytest

from app.organisations import operations
from app.organisations.models import AssignedRep, CustomerLevel, TradingRelationship
from tests.support.network import actions, count, network
from tests.support.world import gid

SHOW = """query($id: ID!) { relationship(id: $id) { currency creditLimit isCreditUnlimited
    level { name } upstreamVisibility allowsFallbackPrice reps { name } seller { name }
    buyer { name } } }"""
CHANGE = """mutation($input: ChangeRelationshipTermsInput!) {
    changeRelationshipTerms(input: $input) {
    __typename ... on TradingRelationship { creditLimit deliveryDays level { name } }
    ... on Refusal { code field } } }"""
OPEN = """mutation($input: OpenRelationshipInput!) { openRelationship(input: $input) {
    __typename ... on TradingRelationship { currency paymentTerms creditLimit buyer { name } }
    ... on Refusal { code field message } } }"""
CLOSE = """mutation($input: CloseRelationshipInput!) { closeRelationship(input: $input) {
    ... on TradingRelationship { validUntil } ... on Refusal { code } } }"""
ASSIGN = """mutation($input: AssignRepInput!) { assignRep(input: $input) {
    ... on TradingRelationship { reps { name membershipId } } ... on Refusal { code } } }"""
UNASSIGN = ASSIGN.replace("Assign", "Unassign").replace("assignRep(", "unassignRep(")
LEVEL = """mutation($input: CreateCustomerLevelInput!) { createCustomerLevel(input: $input) {
    ... on CustomerLevel { id name parent { name } } ... on Refusal { code field } } }"""


async def relation(world, key) -> TradingRelationship:
    return await world.run(lambda work: operations.find_relationship(work, key))


async def test_the_buyer_learns_its_credit_but_not_its_level(world):
    chain = await network(world)
    level = await world.level(chain.east, "Gold")
    east, shop = (
        await world.member(chain.east, "ENTERPRISE_ADMIN"),
        await world.member(chain.east_shop, "ENTERPRISE_ADMIN"),
    )
    key = gid("TradingRelationship", chain.east_to_shop)
    terms = {
        "levelId": gid("CustomerLevel", level),
        "creditLimit": "500",
        "isCreditUnlimited": False,
    }
    await east.ask(CHANGE, input={"relationshipId": key, "terms": terms})

    seen_by_seller = (await east.ask(SHOW, id=key)).data["relationship"]
    seen_by_buyer = (await shop.ask(SHOW, id=key)).data["relationship"]

    assert seen_by_seller["level"] == {"name": "Gold"}
    assert seen_by_seller["upstreamVisibility"] == "NOTHING"
    assert seen_by_buyer["level"] is None
    assert seen_by_buyer["upstreamVisibility"] is None
    assert seen_by_buyer["allowsFallbackPrice"] is None
    assert seen_by_buyer["creditLimit"] == seen_by_seller["creditLimit"] == "500"


async def test_upstream_sees_that_two_trade_but_not_their_credit(world):
    chain = await network(world, east_visibility="ORDERS")
    admin = await world.member(chain.brand, "ENTERPRISE_ADMIN")

    answer = await admin.ask(SHOW, id=gid("TradingRelationship", chain.east_to_shop))

    shown = answer.data["relationship"]
    assert shown["buyer"] == {"name": "East shop"}
    assert (shown["creditLimit"], shown["isCreditUnlimited"], shown["level"]) == (None, None, None)


async def test_a_rep_sees_assigned_customers_only(world):
    chain = await network(world)
    rep = await world.member(chain.brand, "SALES")
    await world.assign_rep(chain.brand_to_east, rep)

    listed = await rep.ask("{ customers { edges { node { buyer { name } } } } }")
    hidden = await rep.ask(SHOW, id=gid("TradingRelationship", chain.brand_to_west))

    assert [edge["node"]["buyer"]["name"] for edge in listed.data["customers"]["edges"]] == ["East"]
    assert hidden.error_codes == ["NOT_FOUND"]


@pytest.mark.parametrize("place", ["brand", "west", "east_shop"])
async def test_nobody_but_the_seller_sets_terms(world, place):
    chain = await network(world, east_visibility="ORDERS")
    person = await world.member(getattr(chain, place), "ENTERPRISE_ADMIN")
    key = gid("TradingRelationship", chain.east_to_shop)

    answers = [
        await person.ask(CHANGE, input={"relationshipId": key, "terms": {"creditLimit": "1"}}),
        await person.ask(CLOSE, input={"relationshipId": key}),
        await person.ask(
            ASSIGN,
            input={"relationshipId": key, "membershipId": gid("Membership", person.membership_id)},
        ),
    ]

    assert [answer.error_codes for answer in answers] == [["NOT_FOUND"]] * 3
    assert (await relation(world, chain.east_to_shop)).credit_limit is None
    assert (await relation(world, chain.east_to_shop)).valid_until is None
    assert await count(world, AssignedRep) == 0


async def test_terms_that_are_not_given_stay(world, statements):
    chain = await network(world)
    admin = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    key = gid("TradingRelationship", chain.brand_to_east)
    await admin.ask(
        CHANGE, input={"relationshipId": key, "terms": {"creditLimit": "900", "deliveryDays": 5}}
    )

    with statements.counting() as sent:
        answer = await admin.ask(
            CHANGE, input={"relationshipId": key, "terms": {"creditLimit": None}}
        )

    changed = answer.data["changeRelationshipTerms"]
    assert (changed["creditLimit"], changed["deliveryDays"]) == (None, 5)
    assert await actions(world, chain.brand_to_east) == ["CHANGE_RELATIONSHIP_TERMS"] * 2
    # begin, who acts, lock, update, event with audit, commit
    assert len(sent) == 6


async def test_days_that_count_by_themselves_are_agreed_shown_to_both_and_taken_away(world):
    chain = await network(world)
    seller = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    buyer = await world.member(chain.east, "ENTERPRISE_ADMIN")
    key = gid("TradingRelationship", chain.brand_to_east)
    agreed = {"paymentDays": 3, "automaticReceiptDays": 7}

    await seller.ask(CHANGE, input={"relationshipId": key, "terms": agreed})
    shown = [await days(person, key) for person in (seller, buyer)]
    await seller.ask(CHANGE, input={"relationshipId": key, "terms": {"paymentDays": None}})

    assert shown == [agreed, agreed]
    assert await days(buyer, key) == {"paymentDays": None, "automaticReceiptDays": 7}
    assert await actions(world, chain.brand_to_east) == ["CHANGE_RELATIONSHIP_TERMS"] * 2


async def test_those_above_do_not_see_the_days_two_parties_agreed_on(world):
    chain = await network(world, east_visibility="ORDERS")
    seller = await world.member(chain.east, "ENTERPRISE_ADMIN")
    above = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    key = gid("TradingRelationship", chain.east_to_shop)

    await seller.ask(CHANGE, input={"relationshipId": key, "terms": {"paymentDays": 3}})

    assert await days(seller, key) == {"paymentDays": 3, "automaticReceiptDays": None}
    assert await days(above, key) == {"paymentDays": None, "automaticReceiptDays": None}


async def days(person, key):
    document = """query($id: ID!) { node(id: $id) { ... on TradingRelationship {
        paymentDays automaticReceiptDays } } }"""
    return (await person.ask(document, id=key)).data["node"]


@pytest.mark.parametrize(
    ("terms", "code", "field"),
    [
        ({"creditLimit": "-1"}, "INVALID", "terms.creditLimit"),
        ({"creditLimit": "1.00001"}, "INVALID", "terms.creditLimit"),
        ({"minimumOrderValue": "-0.01"}, "INVALID", "terms.minimumOrderValue"),
        ({"deliveryDays": -1}, "INVALID", "terms.deliveryDays"),
        ({"paymentDays": 0}, "INVALID", "terms.paymentDays"),
        ({"automaticReceiptDays": 0}, "INVALID", "terms.automaticReceiptDays"),
        ({"automaticReceiptDays": 3651}, "INVALID", "terms.automaticReceiptDays"),
        ({"minimumShelfLifeDays": 99999}, "INVALID", "terms.minimumShelfLifeDays"),
        ({"levelId": "foreign"}, "NOT_FOUND", "terms.levelId"),
    ],
)
async def test_senseless_terms_change_nothing(world, terms, code, field):
    chain = await network(world)
    admin = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    if "levelId" in terms:
        terms = {"levelId": gid("CustomerLevel", await world.level(chain.east, "Theirs"))}

    answer = await admin.ask(
        CHANGE,
        input={"relationshipId": gid("TradingRelationship", chain.brand_to_east), "terms": terms},
    )

    assert answer.error_codes == [code]
    assert answer.body["errors"][0]["extensions"]["field"] == field
    assert await actions(world, chain.brand_to_east) == []


async def test_a_relationship_ends_once_and_stays_readable(world):
    chain = await network(world)
    admin = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    key = gid("TradingRelationship", chain.brand_to_east)

    first = await admin.ask(CLOSE, input={"relationshipId": key, "reason": "Moved away"})
    again = await admin.ask(CLOSE, input={"relationshipId": key})

    assert first.data["closeRelationship"]["validUntil"] is not None
    assert again.data["closeRelationship"] == {"code": "RELATIONSHIP_CLOSED"}
    assert (await admin.ask(SHOW, id=key)).data["relationship"]["buyer"] == {"name": "East"}
    sellers = await world.run(lambda work: operations.open_upstream_relationships(work, chain.east))
    assert sellers == []


async def test_a_seller_opens_a_relationship_once_at_a_time(world):
    chain = await network(world)
    admin = await world.member(chain.east, "ENTERPRISE_ADMIN")
    buyer = {"buyerId": gid("Organisation", chain.east_shop)}
    key = gid("TradingRelationship", chain.east_to_shop)

    refused = (await admin.ask(OPEN, input=buyer)).data["openRelationship"]
    await admin.ask(CLOSE, input={"relationshipId": key})
    opened = (await admin.ask(OPEN, input=buyer)).data["openRelationship"]

    assert refused["code"] == "RELATIONSHIP_EXISTS"
    assert refused["message"] == "East shop already buys from East."
    assert opened["currency"] == "CNY"
    assert (opened["paymentTerms"], opened["creditLimit"]) == ("PREPAID", None)
    assert await count(world, TradingRelationship) == 5


@pytest.mark.parametrize("place", ["west", "west_shop"])
async def test_nobody_sells_to_whom_they_cannot_see(world, place):
    chain = await network(world)
    admin = await world.member(chain.east, "ENTERPRISE_ADMIN")

    answer = await admin.ask(OPEN, input={"buyerId": gid("Organisation", getattr(chain, place))})

    assert answer.error_codes == ["NOT_FOUND"]
    assert await count(world, TradingRelationship) == 4


async def test_reps_are_colleagues(world):
    chain = await network(world)
    admin = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    rep, stranger = (
        await world.member(chain.brand, "SALES"),
        await world.member(chain.east, "SALES"),
    )
    key = gid("TradingRelationship", chain.brand_to_east)
    colleague = {"relationshipId": key, "membershipId": gid("Membership", rep.membership_id)}

    assigned = [await admin.ask(ASSIGN, input=colleague) for _ in range(2)]
    refused = await admin.ask(
        ASSIGN,
        input={"relationshipId": key, "membershipId": gid("Membership", stranger.membership_id)},
    )
    removed = await admin.ask(UNASSIGN, input=colleague)

    assert [len(answer.data["assignRep"]["reps"]) for answer in assigned] == [1, 1]
    assert refused.error_codes == ["NOT_FOUND"]
    assert removed.data["unassignRep"]["reps"] == []
    assert await actions(world, chain.brand_to_east) == ["ASSIGN_REP", "UNASSIGN_REP"]


async def test_customer_levels_have_one_name_and_are_the_sellers_own(world):
    chain = await network(world)
    admin, other = (
        await world.member(chain.brand, "ENTERPRISE_ADMIN"),
        await world.member(chain.east, "ENTERPRISE_ADMIN"),
    )

    gold = (await admin.ask(LEVEL, input={"name": " Gold "})).data["createCustomerLevel"]
    plus = await admin.ask(LEVEL, input={"name": "Gold plus", "parentId": gold["id"]})
    twin = await admin.ask(LEVEL, input={"name": "Gold"})
    theft = await other.ask(LEVEL, input={"name": "Theirs", "parentId": gold["id"]})
    listed = await other.ask("{ customerLevels { edges { node { name } } } }")

    assert plus.data["createCustomerLevel"]["parent"] == {"name": "Gold"}
    assert twin.data["createCustomerLevel"] == {"code": "LEVEL_NAME_TAKEN", "field": "name"}
    assert theft.error_codes == ["NOT_FOUND"]
    assert listed.data["customerLevels"]["edges"] == []
    assert await count(world, CustomerLevel) == 2


async def test_a_levels_path_runs_from_itself_to_its_root(world):
    brand = await world.organisation("Brand", "BRAND")
    base = await world.level(brand, "Base")
    gold = await world.level(brand, "Gold", base)
    plus = await world.level(brand, "Gold plus", gold)

    buyer = await world.organisation("East", "DISTRIBUTOR", brand)
    relationship = await relation(world, await world.relationship(brand, buyer, level_id=plus))

    classed = await world.run(lambda work: operations.classification_of(work, relationship))

    assert classed.level_ids == (plus, gold, base)


async def test_open_suppliers_are_found_oldest_first(world):
    chain = await network(world)
    second = await world.relationship(chain.west, chain.east_shop, credit_limit=Decimal(5))

    found = await world.run(
        lambda work: operations.open_upstream_relationships(work, chain.east_shop)
    )

    assert [row.id for row in found] == [chain.east_to_shop, second]


async def test_without_the_permission_nothing_is_changed(world):
    chain = await network(world)
    keeper = await world.member(chain.brand, "WAREHOUSE")

    answer = await keeper.ask(
        CLOSE, input={"relationshipId": gid("TradingRelationship", chain.brand_to_east)}
    )

    assert answer.error_codes == ["FORBIDDEN"]
    assert (await relation(world, chain.brand_to_east)).valid_until is None


async def test_two_who_open_the_same_relationship_at_once_get_one(world):
    brand = await world.organisation("Brand", "BRAND")
    shop = await world.organisation("Shop", "RETAILER", brand)
    admin = await world.member(brand, "ENTERPRISE_ADMIN")

    answers = await asyncio.gather(
        *(admin.ask(OPEN, input={"buyerId": gid("Organisation", shop)}) for _ in range(3))
    )

    results = [answer.data["openRelationship"] for answer in answers]
    assert sorted(result.get("code", "opened") for result in results) == [
        "RELATIONSHIP_EXISTS",
        "RELATIONSHIP_EXISTS",
        "opened",
    ]
    assert await count(world, TradingRelationship) == 1
