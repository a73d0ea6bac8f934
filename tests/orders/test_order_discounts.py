"""Discounts that reps give by hand: within their authority, or with an approval (R3-50)."""

import pytest
from sqlalchemy import select, update

from app.approvals.models import ApprovalStep
from app.orders.models import OrderLine
from app.pricing.models import DiscountAuthority
from tests.support.branches import key
from tests.support.chain import Chain, on_order, send
from tests.support.order_terms import (
    authority,
    give,
    line,
    place,
    placement,
    rep_of,
    see,
    trade_of,
)
from tests.support.world import LONG_AGO

TEN_OFF = {"discountPercent": "10", "discountReason": "Opens a second shelf"}


@pytest.fixture
async def chain(world):
    return await Chain.create(world)


@pytest.fixture
async def boss(chain):
    return await chain.world.member(chain.distributor, "ENTERPRISE_ADMIN", name="Boss Wu")


def discounted(chain, **changes):
    return line(chain.sku, **TEN_OFF | changes)


async def test_a_discount_within_authority_needs_nobody(chain):
    rep = await rep_of(chain, "10")

    order = await place(rep, chain, discounted(chain), seen="128.88")

    assert (order["state"], order["approvals"], order["net"]) == ("CONFIRMED", [], "114.05")
    (first,) = order["lines"]
    assert first["discountPercent"] == "10"
    priced = first["priced"]
    assert (priced["discountReason"], priced["discountGivenBy"]) == (
        "Opens a second shelf",
        "Rep Chen",
    )
    (by_hand,) = [step for step in priced["steps"] if step["name"] == "MANUAL"]
    assert (by_hand["before"], by_hand["after"]) == ("126.72", "114.05")
    assert "Rep Chen" in by_hand["reason"]


async def test_a_discount_beyond_authority_waits_for_the_seller_and_says_who_how_much_why(
    chain, boss
):
    rep = await rep_of(chain, "5")
    buyer = await chain.world.member(chain.retailer, "BUYER")

    order = await place(rep, chain, discounted(chain), seen="128.88")
    as_seller, as_buyer = await see(boss, order["id"]), await see(buyer, order["id"])
    approved = await on_order(boss, "approveOrder", order["id"], "ApproveOrderInput")

    assert (order["state"], order["approvalStatus"]) == ("PENDING_APPROVAL", "PENDING")
    (step,) = as_seller["approvals"]
    assert step["because"].startswith("Line 1: 10 % off by Rep Chen: Opens a second shelf")
    assert "5 %" in step["because"]
    assert as_buyer["approvals"] == []
    assert as_buyer["lines"][0]["priced"]["discountReason"] is None
    assert as_buyer["lines"][0]["priced"]["discountGivenBy"] is None
    assert "Rep Chen" not in str(as_buyer)
    assert approved["state"] == "CONFIRMED"
    steps = await chain.world.run(lambda work: work.session.scalars(select(ApprovalStep)))
    assert [(row.rule_id, row.sequence, row.decided_by_name) for row in steps] == [
        (None, 1, "Boss Wu")
    ]


async def test_nobody_approves_the_discount_they_gave(chain, boss):
    rep = await rep_of(chain, "5", "ENTERPRISE_ADMIN")
    own = await place(rep, chain, discounted(chain), seen="128.88")
    buyer = await chain.world.member(chain.retailer, "BUYER")
    order = await place(buyer, chain, seen="143.19")
    given = {"orderId": order["id"], "lines": [discounted(chain)]}
    changed = await give(rep, "changeOrder", "ChangeOrderInput", given)
    submitted = await submit(buyer, changed)

    answers = [
        await on_order(rep, "approveOrder", key, "ApproveOrderInput")
        for key in (own["id"], order["id"])
    ]

    assert submitted["state"] == "PENDING_APPROVAL"
    assert [answer["code"] for answer in answers] == ["NOT_POSSIBLE_NOW"] * 2
    assert (await see(boss, order["id"]))["state"] == "PENDING_APPROVAL"
    approved = await on_order(boss, "approveOrder", order["id"], "ApproveOrderInput")
    assert approved["state"] == "CONFIRMED"


@pytest.mark.parametrize(("reps", "named"), [((1,), "Line 1"), ((2,), "Line 2"), ((), None)])
async def test_each_line_is_judged_by_the_authority_of_its_own_giver(chain, boss, reps, named):
    rep = await rep_of(chain, "5")
    await authority(chain, boss, "50")
    order = await draft_of_two(chain, boss)
    await signed_by(chain, order, rep, reps)

    submitted = await submit(boss, order)

    causes = [step["because"] for step in submitted["approvals"]]
    wanted = [f"{named}: 10 % off by Rep Chen: Opens a second shelf; beyond an authority of 5 %"]
    assert causes == (wanted if named else [])
    assert submitted["state"] == ("PENDING_APPROVAL" if named else "CONFIRMED")
    lines = [line["priced"]["discountGivenBy"] for line in submitted["lines"]]
    assert lines == ["Rep Chen" if place in reps else "Boss Wu" for place in (1, 2)]


async def test_a_discount_of_nobody_known_waits_whatever_others_may(chain, boss):
    await authority(chain, boss, "50")
    order = await draft_of_two(chain, boss)
    await signed_by(chain, order, None, (2,))

    submitted = await submit(boss, order)

    (step,) = submitted["approvals"]
    assert step["because"].startswith("Line 2: ")
    assert "beyond an authority of 0 %" in step["because"]


