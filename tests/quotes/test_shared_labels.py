"""Labels are remembered for all buyers of one audience, and for nobody beyond it."""

from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from sqlalchemy import delete, func, update

from app.catalog.models import SkuPackaging, TaxCategory
from app.db.revisions import forget_all
from app.organisations.models import (
    CustomerGroup,
    CustomerGroupMember,
    SalesChannel,
    Territory,
    TradingRelationship,
)
from app.pricing.models import PriceBand, PriceEntry, PriceList, PriceListTerms
from app.pricing.rules import offer
from app.promotions.models import SchemeBudget, SchemeStanding, TradeScheme
from app.promotions.rules.terms import Eligibility, Limits
from app.promotions.rules.words import BenefitKind, Lane, Measure
from app.quotes.operations.labels import labels
from app.rbac.models import MembershipRole
from tests.quotes.conftest import Market
from tests.support.promotions import Trade
from tests.support.schemes import tiers
from tests.support.world import LONG_AGO, Person, gid

PAGE = """
query ($id: ID!) { catalogue(relationshipId: $id, first: 50) { edges { node {
  sku { name product { name brand { name } } }
  offers {
    packagingLevel pieces unitPrice schemePrice isTaxInclusive noPriceReason
    recommendedRetailPrice maximumRetailPrice breaks { fromQuantity unitPrice }
  }
  schemes { name text validUntil }
} } } }
"""
TENTH_OFF: dict[str, Any] = {
    "lane": Lane.LINE,
    "benefit": BenefitKind.PERCENT_OFF,
    "measure": Measure.QUANTITY,
    "tiers": tiers((1, 10)),
}


class Twins(NamedTuple):
    """Two buyers of the gold level, of whom nothing tells the prices apart."""

    market: Market
    twin: UUID
    twins_buyer: Person

    async def pages(self) -> list[dict[str, Any]]:
        """What both are answered, the first twice: what one filled in is used by the next."""
        own, other = self.market.terms, gid("TradingRelationship", self.twin)
        asked = [
            (self.market.buyer, own),
            (self.twins_buyer, other),
            (self.market.buyer, own),
        ]
        first, second, again = [await person.ask(PAGE, id=terms) for person, terms in asked]
        assert again.body == first.body
        return [first.body, second.body]

    async def apples(self) -> list[str | None]:
        """What a piece of apple juice costs each of them."""
        return [_price(page, "Apple juice") for page in await self.pages()]


def _price(page: dict[str, Any], name: str) -> str | None:
    for edge in page["data"]["catalogue"]["edges"]:
        if edge["node"]["sku"]["product"]["name"] == name:
            piece = edge["node"]["offers"][0]
            return piece["schemePrice"] or piece["unitPrice"]
    raise LookupError(name)


@pytest.fixture
async def twins(market: Market) -> Twins:
    world = market.world
    shop = await world.organisation("Twin", "RETAILER", market.brand)
    twin = await world.relationship(market.brand, shop, level_id=market.gold)
    return Twins(market, twin, await world.member(shop, "BUYER"))


@pytest.fixture
def trade(market: Market) -> Trade:
    return Trade(market.world, market.brand, market.shop, market.shop, market.apple)


async def _run(twins: Twins, statement: Any) -> None:
    await twins.market.world.run(lambda work: work.session.execute(statement))


@pytest.mark.usefixtures("queries_run_once")
async def test_buyers_of_one_audience_share_what_was_worked_out(twins, monkeypatch):
    priced = []
    work_out = offer._offer  # noqa: SLF001  # counts what is worked out

    def counted(shelf, line):
        priced.append(line.sku_id)
        return work_out(shelf, line)

    monkeypatch.setattr(offer, "_offer", counted)

    first, second = await twins.pages()

    assert first == second
    # each SKU in each of its units, for the first of them alone
    assert sorted(priced) == sorted(
        [twins.market.apple] * 2 + [twins.market.beer] * 2 + [twins.market.cola]
    )


