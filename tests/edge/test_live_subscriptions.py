"""Subscriptions: what an event costs, how many there may be, and what ends them."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from app.db.outbox import DomainEvent
from app.edge.limits import Limits
from app.kernel.ids import new_id
from app.schema.events import LiveEvent
from tests.support.notifications import told
from tests.support.patience import PATIENCE_SECONDS
from tests.support.served import served
from tests.support.sockets import event_hubs, listeners_become, socket
from tests.support.streams import events
from tests.support.world import World, gid

RECEIVED = "subscription { notificationReceived { id title kind } }"
CHANGED = "subscription { orderChanged { id } }"
LIMITS = Limits(
    operation_cost=10,
    user_burst=40,
    user_rate=1,
    user_subscriptions=2,
    subscription_backlog=300,
    statement_seconds=PATIENCE_SECONDS,
    operation_seconds=2 * PATIENCE_SECONDS,
)


@pytest.fixture(scope="module")
def drain_file(tmp_path_factory):
    return tmp_path_factory.mktemp("drain") / "drain"


@pytest.fixture(scope="module")
async def edge(settings, drain_file):
    async with served(replace(settings, limits=LIMITS, drain_file=drain_file)) as http:
        yield http


def code_of(result):
    return result["errors"][0]["extensions"]["code"]


async def happen(world: World, number: int = 1) -> None:
    """Let so many things happen to orders that nobody can see."""

    async def tell(work):
        for _ in range(number):
            work.tell(DomainEvent("order_changed", "order", new_id(), {}))

    await world.run(tell)


def publish_at_once(world: World, number: int) -> None:
    """Let so many things be heard before anybody can take the first."""
    for hub in event_hubs():
        for _ in range(number):
            event = LiveEvent(world.tenant_id, "order_changed", "order", new_id(), new_id())
            hub.publish(event)


async def test_each_event_tells_its_cost(address, near, person):
    async with socket(address, person.token) as client:
        await client.subscribe(RECEIVED)
        await listeners_become(near.tenant_id, 1)
        for _ in range(2):
            (key,) = await told(near, person)

            result = await client.result()

            assert result["data"]["notificationReceived"]["id"] == gid("Notification", key)
            assert result["extensions"]["cost"] == {"requested": 1, "actual": 1}


async def test_an_event_over_the_budget_ends_the_subscription_and_says_when_to_come_back(
    address, near, person
):
    async with socket(address, person.token) as client:
        await client.subscribe(RECEIVED)
        await listeners_become(near.tenant_id, 1)
        for _ in range(200):
            await told(near, person)
            result = await client.result()
            if "errors" in result:
                break

        assert code_of(result) == "OVER_BUDGET"
        assert result["errors"][0]["extensions"]["retryAfter"] >= 1
        assert (await client.receive())["type"] == "complete"
        await listeners_become(near.tenant_id, 0)


async def test_looking_at_what_is_not_shown_is_paid_for_as_well(address, near, person):
    async with socket(address, person.token) as client:
        await client.subscribe(CHANGED)
        await listeners_become(near.tenant_id, 1)

        publish_at_once(near, LIMITS.subscription_backlog)

        assert code_of(await client.result()) == "OVER_BUDGET"


async def test_who_falls_behind_is_told(address, near, person):
    async with socket(address, person.token) as client:
        await client.subscribe(CHANGED)
        await listeners_become(near.tenant_id, 1)

        publish_at_once(near, LIMITS.subscription_backlog + 1)

        assert code_of(await client.result()) == "FELL_BEHIND"
        assert (await client.receive())["type"] == "complete"
        await listeners_become(near.tenant_id, 0)


async def test_what_fits_the_backlog_is_no_overflow(address, near, person):
    async with socket(address, person.token) as client:
        await client.subscribe(RECEIVED)
        await listeners_become(near.tenant_id, 1)

        publish_at_once(near, LIMITS.subscription_backlog - 1)
        (key,) = await told(near, person)

        assert (await client.next())["notificationReceived"]["id"] == gid("Notification", key)


async def test_a_person_has_a_bounded_number_of_subscriptions_everywhere(
    address, edge, near, person
):
    colleague = await near.member(person.organisation_id, "BUYER")
    async with (
        socket(address, person.token) as first,
        socket(address, person.token) as second,
        socket(address, colleague.token) as other,
    ):
        await first.subscribe(RECEIVED)
        await second.subscribe(RECEIVED)
        await listeners_become(near.tenant_id, 2)

        await second.subscribe(RECEIVED, id="2")
        assert code_of(await second.result()) == "TOO_MANY_SUBSCRIPTIONS"
        async with events(edge, person.token, {"query": RECEIVED}) as stream:
            assert code_of(await stream.next()) == "TOO_MANY_SUBSCRIPTIONS"
        await other.subscribe(RECEIVED)
        await listeners_become(near.tenant_id, 3)

        await first.send(id="1", type="complete")
        await listeners_become(near.tenant_id, 2)
        await second.subscribe(RECEIVED, id="3")
        await listeners_become(near.tenant_id, 3)


async def test_a_revoked_right_ends_the_subscription_at_the_next_event(address, near, person):
    revoke = text("DELETE FROM membership_role WHERE tenant_id = :t AND membership_id = :m")
    async with socket(address, person.token) as client:
        await client.subscribe(CHANGED, id="orders")
        await listeners_become(near.tenant_id, 1)
        given = {"t": near.tenant_id, "m": person.membership_id}
        await near.run(lambda work: work.session.execute(revoke, given))

        await happen(near)

        assert code_of(await client.result()) == "FORBIDDEN"
        assert (await client.receive())["type"] == "complete"
        await listeners_become(near.tenant_id, 0)


async def test_a_stream_ends_with_its_token(edge, near, person):
    expiring = near.signed_in(person, timedelta(seconds=2))

    async with events(edge, expiring.token, {"query": RECEIVED}) as stream:
        result = await stream.next()
        assert code_of(result) == "UNAUTHENTICATED"
        assert await stream.next() is None

    await listeners_become(near.tenant_id, 0)


async def test_a_stream_tells_its_events_and_frees_its_listener(edge, near, person):
    async with events(edge, person.token, {"query": RECEIVED}) as stream:
        await listeners_become(near.tenant_id, 1)
        (key,) = await told(near, person)

        result = await stream.next()

        assert result["data"]["notificationReceived"]["id"] == gid("Notification", key)
        assert result["extensions"]["cost"]["actual"] == 1

    await listeners_become(near.tenant_id, 0)


async def test_a_process_that_is_emptied_sends_everybody_elsewhere(
    address, edge, near, person, drain_file
):
    target = f"{address.replace('http', 'ws', 1)}/graphql"
    body = {"query": RECEIVED}
    async with (
        socket(address, person.token) as client,
        events(edge, person.token, body) as stream,
    ):
        await client.subscribe(RECEIVED)
        await listeners_become(near.tenant_id, 2)

        drain_file.touch()
        try:
            assert await client.close_code() == 1012
            assert code_of(await stream.next()) == "RESTARTING"
            with pytest.raises(InvalidStatus):
                await connect(target, subprotocols=["graphql-transport-ws"])
            async with events(edge, person.token, body) as late:
                assert code_of(await late.next()) == "RESTARTING"
            assert (await person.ask("{ viewer { name } }")).status == 200
        finally:
            drain_file.unlink()

    await listeners_become(near.tenant_id, 0)
    async with socket(address, person.token):
        pass
