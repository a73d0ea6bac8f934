"""Asking a seller of the network for trade, and what becomes of it (R3-6)."""

import asyncio

import pytest
from sqlalchemy import select

from app.db.outbox import OutboxEvent
from app.organisations.models import RelationshipRequest, TradingRelationship
from tests.support.branches import key
from tests.support.network import actions, count, network
from tests.support.world import gid

ABOUT = """... on RelationshipRequest { id state buyerName sellerName note reason
    relationship { seller { name } buyer { name } creditLimit } } ... on Refusal { code field }"""
PROFILE = """mutation($input: ChangeSellerProfileInput!) { changeSellerProfile(input: $input) {
    ... on SellerProfile { name region isPublished } ... on Refusal { code } } }"""
SELLERS = (
    "query($search: String) { openSellers(search: $search) { edges { node { id name region } } } }"
)
REQUESTS = """query($side: RelationshipRequestSide) { relationshipRequests(side: $side) {
    edges { node { id state sellerName buyerName } } } }"""
ASK, APPROVE, REFUSE, WITHDRAW = (
    f"mutation($input: {name[0].upper()}{name[1:]}Input!) {{ {name}(input: $input) {{ {ABOUT} }} }}"
    for name in (
        "requestRelationship",
        "approveRelationshipRequest",
        "refuseRelationshipRequest",
        "withdrawRelationshipRequest",
    )
)


class Market:
    """West is open to requests; east's shop would like to buy from it."""

    def __init__(self, world, chain):
        self.world, self.chain = world, chain

    @classmethod
    async def create(cls, world):
        market = cls(world, await network(world))
        market.seller = await world.member(market.chain.west, "ENTERPRISE_ADMIN")
        market.buyer = await world.member(market.chain.east_shop, "ENTERPRISE_ADMIN")
        await market.publish()
        return market

    async def publish(self, **more):
        given = {"isPublished": True, "name": "West Drinks", "region": "West"} | more
        return (await self.seller.ask(PROFILE, input=given)).data["changeSellerProfile"]

    async def found(self, person, search=""):
        edges = (await person.ask(SELLERS, search=search)).data["openSellers"]["edges"]
        return [edge["node"] for edge in edges]

    async def ask(self, note="We sell tea."):
        (seller,) = await self.found(self.buyer)
        given = {"sellerId": seller["id"], "note": note}
        return (await self.buyer.ask(ASK, input=given)).data["requestRelationship"]

    async def decide(self, person, document, request, **more):
        answer = await person.ask(document, input={"requestId": request["id"], **more})
        return next(iter(answer.data.values()))

    async def traded(self):
        shop, west = self.chain.east_shop, self.chain.west
        condition = (TradingRelationship.buyer_id == shop, TradingRelationship.seller_id == west)
        return await count(self.world, TradingRelationship, *condition)

    async def told(self, kind):
        statement = select(OutboxEvent.data).where(OutboxEvent.kind == kind)
        return await self.world.run(lambda work: work.session.scalar(statement))


@pytest.fixture
async def market(world):
    return await Market.create(world)


async def test_a_seller_is_found_by_what_it_publishes_and_by_nothing_else(market):
    (found,) = await market.found(market.buyer, "drinks")
    before = await market.buyer.ask("{ organisations { edges { node { name } } } }")
    own = await market.found(market.seller)
    await market.publish(isPublished=False)
    node = await market.buyer.ask("query($id: ID!) { node(id: $id) { id } }", id=found["id"])

    assert (found["name"], found["region"]) == ("West Drinks", "West")
    names = {edge["node"]["name"] for edge in before.data["organisations"]["edges"]}
    assert names == {"East", "East shop"}
    assert own == await market.found(market.buyer) == []
    assert node.data["node"] is None


