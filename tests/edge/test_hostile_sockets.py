"""Sockets that mean no good: each is turned away by itself, and nobody beside it notices."""

import asyncio
import gc
import json
import random
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import psutil
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from app.edge.limits import Limits
from app.edge.sockets import Sockets
from tests.support.hands import Hands
from tests.support.patience import PATIENCE_SECONDS
from tests.support.served import served
from tests.support.sockets import Socket, listeners_become, socket
from tests.support.world import World

VIEWER = "{ viewer { name } }"
RECEIVED = "subscription { notificationReceived { id } }"
LARGE = "{ __schema { types { name description fields { name description } } } }"
MIB = 1024 * 1024
LIMITS = Limits(
    operation_cost=20_000,
    sockets=50,
    user_sockets=2,
    address_sockets=50,
    socket_operations=5,
    socket_message_bytes=2_000,
    socket_message_burst=200,
    socket_message_rate=1,
    stalled_reader_seconds=1,
)


@pytest.fixture(scope="module")
async def edge(settings):
    async with served(replace(settings, limits=LIMITS)) as http:
        yield http


@pytest.fixture(scope="module")
async def careless(settings):
    """A server that takes any number of messages, so that only its backpressure protects it."""
    limits = replace(LIMITS, socket_message_burst=1_000_000, user_burst=10**9, tenant_burst=10**9)
    async with served(replace(settings, limits=limits)) as http:
        yield http


def address_of(http):
    return str(http.base_url).rstrip("/")


def raw(address, protocol="graphql-transport-ws", **options):
    target = f"{address.replace('http', 'ws', 1)}/graphql"
    return connect(target, subprotocols=[protocol], **options)


def begin(token):
    return json.dumps({"type": "connection_init", "payload": {"authorization": f"Bearer {token}"}})


async def none_is_left():
    """Wait until the servers of this process have no WebSocket."""
    gc.unfreeze()
    layers = [item for item in gc.get_objects() if type(item) is Sockets]
    assert layers
    async with asyncio.timeout(PATIENCE_SECONDS):
        while any(layer.open or layer.people for layer in layers):  # noqa: ASYNC110  # nothing rings when one leaves
            await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    "message",
    [
        "",
        "{",
        "[]",
        "null",
        '"ping"',
        "5",
        "{}",
        '{"type": 5}',
        '{"type": ["ping"]}',
        '{"type": "nonsense"}',
        '{"type": "ping", "type": "pong"}',
        '{"type": "ping", "payload": NaN}',
        '{"type": "ping", "payload": 1e999}',
        '{"type": "ping", "payload": ' + "9" * 100 + "}",
        '{"type": "ping", "payload": ' + "[" * 500 + "]" * 500 + "}",
        '{"type": "ping", "payload": "\\ud800"}',
        '{"type": "subscribe"}',
        '{"type": "subscribe", "payload": {"query": "{ __typename }"}}',
        '{"type": "subscribe", "id": "1"}',
        '{"type": "subscribe", "id": "1", "payload": null}',
        '{"type": "subscribe", "id": "1", "payload": []}',
        '{"type": "subscribe", "id": 1, "payload": {"query": "{ __typename }"}}',
        '{"type": "subscribe", "id": {}, "payload": {"query": "{ __typename }"}}',
        '{"type": "subscribe", "id": "", "payload": {"query": "{ __typename }"}}',
        '{"type": "subscribe", "id": "' + "1" * 200 + '", "payload": {"query": "{ a }"}}',
        '{"type": "complete"}',
        '{"type": "complete", "id": []}',
        b'{"type": "ping"}',
        b"\x00\xff",
    ],
)
async def test_what_is_no_message_closes_its_socket_and_no_other(address, person, message):
    async with socket(address, person.token) as probe, raw(address) as hostile:
        await hostile.send(begin(person.token))
        await hostile.recv()

        await hostile.send(message)

        assert await Socket(hostile).close_code() == 4400
        await probe.send(id="1", type="subscribe", payload={"query": VIEWER})
        assert "viewer" in await probe.next()


async def test_no_message_whatever_it_is_made_of_is_an_error_of_ours(address, person, caplog):
    """Seeded, so that it is the same in every run; what it closes, is opened anew."""
    chosen = random.Random(7)
    expected = {None, 1005, 1006, 1007, 4400, 4401, 4409, 4429}
    for _ in range(40):
        async with raw(address) as hostile:
            await hostile.send(begin(person.token))
            with suppress(ConnectionClosed):
                for _ in range(10):
                    await hostile.send(_made_up(chosen))
                await hostile.send("the end")
                async with asyncio.timeout(PATIENCE_SECONDS):
                    while True:
                        await hostile.recv()
        assert hostile.close_code in expected

    assert "incident" not in caplog.text
    assert "Exception in worker task" not in caplog.text
    await none_is_left()


def _made_up(chosen):
    odd = [None, 0, -1, 1.5, True, "", "1", "2", [], {}, [[]], {"query": VIEWER}, "x" * 500]
    odd += [{"query": RECEIVED}, {"query": "{", "extensions": {"documentId": 5}}]
    types = ["subscribe", "subscribe", "subscribe", "complete", "ping", "pong", None]
    types += ["connection_init", "connection_ack", "next"]
    message = {"type": chosen.choice(types), "id": chosen.choice(["1", "2", "3"])}
    if chosen.random() < 0.3:
        message["id"] = chosen.choice(odd)
    if chosen.random() < 0.9:
        message["payload"] = chosen.choice(odd)
        if chosen.random() < 0.3:
            names = ["query", "variables", "operationName", "extensions", "documentId"]
            message["payload"] = {name: chosen.choice(odd) for name in names[:3]}
    text = json.dumps(message)
    if chosen.random() < 0.05:
        return text[: chosen.randrange(len(text))]
    return text


