"""Queries and mutations over WebSockets and as server-sent events meet the edge of a POST."""

import asyncio
import json
from dataclasses import replace

import pytest

from app.edge import trust
from app.edge.documents import document_id
from app.edge.limits import Limits
from tests.support.notifications import told
from tests.support.patience import PATIENCE_SECONDS
from tests.support.served import served
from tests.support.sockets import listeners_become, socket
from tests.support.streams import streamed
from tests.support.world import gid

VIEWER = "{ viewer { name } }"
UNREAD = "query Unread { myNotifications { unreadCount } }"
FORTY = "{ " + " ".join(f"a{n}: viewer {{ name }}" for n in range(40)) + " }"
MANY = "query($n: Int!) { myNotifications(first: $n) { edges { node { id } } } }"
MARK = """mutation($input: MarkNotificationsReadInput!) {
  markNotificationsRead(input: $input) { ... on MarkedNotifications { unreadCount } } }"""
RECEIVED = "subscription { notificationReceived { id } }"
STATEMENTS = 4
"""Of an event: three for a snapshot with the rights of this moment, one for what is told."""
TOKEN = "0123456789abcdef-metrics"
LIMITS = Limits(
    operation_cost=60,
    user_burst=100,
    user_rate=1,
    statement_seconds=PATIENCE_SECONDS,
    operation_seconds=2 * PATIENCE_SECONDS,
)


@pytest.fixture(scope="module")
async def edge(settings, tmp_path_factory):
    """A server with small limits, and one trusted document."""
    folder = tmp_path_factory.mktemp("documents")
    (folder / "unread.graphql").write_text(UNREAD)
    file = folder / "trusted.json"
    assert trust.main([str(folder), str(file)]) == 0
    told = replace(settings, metrics_token=TOKEN, request_log=True)
    chosen = replace(told, limits=LIMITS, trusted_documents=file)
    async with served(chosen) as http:
        yield http


@pytest.fixture
def run_over(address, edge):
    """Sends one operation over a way that streams; gives its results, errors without data too."""

    async def over_socket(token, payload):
        async with socket(address, token) as client:
            await client.send(id="1", type="subscribe", payload=payload)
            return await client.result()

    async def over_events(token, payload):
        return (await streamed(edge, token, payload))[0]

    return {"WEBSOCKET": over_socket, "SSE": over_events}


def code_of(result):
    return result["errors"][0]["extensions"]["code"]


@pytest.mark.parametrize("way", ["WEBSOCKET", "SSE"])
async def test_an_answer_is_that_of_a_post(run_over, person, way):
    result = await run_over[way](person.token, {"query": VIEWER})

    assert result == (await person.ask(VIEWER)).body
    assert result["extensions"]["cost"]["actual"] > 0


@pytest.mark.parametrize("place", ["payload", "extensions", "extensions beside an empty text"])
async def test_a_trusted_document_is_named_in_a_message(run_over, person, place):
    named = {"documentId": document_id(UNREAD)}
    payload = {
        "payload": named,
        "extensions": {"extensions": named},
        "extensions beside an empty text": {"query": "", "extensions": named},
    }[place]

    result = await run_over["WEBSOCKET"](person.token, payload)

    assert result["data"] == {"myNotifications": {"unreadCount": 0}}


async def test_a_trusted_document_is_named_for_events(run_over, person):
    result = await run_over["SSE"](person.token, {"documentId": document_id(UNREAD)})

    assert result["data"] == {"myNotifications": {"unreadCount": 0}}


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ({"documentId": "sha256:00"}, "UNKNOWN_DOCUMENT"),
        ({"query": VIEWER, "documentId": document_id(UNREAD)}, "INVALID"),
        ({}, "INVALID"),
        ({"query": 5}, "INVALID"),
        ({"query": VIEWER, "variables": []}, "INVALID"),
        ({"query": VIEWER, "operationName": {}}, "INVALID"),
        ({"query": "{"}, "INVALID"),
        ({"query": "{ viewer { shoeSize } }"}, "INVALID"),
        ({"query": f"{{ {'x' * 9_000} }}"}, "INVALID"),
        ({"query": "{ " + "__typename " * 5_000 + "}"}, "TOO_MANY_TOKENS"),
        ({"query": MANY}, "INVALID"),
        ({"query": MANY, "variables": {"n": "many"}}, "INVALID"),
        ({"query": MANY, "variables": {"n": 90}}, "TOO_COSTLY"),
        ({"query": RECEIVED.replace("id", "id " * 600)}, "TOO_MANY_EQUAL_FIELDS"),
    ],
)
async def test_what_is_wrong_with_one_operation_leaves_the_socket_open(
    address, person, payload, code
):
    async with socket(address, person.token) as client:
        await client.send(id="bad", type="subscribe", payload=payload)
        refused = await client.receive()
        await client.send(id="good", type="subscribe", payload={"query": VIEWER})
        assert "viewer" in await client.next()

    assert (refused["type"], refused["id"]) == ("error", "bad")
    assert refused["payload"][0]["extensions"]["code"] == code
    assert len(json.dumps(refused)) < 4_000


