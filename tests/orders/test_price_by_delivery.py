"""Prices and schemes of the moment of placing, or of the day of delivery (Our rule 7, P17)."""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from app.organisations.models import TradingRelationship
from app.promotions.models import TradeSchemeVersion
from app.promotions.rules.terms import SchemeTier
from app.promotions.rules.words import BenefitKind, Lane
from tests.support.chain import Chain
from tests.support.order_terms import line, place, trade_of
from tests.support.ordering import put
from tests.support.world import gid

TOTAL = "query ($input: QuoteInput!) { quote(input: $input) { total } }"
SHANGHAI = ZoneInfo("Asia/Shanghai")


def local_midnight(days: int) -> datetime:
    today = datetime.now(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=days)


@pytest.fixture
async def chain(world):
    """In three days the price rises to 3.00 and 5 % go off; until then it is 2.64."""
    chain = await Chain.create(world)
    begins = local_midnight(3)
    await world.price(
        chain.distributor, {chain.sku: "3.00"}, name="New", priority=1, valid_from=begins
    )
    tier = SchemeTier(threshold=Decimal(1), benefit=Decimal(5))
    await trade_of(chain).scheme(lane=Lane.LINE, benefit=BenefitKind.PERCENT_OFF, tiers=(tier,))
    later = update(TradeSchemeVersion).values(valid_from=begins)
    await world.run(lambda work: work.session.execute(later))
    return chain


@pytest.mark.parametrize(
    ("rule", "days", "seen"),
    [
        ("ORDER", 3, "143.19"),
        ("REQUESTED_DELIVERY", 2, "143.19"),
        ("REQUESTED_DELIVERY", 3, "154.58"),
        ("REQUESTED_DELIVERY", None, "143.19"),
    ],
)
async def test_p17_the_relationship_says_which_day_decides_over_prices_and_schemes(
    chain, rule, days, seen
):
    terms = update(TradingRelationship).where(TradingRelationship.id == chain.downstream)
    await chain.world.run(lambda work: work.session.execute(terms.values(price_instant=rule)))
    buyer = await chain.world.member(chain.retailer, "BUYER")
    wanted = {"requestedDeliveryOn": str(local_midnight(days).date())} if days else {}

    asked = {
        "relationshipId": gid("TradingRelationship", chain.downstream),
        "lines": [{"skuId": gid("Sku", chain.sku), "quantity": "2", "packagingLevel": "CASE"}],
    }
    quoted = await buyer.ask(TOTAL, input=asked | wanted)
    order = await place(buyer, chain, seen=seen, **wanted)

    assert quoted.data["quote"]["total"] == seen
    assert order.get("total") == seen, order
    names = [step["name"] for step in order["lines"][0]["priced"]["steps"]]
    assert ("PERCENT_OFF" in names) is (seen == "154.58")


async def test_a_day_without_sense_is_refused_by_its_name(chain):
    terms = update(TradingRelationship).where(TradingRelationship.id == chain.downstream)
    rule = terms.values(price_instant="REQUESTED_DELIVERY")
    await chain.world.run(lambda work: work.session.execute(rule))
    buyer = await chain.world.member(chain.retailer, "BUYER")
    await put(buyer, chain.downstream, line(chain.sku))

    answer = await buyer.ask(
        "query ($input: PricedCartInput!) { pricedCart(input: $input) { quote { total } } }",
        input={
            "relationshipId": gid("TradingRelationship", chain.downstream),
            "requestedDeliveryOn": "0001-01-01",
        },
    )

    assert answer.body["errors"][0]["extensions"] == {
        "code": "INVALID",
        "field": "requestedDeliveryOn",
    }