@pytest.mark.parametrize(
    ("messages", "code"),
    [
        (['{"type": "connection_init", "payload": []}'], 4400),
        (['{"type": "connection_init", "payload": {"authorization": {}}}'], None),
        (['{"type": "connection_init"}'] * 2, 4429),
        (['{"type": "subscribe", "id": "1", "payload": {"query": "{ __typename }"}}'], 4401),
        (['{"type": "ping", "payload": "' + "é" * 1_500 + '"}'], 1009),
        ([b"x" * 3_000], 1009),
    ],
)
async def test_a_socket_that_begins_wrongly_is_closed(address, messages, code):
    async with raw(address) as hostile:
        for message in messages:
            await hostile.send(message)
        if code is None:
            assert json.loads(await hostile.recv())["type"] == "connection_ack"
        else:
            assert await Socket(hostile).close_code() == code


@pytest.mark.parametrize("protocol", ["graphql-ws", "mqtt", None])
async def test_another_protocol_is_closed(address, protocol):
    target = f"{address.replace('http', 'ws', 1)}/graphql"
    options = {"subprotocols": [protocol]} if protocol else {}

    async with connect(target, **options) as hostile:
        assert await Socket(hostile).close_code() == 4406


@pytest.mark.parametrize("how", ["in the header", "with escapes"])
async def test_a_token_counts_however_it_is_given(address, near, person, how, monkeypatch):
    """Neither the number of sockets nor the token's age is escaped by how the token is written."""
    hands = Hands.of("app.edge.sockets", monkeypatch)
    expiring = near.signed_in(person, timedelta(hours=1))
    plain = begin(expiring.token)
    escaped = plain.replace("connection_init", "connection\\u005finit")
    opening = '{"type": "connection_init"}' if how == "in the header" else escaped
    headers = {"authorization": f"Bearer {expiring.token}"} if how == "in the header" else {}
    async with (
        raw(address, additional_headers=headers) as first,
        raw(address, additional_headers=headers) as second,
        raw(address, additional_headers=headers) as third,
    ):
        for client in (first, second):
            await client.send(opening)
            assert json.loads(await client.recv())["type"] == "connection_ack"
        await third.send(opening)

        assert await Socket(third).close_code() == 4429
        hands.ahead = 3_601
        assert await Socket(first).close_code(answers=True) == 4401

    await none_is_left()


async def test_a_flood_of_subscribes_is_closed_and_leaves_nothing(address, near, person):
    payload = {"query": RECEIVED}
    async with socket(address, person.token) as probe, raw(address) as hostile:
        await hostile.send(begin(person.token))
        await hostile.recv()
        try:
            for number in range(3_000):
                message = {"id": str(number), "type": "subscribe", "payload": payload}
                await hostile.send(json.dumps(message))
        except ConnectionClosed:
            pass

        assert await Socket(hostile).close_code() == 4429
        await listeners_become(near.tenant_id, 0)
        await probe.send(id="1", type="subscribe", payload={"query": VIEWER})
        assert "viewer" in await probe.next()

    await none_is_left()


async def test_subscribing_and_leaving_over_and_over_leaves_nothing(address, near, person):
    async with socket(address, person.token) as client:
        for number in range(90):
            await client.send(id=str(number), type="subscribe", payload={"query": RECEIVED})
            await client.send(id=str(number), type="complete")
        await client.send(id="last", type="subscribe", payload={"query": VIEWER})

        assert "viewer" in await client.next()
        await listeners_become(near.tenant_id, 0)


async def test_more_operations_than_a_socket_may_run_are_refused_one_by_one(address, person):
    async with socket(address, person.token) as client:
        for number in range(8):
            await client.send(id=str(number), type="subscribe", payload={"query": RECEIVED})

        for number in range(5, 8):
            refused = await client.receive()
            assert (refused["type"], refused["id"]) == ("error", str(number))
            assert refused["payload"][0]["extensions"]["code"] == "TOO_MANY_OPERATIONS"


async def test_a_socket_that_is_cut_off_leaves_nothing(address, near, person):
    async with raw(address) as hostile:
        await hostile.send(begin(person.token))
        await hostile.recv()
        payload = {"query": RECEIVED}
        await hostile.send(json.dumps({"id": "1", "type": "subscribe", "payload": payload}))
        await listeners_become(near.tenant_id, 1)

        hostile.transport.abort()

        await listeners_become(near.tenant_id, 0)
    await none_is_left()


async def test_a_reader_that_takes_nothing_is_left_with_memory_flat(careless, database, settings):
    """What is not read of gigabytes of answers must wait as questions, not in our memory."""
    world = await World.create(database, careless, settings)
    person = await world.member(await world.organisation("Shop"), "BUYER")
    process = psutil.Process()
    await world.ask(LARGE, token=person.token)
    before = process.memory_info().rss
    most = before

    async with raw(address_of(careless), max_queue=1, ping_interval=None) as hostile:
        await hostile.send(begin(person.token))
        await hostile.recv()
        with suppress(ConnectionClosed, TimeoutError):
            for number in range(200_000):
                message = {"id": str(number), "type": "subscribe", "payload": {"query": LARGE}}
                async with asyncio.timeout(5):
                    await hostile.send(json.dumps(message))
                most = max(most, process.memory_info().rss)
            pytest.fail("nothing has stopped it")
        await none_is_left()
        assert (await person.ask(VIEWER)).status == 200
        hostile.transport.abort()

    assert most - before < 64 * MIB
