"""Subscriptions over a real socket."""

import psycopg
import pytest
from sqlalchemy import text

from tests.support.hands import Hands
from tests.support.notifications import told
from tests.support.patience import until
from tests.support.sockets import event_hubs, listeners_become, socket
from tests.support.world import gid

RECEIVED = "subscription { notificationReceived { id title readAt } }"


async def test_a_notification_arrives_once_committed(world, server, person):
    async with socket(server, person.token) as client:
        await client.subscribe(RECEIVED)
        await listeners_become(world.tenant_id, 1)

        (first,) = await told(world, person)
        (second,) = await told(world, person)

        for expected in (first, second):
            received = (await client.next())["notificationReceived"]
            assert received["id"] == gid("Notification", expected)
            assert received["title"] == "Order SO-1 is confirmed"


async def test_nobody_hears_of_others(world, server, person, stranger):
    colleague = await world.member(person.organisation_id, "BUYER")

    async with socket(server, person.token) as client:
        await client.subscribe(RECEIVED)
        await listeners_become(world.tenant_id, 1)

        await told(world, colleague)
        await told(stranger.world, stranger)
        (own,) = await told(world, person)

        received = (await client.next())["notificationReceived"]
        assert received["id"] == gid("Notification", own)


async def test_an_event_with_another_tenants_name_shows_nothing(world, server, person, access):
    """Whoever can ring the bell still shows nobody what is not theirs."""
    async with socket(server, person.token) as client:
        await client.subscribe(RECEIVED)
        await listeners_become(world.tenant_id, 1)

        with psycopg.connect(access.app_dsn) as connection:
            for payload in ("", "nonsense", f"{world.tenant_id} a membership b c"):
                connection.execute("SELECT pg_notify('tributary_events', %s)", [payload])
            forged = f"{world.tenant_id} x membership {person.membership_id} {world.tenant_id}"
            connection.execute("SELECT pg_notify('tributary_events', %s)", [forged])
        (own,) = await told(world, person)

        received = (await client.next())["notificationReceived"]
        assert received["id"] == gid("Notification", own)


@pytest.mark.parametrize("token", [None, "nonsense"])
async def test_without_a_good_token_the_stream_does_not_begin(server, token):
    before = sum(hub.listeners for hub in event_hubs())

    async with socket(server, token) as client:
        await client.subscribe(RECEIVED)

        assert await client.error_code() == "UNAUTHENTICATED"
        assert sum(hub.listeners for hub in event_hubs()) <= before


async def test_platform_staff_stand_in_no_network_to_follow(world, server):
    staff = await world.member(None)

    async with socket(server, staff.token) as client:
        await client.subscribe(RECEIVED)

        assert await client.error_code() == "UNAUTHENTICATED"


async def test_a_token_that_expires_closes_its_socket(world, server, person, monkeypatch):
    hands = Hands.of("app.edge.sockets", monkeypatch)

    async with socket(server, person.token) as client:
        await client.subscribe(RECEIVED)
        await listeners_become(world.tenant_id, 1)
        await told(world, person)
        await client.next()
        hands.ahead = 3_601  # An hour is what a token of the tests lives.

        assert await client.close_code() == 4401
        await listeners_become(world.tenant_id, 0)


async def test_an_ended_sign_in_ends_the_stream_at_the_next_event(world, server, person):

    async with socket(server, person.token) as client:
        await client.subscribe(RECEIVED)
        await listeners_become(world.tenant_id, 1)
        await _sign_out(world, person)
        await told(world, person)

        assert await client.error_code() == "UNAUTHENTICATED"
        assert (await client.receive())["type"] == "complete"
        await listeners_become(world.tenant_id, 0)


async def test_an_ended_sign_in_ends_a_silent_stream_too(world, server, person, monkeypatch):
    monkeypatch.setattr("app.schema.live.SILENCE_SECONDS", 0.1)

    async with socket(server, person.token) as client:
        await client.subscribe(RECEIVED)
        await listeners_become(world.tenant_id, 1)
        await _sign_out(world, person)

        assert await client.error_code() == "UNAUTHENTICATED"


async def _sign_out(world, person):
    statement = text("UPDATE platform.sign_in_session SET ended_at = now() WHERE id = :id")
    await world.run(lambda work: work.session.execute(statement, {"id": person.session_id}))


@pytest.mark.parametrize("how", ["complete", "close"])
async def test_leaving_frees_the_listener(world, server, person, how):

    async with socket(server, person.token) as client:
        await client.subscribe(RECEIVED)
        await listeners_become(world.tenant_id, 1)
        if how == "complete":
            await client.send(id="1", type="complete")
            await listeners_become(world.tenant_id, 0)

    await listeners_become(world.tenant_id, 0)


async def test_operations_of_one_socket_have_snapshots_of_their_own(world, server, person):
    question = "{ myNotifications { unreadCount } }"

    async with socket(server, person.token) as client:
        await client.subscribe(RECEIVED, id="live")
        await listeners_become(world.tenant_id, 1)
        for number in (1, 2):
            await told(world, person)
            assert (await client.next())["notificationReceived"]
            await client.send(id=f"q{number}", type="subscribe", payload={"query": question})
            assert (await client.next())["myNotifications"]["unreadCount"] == number
            assert (await client.receive())["type"] == "complete"


async def test_a_stream_holds_no_connection_between_events(world, server, person, access):
    idle = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"

    async with socket(server, person.token) as client:
        await client.subscribe(RECEIVED)
        await listeners_become(world.tenant_id, 1)
        await told(world, person)
        await client.next()

        with psycopg.connect(access.owner_dsn, autocommit=True) as connection:

            async def nobody_is_idle() -> bool:
                return connection.execute(idle).fetchone() == (0,)

            await until(nobody_is_idle)  # What has sent the event may still be ending.


async def test_a_stream_survives_a_broken_connection_and_misses_nothing(
    world, server, person, access
):
    async with socket(server, person.token) as client:
        await client.subscribe(RECEIVED)
        await listeners_become(world.tenant_id, 1)
        (before,) = await told(world, person)
        await client.next()

        with psycopg.connect(access.app_dsn, autocommit=True) as connection:
            killed = connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE query LIKE 'LISTEN \"tributary_events\"%' OR query = 'SELECT 1'"
            ).fetchall()
        (missed,) = await told(world, person)
        received = [(await client.next())["notificationReceived"]["id"]]
        (after,) = await told(world, person)
        received.append((await client.next())["notificationReceived"]["id"])

        assert killed
        assert received == [gid("Notification", missed), gid("Notification", after)]
        assert before not in {missed, after}