async def test_an_approved_request_opens_the_relationship_on_the_given_terms(market, statements):
    asked = await market.ask()
    to_seller = await market.told("relationship_requested")

    with statements.counting() as sent:
        terms = {"creditLimit": "500", "paymentTerms": "ON_ACCOUNT"}
        approved = await market.decide(market.seller, APPROVE, asked, terms=terms)
    to_buyer = await market.told("relationship_request_approved")

    assert (asked["state"], asked["buyerName"], asked["note"]) == (
        "ASKED",
        "East shop",
        "We sell tea.",
    )
    assert approved["state"] == "APPROVED"
    assert approved["relationship"] == {
        "seller": {"name": "West"},
        "buyer": {"name": "East shop"},
        "creditLimit": "500",
    }
    assert await market.traded() == 1
    assert to_seller["recipients"] == [str(market.seller.membership_id)]
    assert to_buyer["recipients"] == [str(market.buyer.membership_id)]
    assert len(sent) == 16
    trail = await actions(market.world, key(asked["id"]))
    assert trail == ["REQUEST_RELATIONSHIP", "APPROVE_RELATIONSHIP_REQUEST"]


async def test_a_refused_request_tells_why_and_opens_nothing(market):
    asked = await market.ask()
    nothing_said = await market.seller.ask(REFUSE, input={"requestId": asked["id"], "reason": " "})

    refused = await market.decide(market.seller, REFUSE, asked, reason="Too far away.")
    again = await market.decide(market.seller, APPROVE, asked)

    assert nothing_said.error_codes == ["INVALID"]
    assert (refused["state"], refused["reason"]) == ("REFUSED", "Too far away.")
    assert again == {"code": "REQUEST_DECIDED", "field": "requestId"}
    assert (await market.told("relationship_request_refused"))["reason"] == "Too far away."
    assert await market.traded() == 0


async def test_asking_again_is_the_same_request_until_it_is_decided(market):
    asked = await asyncio.gather(*(market.ask(f"note {at}") for at in range(3)))
    withdrawn = await market.decide(market.buyer, WITHDRAW, asked[0])
    anew = await market.ask()

    assert len({request["id"] for request in asked}) == 1
    assert withdrawn["state"] == "WITHDRAWN"
    assert anew["id"] != asked[0]["id"]
    assert await count(market.world, RelationshipRequest) == 2
    assert (await market.told("relationship_request_withdrawn"))["buyer_name"] == "East shop"


async def test_who_trades_already_has_nothing_to_ask(market):
    asked = await market.ask()
    await market.decide(market.seller, APPROVE, asked)

    again = await market.ask()

    assert again == {"code": "RELATIONSHIP_EXISTS", "field": "sellerId"}
    assert await market.traded() == 1


@pytest.mark.parametrize("place", ["brand", "east", "west_shop"])
async def test_nobody_else_sees_a_request_or_decides_about_it(market, place):
    asked = await market.ask()
    other = await market.world.member(vars(market.chain)[place], "ENTERPRISE_ADMIN")

    answers = [
        await other.ask(document, input={"requestId": asked["id"], **more})
        for document, more in ((APPROVE, {}), (REFUSE, {"reason": "no"}), (WITHDRAW, {}))
    ]
    listed = await other.ask(REQUESTS)
    own = await market.buyer.ask(REQUESTS, side="MADE")
    received = await market.seller.ask(REQUESTS, side="RECEIVED")

    assert [answer.error_codes for answer in answers] == [["NOT_FOUND"]] * 3
    assert listed.data["relationshipRequests"]["edges"] == []
    assert own.data == received.data
    assert own.data["relationshipRequests"]["edges"][0]["node"]["state"] == "ASKED"


async def test_only_the_seller_decides_and_only_the_buyer_withdraws(market):
    asked = {"requestId": (await market.ask())["id"]}

    by_buyer = await market.buyer.ask(APPROVE, input=asked)
    by_seller = await market.seller.ask(WITHDRAW, input=asked)
    unknown = await market.buyer.ask(ASK, input={"sellerId": gid("OpenSeller", market.chain.west)})

    assert by_buyer.error_codes == by_seller.error_codes == unknown.error_codes == ["NOT_FOUND"]
    assert await market.traded() == 0
