"""Who may learn which price: every role on every level asks for all there is, and sees its part."""

from typing import Any

import pytest

from app.promotions.rules.coupons import generated
from tests.isolation.price_fields import NO_PRICES, REACHED_BY, UNTRIED, named
from tests.isolation.price_secrets import secrets_of
from tests.isolation.priced_scene import LEVELS, QUOTE, ROLES, PricedScene
from tests.isolation.pricing_questions import Told, asked_everything
from tests.support.documents import command_document, number_fields
from tests.support.told import told
from tests.support.world import World

pytestmark = [
    pytest.mark.xdist_group("confidentiality"),
    pytest.mark.usefixtures("queries_run_once"),  # That both executors agree is for others to show.
]

VIEWERS = [(level, role) for level in LEVELS for role in ROLES]
PROTECTION = """query($input: PriceProtectionInput!) {
  priceProtection(input: $input) { oldPrice newPrice } }"""


@pytest.fixture(scope="module")
async def priced(database, http, settings) -> PricedScene:
    """A scene that no test changes."""
    return await PricedScene.create(await World.create(database, http, settings))


@pytest.fixture(scope="module")
def everything(priced):
    """What each viewer is told, asked once."""
    known: dict[tuple[str, str], Told] = {}

    async def ask(level: str, role: str) -> Told:
        if (level, role) not in known:
            person = priced.people[level, role]
            known[level, role] = await asked_everything(priced, person)
        return known[level, role]

    return ask


def test_every_number_of_the_schema_says_whether_it_tells_a_price():
    known = [*named(NO_PRICES), *(name for fields, _ in REACHED_BY for name in named(fields))]

    assert sorted(known) == sorted(number_fields())


@pytest.mark.parametrize(("level", "role"), VIEWERS)
async def test_nobody_learns_a_secret_of_others(priced, everything, level, role):
    secrets = secrets_of(priced)

    known = await everything(level, role)

    learned = {name for name, secret in secrets.items() if secret.stands_in(known.text)}
    assert learned == {name for name, secret in secrets.items() if secret.is_for(level, role)}
    assert "INTERNAL" not in known.codes


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_reaches_numbers_of_its_kinds_only(everything, role):
    kinds = [named(fields) for fields, roles in REACHED_BY if role not in roles]
    closed = {name for kind in kinds for name in kind}

    reached = [(await everything(level, role)).numbers for level in LEVELS]

    assert [numbers & closed for numbers in reached] == [set()] * len(LEVELS)


async def test_somebody_reaches_every_number_that_tells_a_price(everything):
    """Otherwise the secrets would be safe because nobody asked for them."""
    reached = {name for viewer in VIEWERS for name in (await everything(*viewer)).numbers}

    bearing = {name for fields, _ in REACHED_BY for name in named(fields)}
    assert bearing - reached == UNTRIED


async def test_who_administers_the_network_learns_no_price(priced):
    organisation = priced.organisations["brand"]
    administrator = await priced.world.member(organisation, "SYSTEM_ADMIN")

    known = await asked_everything(priced, administrator)

    learned = {name for name, secret in secrets_of(priced).items() if secret.stands_in(known.text)}
    assert learned == set()


async def test_a_coupon_of_another_is_as_unknown_as_none(priced):
    asked = {
        "relationshipId": priced["TradingRelationship"],
        "lines": [{"skuId": priced["Sku@network"], "quantity": "1"}],
    }
    text = QUOTE.replace("gross", "gross coupons { isAccepted reason }")
    buyer = priced.people["sub", "buyer"]

    codes = (priced.made["coupon of other customer"], generated(4711))
    given = [await buyer.ask(text, input=asked | {"couponCodes": [code]}) for code in codes]

    assert given[0].body == given[1].body
    assert given[0].data["quote"]["coupons"][0]["isAccepted"] is False


@pytest.mark.parametrize(("level", "hidden"), [("distributor", "2.2237"), ("sub", "7.1171")])
async def test_a_refused_price_does_not_tell_the_hidden_floor(priced, level, hidden):
    lists = {"distributor": priced["PriceList"], "sub": priced["sub list"]}
    entry = {"skuId": priced["Sku@network"], "amount": "1.0007"}
    given: dict[str, Any] = {"priceListId": lists[level], "entries": [entry]}

    answer = await priced.people[level, "admin"].ask(command_document("setPrices"), input=given)

    assert answer.data["setPrices"]["__typename"] == "Refusal"
    assert hidden not in told(answer.body)


async def test_a_buyer_learns_no_price_before_its_time(priced):
    asked = {
        "relationshipId": priced["TradingRelationship"],
        "skuId": priced["Sku@network"],
        "packagingLevel": "PIECE",
        "before": "2026-01-01T00:00:00Z",
        "after": "2199-02-01T00:00:00Z",
        "onHand": "1",
    }

    as_buyer = await priced.people["sub", "buyer"].ask(PROTECTION, input=asked)
    as_seller = await priced.people["distributor", "rep"].ask(PROTECTION, input=asked)

    assert as_buyer.error_codes == ["INVALID"]
    assert as_seller.data["priceProtection"]["newPrice"] == "7.5557"


async def test_who_may_see_the_orders_below_sees_amounts_and_not_how_they_came_about(world):
    scene = await PricedScene.create(world)
    terms = {"upstreamVisibility": "ORDERS"}
    given = {"relationshipId": scene["TradingRelationship"], "terms": terms}
    before = await asked_everything(scene, scene.people["brand", "admin"])
    await scene.do("distributor", "changeRelationshipTerms", **given)

    after = await asked_everything(scene, scene.people["brand", "admin"])

    learned = {
        name
        for name, secret in secrets_of(scene).items()
        if secret.stands_in(after.text) and not secret.stands_in(before.text)
    }
    assert learned == {
        "the net of the order",
        "the total of the order",
        "what the sub-distributor pays",
    }
