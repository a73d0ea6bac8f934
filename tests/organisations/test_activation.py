"""Organisations that are made ready and activated later, and ends that are planned (R3-6)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update
from strawberry import relay

from app.db.outbox import OutboxEvent
from app.kernel.ids import new_id
from app.organisations.models import Organisation, TradingRelationship
from tests.support.chain import Chain
from tests.support.network import actions
from tests.support.paper import tell
from tests.support.world import gid
from workers.clock import tick_in_tenant

PASSWORD = "a long password"
SHOP = "id name status activatesAt suppliers { edges { node { id } } }"
SIGN_IN = """mutation($input: SignInInput!) { signIn(input: $input) { ... on SignedIn {
    accessToken actingIn { organisationName }
    memberships { membershipId organisationName isPrepared } } ... on Refusal { code } } }"""
ACT_AS = """mutation($input: ActAsInput!) { actAs(input: $input) {
    ... on SignedIn { accessToken actingIn { organisationName isPrepared } }
    ... on Refusal { code field message } } }"""
VIEWER = "{ viewer { name } }"


@pytest.fixture
async def chain(world):
    return await Chain.create(world)


@pytest.fixture
async def above(world, chain):
    return await world.member(chain.distributor, "ENTERPRISE_ADMIN")


def in_days(days):
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


async def prepared(above, **more):
    """A shop with a first user and terms, made ready as told; the shop, and the user's e-mail."""
    email = f"{new_id().hex}@example.com"
    user = {"name": "Mei", "email": email, "initialPassword": PASSWORD}
    given = {"idempotencyKey": new_id().hex, "name": "Canal Shop", "kind": "RETAILER"}
    given |= {"firstUser": user, "terms": {"paymentTerms": "ON_ACCOUNT", "creditLimit": "9000"}}
    return await tell(above, "createOrganisation", "Organisation", SHOP, **given, **more), email


async def activated(person, shop_id):
    return await tell(person, "activateOrganisation", "Organisation", SHOP, organisationId=shop_id)


async def signed_in(world, email):
    given = {"email": email, "password": PASSWORD}
    return (await world.ask(SIGN_IN, input=given)).data["signIn"]


async def act_as(world, signed, token=None):
    given = {"membershipId": signed["memberships"][0]["membershipId"]}
    answer = await world.ask(ACT_AS, token=token or signed["accessToken"], input=given)
    return answer.data["actAs"]


def trade_of(shop):
    found = relay.GlobalID.from_id(shop["suppliers"]["edges"][0]["node"]["id"])
    return UUID(found.node_id)


async def rep_for(world, chain, shop):
    """Somebody of the seller who orders for the shop."""
    rep = await world.member(chain.distributor, "SALES")
    await world.assign_rep(trade_of(shop), rep)
    return rep


async def ordered(chain, person, shop):
    """Order for a shop, as far as it goes."""
    return await chain.place(person, relationship=trade_of(shop))


async def set_instant(world, shop, instant):
    """Let the clock have come to an instant: what is to come is moved to it."""
    moved = update(Organisation).where(Organisation.name == shop["name"])
    await world.run(lambda work: work.session.execute(moved.values(activates_at=instant)))


async def test_nobody_acts_in_what_is_prepared_or_orders_for_it_until_it_is_activated(
    world, chain, above, statements
):
    shop, email = await prepared(above, isPrepared=True)
    rep = await rep_for(world, chain, shop)
    early = await signed_in(world, email)
    refused = await act_as(world, early)
    stranger = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    hidden = (
        await world.ask(
            ACT_AS,
            token=stranger.token,
            input={"membershipId": early["memberships"][0]["membershipId"]},
        )
    ).error_codes
    too_early = await ordered(chain, rep, shop)
    with statements.counting() as sent:
        active = await activated(above, shop["id"])
    again = await activated(above, shop["id"])
    late = await signed_in(world, email)
    viewed = await world.ask(VIEWER, token=late["accessToken"])

    assert (shop["status"], shop["activatesAt"]) == ("PREPARED", None)
    assert early["actingIn"] is None
    assert early["memberships"][0]["isPrepared"] is True
    assert (refused["code"], refused["field"]) == ("ORGANISATION_PREPARED", "membershipId")
    assert refused["message"] == "Canal Shop is being prepared and does not trade yet."
    assert hidden == ["NOT_FOUND"]
    assert too_early["code"] == "ORGANISATION_PREPARED"
    assert (active["status"], again) == ("ACTIVE", active)
    assert len(sent) == 11
    assert late["actingIn"] == {"organisationName": "Canal Shop"}
    assert viewed.data["viewer"]["name"] == "Mei"
    assert (await ordered(chain, rep, shop))["__typename"] == "Order"


async def test_an_instant_activates_by_the_clock_alone(world, chain, above):
    shop, email = await prepared(above, activatesAt=in_days(3))
    rep = await rep_for(world, chain, shop)
    before = await ordered(chain, rep, shop)
    refused = await act_as(world, await signed_in(world, email))
    await set_instant(world, shop, datetime.now(UTC))

    signed = await signed_in(world, email)
    look = "query($id: ID!) { organisation(id: $id) { status } }"
    mine = await world.ask(look, token=signed["accessToken"], id=shop["id"])
    done = await ordered(chain, rep, shop)
    # A token that was given while it traded acts no more where the instant lies ahead again.
    await set_instant(world, shop, datetime.now(UTC) + timedelta(days=1))
    stopped = await world.ask(VIEWER, token=signed["accessToken"])

    assert shop["status"] == "PREPARED"
    assert before["code"] == refused["code"] == "ORGANISATION_PREPARED"
    assert signed["actingIn"] == {"organisationName": "Canal Shop"}
    assert mine.data["organisation"]["status"] == "ACTIVE"
    assert done["__typename"] == "Order"
    assert stopped.error_codes == ["UNAUTHENTICATED"]


