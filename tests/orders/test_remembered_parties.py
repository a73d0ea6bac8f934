"""The parties that orders name are remembered: as they are now, and for whoever may see them."""

import pytest
from sqlalchemy import update

from app.organisations.models import Organisation, TradingRelationship
from tests.support.chain import Chain
from tests.support.world import gid

ORDERS = "{ orders { edges { node { seller { name } buyer { name } } } } }"
PARTIES = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Organisation { name } } }"


@pytest.fixture
async def chain(world):
    return await Chain.create(world)


@pytest.fixture
async def buyer(chain):
    buyer = await chain.world.member(chain.retailer, "BUYER")
    await chain.place(buyer)
    return buyer


async def parties(person):
    (edge,) = (await person.ask(ORDERS)).data["orders"]["edges"]
    return [edge["node"][side] and edge["node"][side]["name"] for side in ("seller", "buyer")]


async def names(person, *organisations):
    answer = await person.ask(PARTIES, ids=[gid("Organisation", key) for key in organisations])
    return [node and node["name"] for node in answer.data["nodes"]]


async def change(chain, table, key, **values):
    of_one = update(table).where(table.id == key).values(values)
    await chain.world.run(lambda work: work.session.execute(of_one))


async def test_parties_that_were_shown_before_cost_no_statement(chain, buyer, statements):
    await parties(buyer)

    with statements.counting() as sent:
        found = await parties(buyer)

    assert found == ["East Distribution", "Corner Shop"]
    assert [each for each in sent if "FROM organisation" in each] == []
    assert len(sent) == 4  # Begin, who asks, the page, commit.


async def test_a_new_name_is_shown_in_the_next_answer(chain, buyer):
    assert await parties(buyer) == ["East Distribution", "Corner Shop"]

    await change(chain, Organisation, chain.distributor, name="North Distribution")

    assert await parties(buyer) == ["North Distribution", "Corner Shop"]


async def test_what_one_organisation_was_shown_is_not_shown_to_another(chain, buyer):
    stranger = await chain.world.organisation("Stranger", "RETAILER", parent=chain.distributor)
    strange = await chain.world.member(stranger, "BUYER")
    asked = (chain.brand, chain.distributor, chain.retailer, stranger)
    keeper = await chain.world.member(chain.distributor, "SERVICE")
    shown = ["Riverside Brand", "East Distribution", "Corner Shop", None]
    assert await names(keeper, *asked) == shown

    assert await names(strange, *asked) == [None, None, None, "Stranger"]
    assert await names(buyer, *asked) == [None, "East Distribution", "Corner Shop", None]
    assert await names(keeper, *asked) == shown


async def test_whoever_begins_to_trade_is_seen_in_the_next_answer(chain, buyer):
    assert await names(buyer, chain.brand) == [None]

    await chain.world.relationship(chain.brand, chain.retailer)

    assert await names(buyer, chain.brand) == ["Riverside Brand"]


async def test_a_relationship_that_goes_to_another_buyer_takes_what_was_seen_along(chain, buyer):
    other = await chain.world.organisation("Other", "RETAILER", parent=chain.distributor)
    others = await chain.world.member(other, "BUYER")
    assert await names(buyer, chain.distributor) == ["East Distribution"]
    assert await names(others, chain.distributor) == [None]

    await change(chain, TradingRelationship, chain.downstream, buyer_id=other)

    assert await names(buyer, chain.distributor) == [None]
    assert await names(others, chain.distributor) == ["East Distribution"]


async def test_those_above_see_as_far_below_as_they_are_shown_each_time(chain, buyer):
    above = await chain.world.member(chain.brand, "ENTERPRISE_ADMIN")
    asked = (chain.distributor, chain.retailer)
    assert await names(above, *asked) == ["East Distribution", None]

    await change(chain, TradingRelationship, chain.downstream, upstream_visibility="ORDERS")

    assert await names(above, *asked) == ["East Distribution", "Corner Shop"]