CHANGES = {
    "price": (
        lambda the: (
            update(PriceEntry)
            .where(PriceEntry.price_list_id == the.market.gold_list)
            .values(amount=2)
        ),
        ["2", "2"],
    ),
    "price gone": (
        lambda the: delete(PriceEntry).where(PriceEntry.price_list_id == the.market.gold_list),
        ["3", "3"],
    ),
    "list ended": (
        lambda the: (
            update(PriceListTerms)
            .where(PriceListTerms.price_list_id == the.market.gold_list)
            .values(valid_until=func.now())
        ),
        ["3", "3"],
    ),
    "list for others": (
        lambda the: (
            update(PriceList)
            .where(PriceList.id == the.market.gold_list)
            .values(level_id=the.market.silver)
        ),
        ["3", "3"],
    ),
    "level of one": (
        lambda the: (
            update(TradingRelationship)
            .where(TradingRelationship.id == the.twin)
            .values(level_id=the.market.silver)
        ),
        ["2.50", "3"],
    ),
}


@pytest.mark.parametrize("name", CHANGES)
async def test_a_change_shows_in_the_next_request_of_every_buyer_concerned(twins, name):
    change, wanted = CHANGES[name]
    assert await twins.apples() == ["2.50", "2.50"]

    await _run(twins, change(twins))

    assert await twins.apples() == wanted
    shared = await twins.pages()
    forget_all()
    assert await twins.pages() == shared


SHOWN = {
    "tax": lambda _: update(PriceList).values(is_tax_inclusive=True),
    "packs": lambda the: (
        update(SkuPackaging)
        .where(SkuPackaging.sku_id == the.market.apple, SkuPackaging.level == "CASE")
        .values(factor=6)
    ),
    "rate of tax": lambda _: update(TaxCategory).values(rate_percent=20, name="Higher"),
}


@pytest.mark.parametrize("name", SHOWN)
async def test_tax_and_packs_show_as_if_nothing_were_remembered(twins, trade, name):
    await trade.scheme(**TENTH_OFF)
    before = await twins.pages()

    await _run(twins, SHOWN[name](twins))

    after = await twins.pages()
    forget_all()
    assert after == await twins.pages()
    assert (after == before) is (name == "rate of tax")


async def test_a_scheme_begins_and_ends_for_all_at_once(twins, trade):
    assert await twins.apples() == ["2.50", "2.50"]

    scheme = await trade.scheme(**TENTH_OFF)
    begun = await twins.apples()
    ended = update(TradeScheme).where(TradeScheme.id == scheme).values(ended_at=LONG_AGO)
    await _run(twins, ended)

    assert begun == ["2.25", "2.25"]
    assert await twins.apples() == ["2.50", "2.50"]


async def _contract(the: Twins, amount: str) -> None:
    terms = {"kind": "CONTRACT", "relationship_id": the.twin}
    await the.market.world.price(the.market.brand, {the.market.apple: amount}, name="Own", **terms)


async def _group(the: Twins, amount: str) -> None:
    world, group = the.market.world, CustomerGroup(seller_id=the.market.brand, name="Friends")
    await world.save(group)
    member = {"group_id": group.id, "relationship_id": the.twin, "added_at": LONG_AGO}
    await world.save(CustomerGroupMember(**member))
    of_level = update(PriceList).where(PriceList.id == the.market.gold_list)
    await _run(the, of_level.values(kind="GROUP", level_id=None, group_id=group.id))
    changed = update(PriceEntry).where(PriceEntry.price_list_id == the.market.gold_list)
    await _run(the, changed.values(amount=Decimal(amount)))


async def _territory(the: Twins, amount: str) -> None:
    world, area = the.market.world, Territory(seller_id=the.market.brand, name="North")
    await world.save(area)
    await _terms_of_twin(the, territory_id=area.id)
    terms = {"kind": "TERRITORY", "territory_id": area.id, "priority": 9}
    await world.price(the.market.brand, {the.market.apple: amount}, name="North", **terms)
    await _run(the, delete(PriceEntry).where(PriceEntry.price_list_id == the.market.gold_list))


async def _channel(the: Twins, amount: str) -> None:
    channel = next(iter(SalesChannel))
    await _terms_of_twin(the, sales_channel=channel)
    terms = {"kind": "CHANNEL", "sales_channel": channel}
    await the.market.world.price(the.market.brand, {the.market.apple: amount}, name="C", **terms)
    await _run(the, delete(PriceEntry).where(PriceEntry.price_list_id == the.market.gold_list))


