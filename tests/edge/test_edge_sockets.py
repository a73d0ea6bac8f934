"""WebSockets: how many, how much, how often, how long in silence."""

import asyncio
import gc
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from app.edge.drain import Drain
from app.edge.limits import Limits
from app.edge.sockets import Sockets
from tests.support.hands import Hands
from tests.support.patience import until
from tests.support.served import served
from tests.support.sockets import Socket, socket
from tests.support.world import World

RECEIVED = "subscription { notificationReceived { id } }"
LIMITS = Limits(
    sockets=4,
    user_sockets=2,
    address_sockets=3,
    socket_operations=2,
    socket_message_bytes=2_000,
    socket_message_burst=10,
    socket_message_rate=0,  # None is given back, however long a test takes.
    socket_init_seconds=60,
    socket_ping_seconds=0.4,
    socket_silence_seconds=600,  # It passes by moving the clock's hands.
)


@pytest.fixture(scope="module")
async def strict(settings):
    async with served(replace(settings, limits=LIMITS)) as http:
        yield http


@pytest.fixture
async def narrow(strict, database, settings):
    return await World.create(database, strict, settings)


@pytest.fixture
async def person(narrow):
    return await narrow.member(await narrow.organisation("Shop"), "BUYER")


@pytest.fixture
async def address(strict):
    """Where the server is, once those whom other tests have sent there have left."""
    await until(nobody_is_there)
    return str(strict.base_url).rstrip("/")


async def nobody_is_there() -> bool:
    """Whether the server has noticed that everybody has left; it runs in this process."""
    gc.unfreeze()
    found = [item for item in gc.get_objects() if type(item) is Sockets and item.limits == LIMITS]
    return sum(sockets.open for sockets in found) == 0


@pytest.fixture
def hands(monkeypatch):
    return Hands.of("app.edge.sockets", monkeypatch)


def raw(address, **options):
    target = f"{address.replace('http', 'ws', 1)}/graphql"
    return connect(target, subprotocols=["graphql-transport-ws"], **options)


async def test_a_person_has_a_bounded_number_of_sockets(address, person):
    async with (
        socket(address, person.token),
        socket(address, person.token),
        raw(address) as third,
    ):
        payload = {"authorization": f"Bearer {person.token}"}
        await third.send(json.dumps({"type": "connection_init", "payload": payload}))
        assert await Socket(third).close_code() == 4429

    await until(nobody_is_there)
    async with socket(address, person.token):
        pass


async def test_an_address_has_a_bounded_number_of_sockets(address):
    async with raw(address), raw(address), raw(address):
        with pytest.raises(InvalidStatus) as refused:
            await raw(address)

    assert refused.value.response.status_code == 403
    await until(nobody_is_there)
    async with raw(address):
        pass


async def test_a_message_that_is_too_large_closes_the_socket(address, person):
    async with socket(address, person.token) as client:
        await client.send(id="1", type="subscribe", payload={"query": "#" * 3_000})

        assert await client.close_code() == 1009


async def test_too_many_messages_close_the_socket(address, person):
    async with socket(address, person.token) as client:
        for _ in range(15):
            await client.send(type="ping")

        assert await client.close_code() == 4429


async def test_one_socket_runs_a_bounded_number_of_operations(address, person):
    async with socket(address, person.token) as client:
        for place in range(3):
            await client.send(id=str(place), type="subscribe", payload={"query": RECEIVED})

        refused = await client.receive()
        assert (refused["type"], refused["id"]) == ("error", "2")


async def test_a_socket_that_does_not_begin_is_closed(settings):
    limits = replace(LIMITS, socket_init_seconds=0.3)
    async with (
        served(replace(settings, limits=limits)) as http,
        raw(str(http.base_url).rstrip("/")) as client,
    ):
        assert await Socket(client).close_code() == 4408


async def test_a_silent_socket_is_pinged_and_then_closed(address, person, hands):
    async with socket(address, person.token) as client:
        assert (await client.frame())["type"] == "ping"
        hands.ahead = LIMITS.socket_silence_seconds + 1

        assert await client.close_code() == 4408


async def test_a_socket_that_answers_pings_stays(address, person, hands):
    async with socket(address, person.token) as client:
        for _ in range(4):
            assert (await client.frame())["type"] == "ping"  # So the last pong was heard.
            hands.ahead += 0.9 * LIMITS.socket_silence_seconds
            await client.send(type="pong")


async def test_a_token_that_expires_closes_the_socket(address, narrow, person, hands):
    expiring = narrow.signed_in(person, timedelta(minutes=5))

    async with socket(address, expiring.token) as client:
        hands.ahead = 301

        assert await client.close_code(answers=True) == 4401


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
async def test_a_page_of_another_origin_opens_no_socket(address, origin):
    with pytest.raises(InvalidStatus):
        await raw(address, additional_headers={"origin": origin})


async def test_an_application_that_is_busy_does_not_end_before_its_socket_is_closed():
    busy, closing, taken = asyncio.Event(), asyncio.Event(), asyncio.Event()
    told = []

    async def application(scope, receive, send):
        await receive()
        busy.set()
        await closing.wait()
        told.append((await receive())["type"])

    async def receive():
        return {"type": "websocket.connect"}

    async def send(message):
        closing.set()
        await taken.wait()
        told.append(message["code"])

    drain = Drain()
    sockets = Sockets(application, LIMITS, drain)
    serving = asyncio.create_task(sockets({"type": "websocket"}, receive, send))
    await busy.wait()
    drain.begin()
    await closing.wait()
    await asyncio.wait([serving], timeout=0.05)
    taken.set()
    await serving

    assert told == [1012, "websocket.disconnect"]