async def test_only_who_stands_above_activates_and_instants_lie_ahead(world, chain, above):
    shop, _ = await prepared(above, isPrepared=True)
    given = {"idempotencyKey": new_id().hex, "name": "Late", "kind": "RETAILER"}
    past = {"input": given | {"activatesAt": in_days(-1)}}
    create = """mutation($input: CreateOrganisationInput!) { createOrganisation(input: $input) {
        __typename } }"""
    activate = """mutation($input: ActivateOrganisationInput!) {
        activateOrganisation(input: $input) { __typename } }"""
    beside = await world.member(chain.retailer, "ENTERPRISE_ADMIN")

    hidden = await beside.ask(activate, input={"organisationId": shop["id"]})
    unknown = await beside.ask(activate, input={"organisationId": gid("Organisation", new_id())})
    refused = await above.ask(create, **past)

    assert hidden.error_codes == unknown.error_codes == ["NOT_FOUND"]
    assert hidden.body["errors"][0]["message"] == unknown.body["errors"][0]["message"]
    assert refused.error_codes == ["INVALID"]
    assert refused.body["errors"][0]["extensions"]["field"] == "activatesAt"


END = "validUntil"


async def end(person, chain, **more):
    terms = gid("TradingRelationship", chain.downstream)
    given = {"relationshipId": terms, **more}
    return await tell(person, "closeRelationship", "TradingRelationship", END, **given)


async def told(world, *kinds):
    query = select(OutboxEvent.kind, OutboxEvent.data).where(OutboxEvent.kind.in_(kinds))
    rows = await world.run(lambda work: work.session.execute(query.order_by(OutboxEvent.id)))
    return [tuple(row) for row in rows]


async def test_a_planned_end_is_told_taken_back_and_told_again_when_it_comes(world, chain, above):
    buyer = await world.member(chain.retailer, "BUYER")
    days = [datetime.now(UTC) + timedelta(days=day) for day in (2, 4)]
    planned = await end(above, chain, effectiveAt=days[0].isoformat(), reason="Another supplier")
    still = await chain.place(buyer)
    kept = await end(above, chain, takesBack=True)
    nothing = await end(above, chain, takesBack=True)
    await tick_in_tenant(world.database, world.tenant_id, lambda: days[1])
    early = await told(world, "relationship_closed")
    await end(above, chain, effectiveAt=days[0].isoformat())
    for _ in range(2):
        await tick_in_tenant(world.database, world.tenant_id, lambda: days[1])
    passed = update(TradingRelationship).where(TradingRelationship.id == chain.downstream)
    now = datetime.now(UTC)
    await world.run(lambda work: work.session.execute(passed.values(valid_until=now)))

    refused, over = await chain.place(buyer), await end(above, chain, takesBack=True)
    heard = await told(world, "relationship_ends", "relationship_goes_on")

    assert datetime.fromisoformat(planned["validUntil"]) == days[0]
    assert still["__typename"] == "Order"
    assert (kept["validUntil"], nothing["code"], early) == (None, "NO_END_PLANNED", [])
    assert [kind for kind, _ in heard] == [
        "relationship_ends",
        "relationship_goes_on",
        "relationship_ends",
    ]
    people = [str(above.membership_id), str(buyer.membership_id)]
    assert all(sorted(data["recipients"]) == sorted(people) for _, data in heard)
    assert heard[0][1]["buyer_name"] == "Corner Shop"
    assert len(await told(world, "relationship_closed")) == 1
    assert refused["code"] == over["code"] == "RELATIONSHIP_CLOSED"
    assert await actions(world, chain.downstream) == [
        "PLAN_RELATIONSHIP_END",
        "TAKE_BACK_RELATIONSHIP_END",
        "PLAN_RELATIONSHIP_END",
        "CLOSE_RELATIONSHIP",
    ]


async def test_an_end_lies_ahead_within_a_year_and_nothing_is_opened_before_it(world, chain, above):
    close = """mutation($input: CloseRelationshipInput!) { closeRelationship(input: $input) {
        __typename } }"""
    terms = {"relationshipId": gid("TradingRelationship", chain.downstream)}
    wrong = [{"effectiveAt": in_days(-1)}, {"effectiveAt": in_days(367)}]
    wrong.append({"effectiveAt": in_days(1), "takesBack": True})
    answers = [await above.ask(close, input=terms | more) for more in wrong]
    await end(above, chain, effectiveAt=in_days(5))
    buyer = gid("Organisation", chain.retailer)
    opened = await tell(above, "openRelationship", "TradingRelationship", END, buyerId=buyer)
    closing = {"idempotencyKey": new_id().hex, "organisationId": buyer}
    closed = await tell(above, "closeOrganisation", "OrganisationClosing", "state", **closing)
    ended = select(TradingRelationship.ended_by_closing, TradingRelationship.end_is_planned)
    row = await world.run(
        lambda work: work.session.execute(ended.where(TradingRelationship.id == chain.downstream))
    )

    assert [answer.error_codes for answer in answers] == [["INVALID"]] * 3
    assert opened["code"] == "RELATIONSHIP_EXISTS"
    assert closed["state"] == "DONE"
    assert tuple(row.one()) == (True, False)