async def _terms_of_twin(the: Twins, **values: Any) -> None:
    twin = TradingRelationship.id == the.twin
    await _run(the, update(TradingRelationship).where(twin).values(**values))


@pytest.mark.parametrize("given", [_contract, _group, _territory, _channel])
async def test_what_one_of_two_is_granted_stays_its_own(twins, given):
    await twins.pages()

    await given(twins, "1.10")

    mine, its = await twins.apples()
    assert its == "1.10"
    assert mine in {"2.50", "3"}


@pytest.mark.parametrize("of", ["relationship", "uses", "standing"])
async def test_what_a_scheme_gives_one_of_two_stays_its_own(twins, trade, of):
    own = Eligibility(relationship_ids=(twins.twin,))
    if of == "relationship":
        await trade.scheme(**TENTH_OFF, eligibility=own)
        assert await twins.apples() == ["2.50", "2.25"]
        return
    limit = {"uses_per_buyer": 1} if of == "uses" else {"money_per_buyer": Decimal("0.20")}
    scheme = await trade.scheme(**TENTH_OFF, limits=Limits(**limit))
    whole = await twins.apples()

    used = {"uses": 1, "money": Decimal("0.10")}
    await twins.market.world.save(
        SchemeStanding(scheme_id=scheme, relationship_id=twins.market.shop, **used)
    )

    left = {"uses": ["2.50", "2.25"], "standing": ["2.40", "2.30"]}[of]
    assert await twins.apples() == left
    assert whole == {"uses": ["2.25", "2.25"], "standing": ["2.30", "2.30"]}[of]


async def test_a_budget_that_is_spent_by_one_is_gone_for_all(twins, trade):
    scheme = await trade.scheme(**TENTH_OFF, limits=Limits(uses=1))
    assert await twins.apples() == ["2.25", "2.25"]

    await _run(twins, update(SchemeBudget).where(SchemeBudget.scheme_id == scheme).values(uses=1))

    assert await twins.apples() == ["2.50", "2.50"]


async def test_retail_prices_granted_to_one_stay_its_own(twins):
    await twins.pages()

    await twins.market.world.save(
        PriceBand(
            grantor_id=twins.market.brand,
            audience="RELATIONSHIP",
            relationship_id=twins.twin,
            currency="CNY",
            maximum_retail_price=33,
            valid_from=LONG_AGO,
            created_at=LONG_AGO,
        )
    )

    shown = [
        page["data"]["catalogue"]["edges"][0]["node"]["offers"][0]["maximumRetailPrice"]
        for page in await twins.pages()
    ]
    assert shown == [None, "33"]


async def test_whoever_loses_the_right_is_refused_though_all_is_remembered(twins):
    await twins.pages()

    own = twins.twins_buyer
    held = MembershipRole.membership_id == own.membership_id
    await _run(twins, delete(MembershipRole).where(held))

    refused = await own.ask(PAGE, id=gid("TradingRelationship", twins.twin))
    assert refused.error_codes == ["FORBIDDEN"]
    assert _price((await twins.market.buyer.ask(PAGE, id=twins.market.terms)).body, "Beer") == "2"


async def test_the_sellers_own_view_fills_nothing_in(twins):
    before = len(labels)

    await twins.market.admin.ask(PAGE, id=twins.market.terms)

    assert len(labels) == before


async def test_a_siblings_page_is_as_unknown_as_before(twins):
    await twins.pages()

    crossed = await twins.twins_buyer.ask(PAGE, id=twins.market.terms)
    nothing = await twins.twins_buyer.ask(PAGE, id=gid("TradingRelationship", twins.market.apple))

    assert crossed.body == nothing.body
    assert crossed.error_codes == ["NOT_FOUND"]


async def test_one_of_two_that_may_buy_at_cost_plus_margin_is_priced_alone(twins):
    await twins.pages()
    await _terms_of_twin(twins, allows_fallback_price=True)
    before = len(labels)

    own = gid("TradingRelationship", twins.twin)
    page = await twins.twins_buyer.ask(PAGE, id=own)

    assert _price(page.body, "Apple juice") == "2.50"
    assert len(labels) == before
