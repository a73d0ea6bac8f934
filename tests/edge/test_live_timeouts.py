"""What is live takes no longer than anything else may: on a server of its own, as all else may."""

from dataclasses import replace

import pytest

from app.edge.limits import Limits
from tests.support.notifications import told
from tests.support.served import served
from tests.support.sockets import listeners_become, socket
from tests.support.streams import events

UNREAD = "query Unread { myNotifications { unreadCount } }"
RECEIVED = "subscription { notificationReceived { id title kind } }"
LIMITS = Limits(statement_seconds=4, operation_seconds=5)


@pytest.fixture(scope="module")
async def edge(settings):
    async with served(replace(settings, limits=LIMITS)) as http:
        yield http


def code_of(result):
    return result["errors"][0]["extensions"]["code"]


async def test_an_operation_over_a_socket_that_takes_too_long_is_stopped(address, person, owner):
    owner.execute("LOCK TABLE notification IN ACCESS EXCLUSIVE MODE")

    async with socket(address, person.token) as client:
        await client.send(id="1", type="subscribe", payload={"query": UNREAD})

        assert code_of(await client.result()) == "TIMEOUT"


async def test_an_operation_as_events_that_takes_too_long_is_stopped(edge, person, owner):
    owner.execute("LOCK TABLE notification IN ACCESS EXCLUSIVE MODE")

    async with events(edge, person.token, {"query": UNREAD}) as stream:
        assert code_of(await stream.next()) == "TIMEOUT"


async def test_an_event_that_takes_too_long_ends_the_subscription(address, near, person, owner):
    async with socket(address, person.token) as client:
        await client.subscribe(RECEIVED)
        await listeners_become(near.tenant_id, 1)
        owner.execute("LOCK TABLE membership_role IN ACCESS EXCLUSIVE MODE")
        await told(near, person)

        assert code_of(await client.result()) == "TIMEOUT"
        assert (await client.receive())["type"] == "complete"
