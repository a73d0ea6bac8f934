"""Coupons, points, tiers, claims and what a buyer sees of them, through the API."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise

import pytest
from sqlalchemy import select, update

from app.kernel.ids import new_id
from app.promotions.models import BuyerStanding, Coupon, PointsEntry, PointsProgramme
from app.promotions.rules.coupons import generated
from app.promotions.rules.terms import Eligibility, Funding, Limits, SchemeTier
from app.promotions.rules.words import BenefitKind, Lane
from tests.support.network import count
from tests.support.promotions import TERMS, Trade, activated, drafted, key_of, mutate
from tests.support.told import told
from tests.support.world import gid


@pytest.fixture
async def trade(world):
    return await Trade.create(world)


@pytest.fixture
async def admin(trade):
    return await trade.world.member(trade.seller, "ENTERPRISE_ADMIN")


@pytest.fixture
async def buyer(trade):
    return await trade.world.member(trade.buyer, "BUYER")


async def waiting_for_coupons(admin):
    made = await drafted(admin, terms=TERMS | {"needsCoupon": True})
    await activated(admin, made)
    return made["id"]


async def test_ten_thousand_coupons_come_with_one_insert_and_once(trade, admin, statements):
    scheme = await waiting_for_coupons(admin)
    given = {"schemeId": scheme, "quantity": 10_000, "prefix": "tea-", "idempotencyKey": "one"}

    with statements.counting() as sent:
        issued = await mutate(admin, "issueCoupons", **given)
    again = await mutate(admin, "issueCoupons", **given)

    codes = await trade.world.run(lambda work: work.session.scalars(select(Coupon.code)))
    found = set(codes)
    assert issued == again
    assert (issued["quantity"], len(found)) == (10_000, 10_000)
    assert {code[:3] for code in found} == {"TEA"}
    assert [each for each in sent if each.startswith("WITH written AS")] != []
    assert len(sent) == 10


async def test_coupons_for_one_customer_show_to_nobody_else(trade, admin, buyer):
    scheme = await waiting_for_coupons(admin)
    key = gid("TradingRelationship", trade.relationship)
    other_shop = await trade.world.organisation("Other Shop", "RETAILER", trade.seller)
    other = await trade.world.relationship(trade.seller, other_shop)
    other_buyer = await trade.world.member(other_shop, "BUYER")
    await mutate(
        admin,
        "issueCoupons",
        idempotencyKey=new_id().hex,
        schemeId=scheme,
        relationshipId=key,
    )
    ask = """query($id: ID!) { myCoupons(relationshipId: $id) { edges { node { id code } } } }"""
    look = "query($id: ID!) { node(id: $id) { id } }"

    (mine,) = (await buyer.ask(ask, id=key)).data["myCoupons"]["edges"]
    theirs = await other_buyer.ask(ask, id=gid("TradingRelationship", other))
    foreign = await other_buyer.ask(ask, id=key)
    code = mine["node"]["code"]

    assert theirs.data["myCoupons"]["edges"] == []
    assert foreign.error_codes == ["NOT_FOUND"]
    assert (await other_buyer.ask(look, id=mine["node"]["id"])).data == {"node": None}
    assert [each.is_accepted for each in (await trade.offer(coupon_codes=[code])).coupons] == [True]
    unknown = (await trade.offer(coupon_codes=[code], relationship=other)).coupons
    assert [(each.is_accepted, each.coupon_id, each.reason) for each in unknown] == [
        (False, None, "There is no such coupon for you.")
    ]


async def test_a_mistyped_code_is_called_so_and_says_nothing_of_other_codes(trade, admin):
    scheme = await waiting_for_coupons(admin)
    await mutate(
        admin, "issueCoupons", idempotencyKey="one", schemeId=scheme, quantity=1, prefix="tea"
    )
    await trade.coupon(key_of({"id": scheme}), "TEA10")
    stranger = await trade.world.organisation("Other Shop", "RETAILER", trade.seller)
    other = await trade.world.relationship(trade.seller, stranger)
    read = trade.world.run(lambda work: work.session.scalars(select(Coupon.code)))
    drawn = max(await read, key=len)
    swapped = drawn[:-1] + ("A" if drawn[-1] != "A" else "B")
    never_drawn = generated(4711)
    codes = [drawn.lower(), "TEA10", swapped, never_drawn, "TEA11", "TEA*1"]

    own = (await trade.offer(coupon_codes=codes)).coupons
    await trade.world.run(
        lambda work: work.session.execute(update(Coupon).values(relationship_id=trade.relationship))
    )
    theirs = (await trade.offer(coupon_codes=codes, relationship=other)).coupons

    mistyped = "The code is mistyped; check it letter by letter."
    unknown = "There is no such coupon for you."
    of_text = [mistyped, unknown, unknown, mistyped]
    second = "Another coupon of the same promotion was given already."
    assert [each.reason for each in own] == ["", second, *of_text]
    assert [each.reason for each in theirs] == [unknown, unknown, *of_text]


async def test_withdrawn_coupons_are_refused(trade, admin):
    scheme = await waiting_for_coupons(admin)
    issued = await mutate(admin, "issueCoupons", idempotencyKey="one", schemeId=scheme, quantity=3)
    codes = list(await trade.world.run(lambda work: work.session.scalars(select(Coupon.code))))

    done = await mutate(admin, "withdrawCoupons", schemeId=scheme, batchId=issued["batchId"])
    again = await mutate(admin, "withdrawCoupons", schemeId=scheme, batchId=issued["batchId"])

    (outcome,) = (await trade.offer(coupon_codes=codes[:1])).coupons
    assert (done["quantity"], again["quantity"]) == (3, 0)
    assert (outcome.is_accepted, outcome.reason) == (False, "The coupon was withdrawn.")


async def test_a_scheme_that_speaks_anyway_takes_no_coupons(trade, admin):
    made = await drafted(admin)

    refusal = await mutate(
        admin, "issueCoupons", idempotencyKey="one", schemeId=made["id"], quantity=3
    )

    assert refusal["code"] == "SCHEME_TAKES_NO_COUPONS"
    assert await count(trade.world, Coupon) == 0


@pytest.mark.parametrize(
    ("fault", "field"),
    [
        ({"quantity": 0}, "quantity"),
        ({"quantity": 10_001}, "quantity"),
        ({"usesLimit": 0}, "usesLimit"),
        ({"prefix": "tea!"}, "prefix"),
        ({"prefix": "T" * 17}, "prefix"),
    ],
)
async def test_senseless_coupons_change_nothing(trade, admin, fault, field):
    scheme = await waiting_for_coupons(admin)
    ask = "mutation($input: IssueCouponsInput!) { issueCoupons(input: $input) { __typename } }"

    answer = await admin.ask(ask, input={"idempotencyKey": "one", "schemeId": scheme} | fault)

    assert answer.body["errors"][0]["extensions"] == {"code": "INVALID", "field": field}
    assert await count(trade.world, Coupon) == 0


STANDING = """query($id: ID!) { buyerStanding(relationshipId: $id) {
    ordersPlaced points valuePerPoint spent missingForNextTier nextTier { name }
    membershipTier { name } pointsEntries { edges { node { cause points reason } } } } }"""


async def test_points_are_adjusted_with_a_reason_that_both_sides_read(trade, admin, buyer):
    key = gid("TradingRelationship", trade.relationship)
    await mutate(admin, "setPointsProgramme", currency="CNY", valuePerPoint="0.05", daysValid=30)
    given = {"relationshipId": key, "points": 100, "reason": "Sorry", "idempotencyKey": "a"}

    await mutate(admin, "adjustPoints", **given)
    await mutate(admin, "adjustPoints", **given)
    taken = {"relationshipId": key, "reason": "Slip", "idempotencyKey": "b"}
    await mutate(admin, "adjustPoints", **taken, points=-30)
    refused = await mutate(admin, "adjustPoints", **taken | {"idempotencyKey": "c"}, points=-71)

    for person in (buyer, admin):
        seen = (await person.ask(STANDING, id=key)).data["buyerStanding"]
        assert (seen["points"], seen["valuePerPoint"]) == (70, "0.05")
        assert [edge["node"] for edge in seen["pointsEntries"]["edges"]] == [
            {"cause": "ADJUSTED", "points": -30, "reason": "Slip"},
            {"cause": "ADJUSTED", "points": 100, "reason": "Sorry"},
        ]
    assert refused["code"] == "TOO_FEW_POINTS"
    assert (await trade.one(select(BuyerStanding))).points == 70
    assert await count(trade.world, PointsEntry) == 2


async def test_a_worthless_point_is_refused(trade, admin):
    ask = """mutation($input: SetPointsProgrammeInput!) {
        setPointsProgramme(input: $input) { __typename } }"""

    for fault, field in (
        ({"valuePerPoint": "0"}, "valuePerPoint"),
        ({"currency": "XXQ"}, "currency"),
        ({"daysValid": 0}, "daysValid"),
    ):
        given = {"currency": "CNY", "valuePerPoint": "1"} | fault
        answer = await admin.ask(ask, input=given)
        assert answer.body["errors"][0]["extensions"] == {"code": "INVALID", "field": field}
    assert await count(trade.world, PointsProgramme) == 0


async def test_a_new_tier_counts_what_was_bought_before_and_shows_the_next(trade, admin, buyer):
    (order,) = await trade.orders()
    await trade.grant(order)
    for name, threshold in (("Silver", "100"), ("Gold", "250")):
        await mutate(
            admin,
            "createMembershipTier",
            idempotencyKey=name,
            name=name,
            currency="CNY",
            threshold=threshold,
        )

    key = gid("TradingRelationship", trade.relationship)
    seen = (await buyer.ask(STANDING, id=key)).data["buyerStanding"]
    again = await mutate(
        admin,
        "createMembershipTier",
        idempotencyKey="x",
        name="Gold",
        currency="CNY",
        threshold="1",
    )

    assert seen["membershipTier"] == {"name": "Silver"}
    assert (seen["nextTier"], seen["missingForNextTier"]) == ({"name": "Gold"}, "150")
    assert again["code"] == "MEMBERSHIP_TIER_EXISTS"


async def test_a_buyer_sees_what_speaks_to_it_and_neither_funding_nor_budget(trade, buyer):
    stranger = await trade.world.relationship(trade.seller, await trade.world.organisation("Other"))
    await trade.scheme("Hidden", eligibility=Eligibility(relationship_ids=(stranger,)))
    await trade.scheme("Draft", active=False)
    quarter = (
        SchemeTier(threshold=Decimal(100), benefit=Decimal(2)),
        SchemeTier(threshold=Decimal(200), benefit=Decimal(3)),
    )
    scheme = await trade.scheme(
        "Quarter rebate",
        lane=Lane.POINTS,
        benefit=BenefitKind.REBATE,
        tiers=quarter,
        is_cumulative=True,
        is_claimable=True,
        funding=Funding(organisation_id=trade.seller),
        limits=Limits(money=Decimal(9_999), uses_per_buyer=5),
    )
    (order,) = await trade.orders()
    bought = trade.benefit(
        scheme, money=Decimal(0), rebate=Decimal(3), qualifying_amount=Decimal(150)
    )
    await trade.grant(order, bought)
    ask = """query($id: ID!) { schemesForMe(relationshipId: $id) {
        name texts uses usesLeft purchasedAmount missing isCumulative } }"""

    answer = await buyer.ask(ask, id=gid("TradingRelationship", trade.relationship))

    (only,) = answer.data["schemesForMe"]
    assert len(only.pop("texts")) == 2
    assert only == {
        "name": "Quarter rebate",
        "uses": 1,
        "usesLeft": 4,
        "purchasedAmount": "150",
        "missing": "50",
        "isCumulative": True,
    }
    assert "9999" not in told(answer.body)
    seen = await buyer.ask('{ __type(name: "SchemeForMe") { fields { name } } }')
    names = {field["name"] for field in seen.data["__type"]["fields"]}
    assert names.isdisjoint({"funding", "budget", "isClaimable", "limits"})


async def test_a_seller_reads_what_each_buyer_has_got(trade, admin, buyer):
    scheme = await trade.scheme(
        lane=Lane.POINTS,
        benefit=BenefitKind.REBATE,
        tiers=(SchemeTier(threshold=Decimal(100), benefit=Decimal(2)),),
        is_cumulative=True,
    )
    (order,) = await trade.orders()
    bought = trade.benefit(
        scheme, money=Decimal(0), rebate=Decimal(3), qualifying_amount=Decimal(150)
    )
    await trade.grant(order, bought)
    ask = """query($id: ID!) { schemeStandings(schemeId: $id) { edges { node {
        relationship { buyer { name } } uses purchasedAmount tierReached rebate } } } }"""

    seen = await admin.ask(ask, id=gid("TradeScheme", scheme))
    refused = await buyer.ask(ask, id=gid("TradeScheme", scheme))

    (edge,) = seen.data["schemeStandings"]["edges"]
    assert edge["node"] == {
        "relationship": {"buyer": {"name": "Corner Shop"}},
        "uses": 1,
        "purchasedAmount": "150",
        "tierReached": "100",
        "rebate": "3",
    }
    assert refused.error_codes == ["FORBIDDEN"]


async def test_p14_a_rebate_accrues_by_month_and_falls_with_returns(trade, admin):
    quarter = (
        SchemeTier(threshold=Decimal(100_000), benefit=Decimal(2)),
        SchemeTier(threshold=Decimal(200_000), benefit=Decimal(3)),
    )
    scheme = await trade.scheme(
        lane=Lane.POINTS, benefit=BenefitKind.REBATE, tiers=quarter, is_cumulative=True
    )
    ask = "query($id: ID!) { schemeStandings(schemeId: $id) { edges { node { rebate } } } }"
    january, february, march, *returned = await trade.orders(5)
    accrued = []

    async def note() -> None:
        seen = await admin.ask(ask, id=gid("TradeScheme", scheme))
        (edge,) = seen.data["schemeStandings"]["edges"]
        accrued.append(Decimal(edge["node"]["rebate"]))

    async def buy(order, amount) -> None:
        given = {"money": Decimal(0), "qualifying_amount": Decimal(amount)}
        await trade.grant(order, trade.benefit(scheme, **given))

    await buy(january, 80_000)
    await note()
    await buy(february, 70_000)
    await note()
    for order, amount in ((march, 49_000), (returned[0], 5_000), (returned[1], 6_000)):
        await buy(order, amount)
    await trade.give_back(returned[0])
    await note()
    await trade.give_back(returned[1])
    await note()

    changes = [after - before for before, after in pairwise([Decimal(0), *accrued])]
    assert changes == [0, 3000, 3150, -2170]


async def test_a_price_drop_is_credited_on_eligible_stock(trade, buyer):
    dropped = datetime(2026, 3, 1, tzinfo=UTC)
    await trade.world.price(trade.seller, {trade.sku: "60"}, valid_until=dropped)
    await trade.world.price(trade.seller, {trade.sku: "56"}, name="New", valid_from=dropped)
    given = {
        "relationshipId": gid("TradingRelationship", trade.relationship),
        "skuId": gid("Sku", trade.sku),
        "packagingLevel": "PIECE",
        "before": "2026-02-28T00:00:00Z",
        "after": "2026-03-02T00:00:00Z",
        "onHand": "320",
        "inTransit": "40",
    }
    ask = """query($input: PriceProtectionInput!) { priceProtection(input: $input) {
        oldPrice newPrice eligible credit } }"""

    plain = await buyer.ask(ask, input=given)
    window = await buyer.ask(ask, input=given | {"boughtWithinWindow": "250"})
    upside_down = await buyer.ask(ask, input=given | {"after": given["before"]})

    assert plain.data["priceProtection"] == {
        "oldPrice": "60",
        "newPrice": "56",
        "eligible": "360",
        "credit": "1440",
    }
    assert window.data["priceProtection"]["credit"] == "1160"
    assert upside_down.error_codes == ["INVALID"]