async def test_two_givers_cost_as_many_statements_as_one(chain, boss, statements):
    rep = await rep_of(chain, "5")
    await authority(chain, boss, "50")
    counts = []

    for places in ((1, 2), (1,)):
        order = await draft_of_two(chain, boss)
        await signed_by(chain, order, rep, places)
        with statements.counting() as sent:
            assert (await submit(boss, order))["state"] == "PENDING_APPROVAL"
        counts.append(len(sent))

    assert counts[0] == counts[1]


async def test_without_any_authority_every_discount_waits(chain):
    rep = await rep_of(chain)

    order = await place(rep, chain, discounted(chain, discountPercent="0.5"), seen="142.48")

    assert order["state"] == "PENDING_APPROVAL"


async def test_ones_own_limit_counts_before_the_roles(chain):
    world = chain.world
    await world.save(
        DiscountAuthority(
            organisation_id=chain.distributor,
            role_id=world.roles["SALES"],
            limit_percent=20,
            created_at=LONG_AGO,
        )
    )
    rep = await rep_of(chain)

    by_role = await place(rep, chain, discounted(chain), seen="128.88")
    await authority(chain, rep, "5")
    by_person = await place(rep, chain, discounted(chain), seen="128.88")

    assert (by_role["state"], by_person["state"]) == ("CONFIRMED", "PENDING_APPROVAL")


async def test_a_buyer_or_a_stranger_to_the_customer_gives_no_discount(chain):
    world = chain.world
    buyer = await world.member(chain.retailer, "BUYER", "ENTERPRISE_ADMIN")
    order = await place(buyer, chain, seen="143.19")
    given = {"orderId": order["id"], "lines": [discounted(chain)]}

    placing = await place(buyer, chain, discounted(chain), seen="128.88")
    changing = await give(buyer, "changeOrder", "ChangeOrderInput", given)

    for refusal in (placing, changing):
        assert (refusal["code"], refusal["field"]) == (
            "DISCOUNT_NOT_ALLOWED",
            "lines.0.discountPercent",
        )
    assert await see(buyer, order["id"]) == without_type(order)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"discountPercent": "0"}, "lines.0.discountPercent"),
        ({"discountPercent": "-5"}, "lines.0.discountPercent"),
        ({"discountPercent": "100.01"}, "lines.0.discountPercent"),
        ({"discountReason": " "}, "lines.0.discountReason"),
        ({"discountPercent": None}, "lines.0.discountPercent"),
    ],
)
async def test_a_discount_has_a_percentage_and_a_reason(chain, changes, field):
    rep = await rep_of(chain, "10")
    given = placement(chain, "128.88", discounted(chain, **changes))

    answer = await send(rep, "placeOrder", "PlaceOrderInput", given)

    assert answer.body["errors"][0]["extensions"] == {"code": "INVALID", "field": field}


async def test_a_whole_discount_is_exactly_nothing_to_pay(chain):
    rep = await rep_of(chain, "100")

    order = await place(rep, chain, discounted(chain, discountPercent="100"), seen="0")

    assert (order["state"], order["net"], order["total"]) == ("CONFIRMED", "0", "0")


async def test_discounts_stay_while_a_draft_waits_and_a_rejected_order_is_revised(chain, boss):
    rep = await rep_of(chain, "5")
    order = await place(rep, chain, discounted(chain), seen="128.88")
    await on_order(boss, "rejectOrder", order["id"], "OrderReasonInput", reason="Too much")

    revised = await give(rep, "reviseOrder", "ReviseOrderInput", {"orderId": order["id"]})
    await authority(chain, boss, "50")
    submitted = await submit(rep, revised)

    assert (revised["total"], revised["lines"][0]["discountPercent"]) == ("128.88", "10")
    assert submitted["state"] == "PENDING_APPROVAL"
    assert submitted["lines"][0]["priced"]["discountGivenBy"] == "Rep Chen"


async def test_a_discount_comes_before_schemes(chain):
    rep = await rep_of(chain, "10")
    await trade_of(chain).scheme("Spring 100-10")

    order = await place(rep, chain, discounted(chain), seen="117.58")

    names = [step["name"] for step in order["lines"][0]["priced"]["steps"]]
    assert names.index("MANUAL") < names.index("ORDER_DISCOUNT")
    assert order["net"] == "104.05"


async def draft_of_two(chain, boss):
    """A draft of two lines, each 10 % off by the boss."""
    sku = await chain.world.sku(chain.brand, "Cola", case=24)
    await chain.world.price(chain.distributor, {sku: "2.00"}, name="Cola")
    buyer = await chain.world.member(chain.retailer, "BUYER")
    order = await place(buyer, chain, seen="143.19")
    lines = [discounted(chain), line(sku, "1", **TEN_OFF)]
    return await give(
        boss, "changeOrder", "ChangeOrderInput", {"orderId": order["id"], "lines": lines}
    )


async def signed_by(chain, order, rep, places):
    """Let a rep, or nobody known, have given the discounts at these places of the order."""
    lines = update(OrderLine).where(
        OrderLine.order_id == key(order["id"]), OrderLine.position.in_(places)
    )
    giver = rep.membership_id if rep else None
    given = lines.values(discounted_by_membership_id=giver, discounted_by_name="Rep Chen")
    await chain.world.run(lambda work: work.session.execute(given))


async def submit(person, order):
    given = {"orderId": order["id"], "seenTotal": order["total"]}
    return await give(person, "submitOrder", "SubmitOrderInput", given)


def without_type(order):
    return {key: value for key, value in order.items() if key != "__typename"}
