"""What a membership tier is good for: the schemes that speak to it alone (R0-53)."""

from app.promotions.rules.terms import Eligibility
from tests.support.chain import Chain
from tests.support.order_terms import trade_of


async def test_whoever_has_bought_enough_gets_what_is_for_the_tier(world):
    chain = await Chain.create(world)
    trade = trade_of(chain)
    gold = await trade.tier("Gold", "100")
    await trade.scheme("For gold", eligibility=Eligibility(membership_tier_ids=(gold,)))
    buyer = await world.member(chain.retailer, "BUYER")

    first = await chain.place(buyer)
    at_the_old_price = await chain.place(buyer)
    second = await chain.place(buyer, seen="131.89")

    assert (first["state"], first["total"]) == ("CONFIRMED", "143.19")
    assert at_the_old_price["code"] == "PRICE_CHANGED"
    assert (second["state"], second["total"]) == ("CONFIRMED", "131.89")