async def test_a_cost_beyond_the_limit_is_refused_for_events_too(edge, person):
    headers = {"accept": "text/event-stream", "authorization": f"Bearer {person.token}"}
    body = {"query": MANY, "variables": {"n": 90}}

    answer = await edge.post("/graphql", json=body, headers=headers)

    assert "TOO_COSTLY" in answer.text


@pytest.mark.parametrize("way", ["WEBSOCKET", "SSE"])
async def test_what_was_requested_and_not_used_is_given_back(run_over, person, way):
    asked = {"query": MANY, "variables": {"n": 40}}

    results = [await run_over[way](person.token, asked) for _ in range(10)]

    costs = [result["extensions"]["cost"] for result in results]
    assert sum(cost["requested"] for cost in costs) > LIMITS.user_burst
    assert sum(cost["actual"] for cost in costs) < LIMITS.user_burst


@pytest.mark.parametrize("way", ["WEBSOCKET", "SSE"])
async def test_a_used_up_budget_refuses_with_a_time_to_come_back(run_over, person, way):
    for _ in range(2):
        assert (await person.ask(FORTY)).status == 200

    results = [await run_over[way](person.token, {"query": FORTY}) for _ in range(10)]

    refused = [result for result in results if "errors" in result]
    assert code_of(refused[0]) == "OVER_BUDGET"
    assert refused[0]["errors"][0]["extensions"]["retryAfter"] >= 1


@pytest.mark.parametrize("way", ["WEBSOCKET", "SSE"])
async def test_what_goes_wrong_is_masked_and_found_by_its_incident(
    run_over, person, way, owner, caplog
):
    owner.execute("ALTER TABLE notification RENAME COLUMN read_at TO secret")
    owner.commit()
    try:
        result = await run_over[way](person.token, {"query": UNREAD})
    finally:
        owner.execute("ALTER TABLE notification RENAME COLUMN secret TO read_at")
        owner.commit()

    assert code_of(result) == "INTERNAL"
    assert result["errors"][0]["extensions"]["incident"] in caplog.text
    assert "read_at" in caplog.text
    assert "read_at" not in json.dumps(result)


async def test_a_mutation_runs_on_a_socket_that_says_whose_it_is(run_over, near, person):
    (key,) = await told(near, person)
    variables = {"input": {"ids": [gid("Notification", key)]}}

    for token in (None, "nonsense"):
        refused = await run_over["WEBSOCKET"](token, {"query": MARK, "variables": variables})
        assert code_of(refused) == "UNAUTHENTICATED"
    before = await person.ask(UNREAD)
    done = await run_over["WEBSOCKET"](person.token, {"query": MARK, "variables": variables})

    assert before.data["myNotifications"]["unreadCount"] == 1
    assert done["data"]["markNotificationsRead"]["unreadCount"] == 0


async def test_a_mutation_is_answered_as_events_too(run_over, near, person):
    (key,) = await told(near, person)
    variables = {"input": {"ids": [gid("Notification", key)]}}

    done = await run_over["SSE"](person.token, {"query": MARK, "variables": variables})

    assert done["data"]["markNotificationsRead"]["unreadCount"] == 0


async def test_events_are_not_given_by_get(edge, person):
    headers = {"accept": "text/event-stream", "authorization": f"Bearer {person.token}"}

    asked = await edge.get("/graphql", params={"query": VIEWER}, headers=headers)
    following = await edge.get("/graphql", params={"query": RECEIVED}, headers=headers)

    assert asked.json()["data"]
    assert following.status_code == 405


async def test_each_operation_and_event_leaves_a_line_and_is_counted(
    address, edge, near, person, capfd
):
    async with socket(address, person.token) as client:
        await client.send(id="1", type="subscribe", payload={"query": VIEWER})
        await client.result()
        await client.receive()
        await client.send(id="2", type="subscribe", payload={"query": VIEWER.replace("w", "W")})
        await client.result()
        await client.subscribe(RECEIVED, id="3")
        await listeners_become(near.tenant_id, 1)
        for _ in range(2):
            await told(near, person)
            await client.next()

    lines = await _lines_of(capfd, near, 5)
    by_method = {(line["method"], line["status"]): line for line in lines}
    answered = by_method["WEBSOCKET", 200]
    assert answered["operation"] == "viewer"
    assert (answered["statements"] > 0, answered["spent_cost"] > 0) == (True, True)
    assert "fallback" not in answered
    event = by_method["EVENT", 200]
    assert event["operation"] == "notificationReceived"
    assert event["membership"] == str(person.membership_id)
    assert (event["statements"], event["spent_cost"]) == (STATEMENTS, 2)
    assert "fallback" not in event
    assert by_method["WEBSOCKET", 101]["request"] == event["request"] == answered["request"]
    metrics = (await edge.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})).text
    assert 'tributary_operation_seconds_count{operation="notificationReceived"}' in metrics


async def _lines_of(capfd, world, number):
    """The lines of a network, once there are so many."""
    text = ""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            text += capfd.readouterr().out
            found = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
            requests = {
                line["request"] for line in found if line.get("tenant") == str(world.tenant_id)
            }
            mine = [line for line in found if line["request"] in requests]
            if len(mine) >= number:
                return mine
            await asyncio.sleep(0.05)
