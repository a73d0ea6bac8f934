"""Nothing takes for ever: slow bodies, long operations, callers who have left."""

import asyncio
import json

import pytest

from app.edge.clock import WallClock
from app.edge.limits import Limits
from tests.support.asgi import Caller, answer_ok
from tests.support.hands import Hands
from tests.support.patience import PATIENCE_SECONDS, until

LIMITS = Limits(
    statement_seconds=0.1, operation_seconds=0.4, body_seconds=1, disconnect_seconds=0.05
)


class Slow:
    """An application that reads its body and then works for ever."""

    def __init__(self) -> None:
        self.was_cancelled = False
        self.has_begun = asyncio.Event()

    async def __call__(self, _scope, receive, _send):
        while (await receive()).get("more_body"):
            pass
        self.has_begun.set()
        try:
            await asyncio.sleep(10 * PATIENCE_SECONDS)
        except asyncio.CancelledError:
            self.was_cancelled = True
            raise


async def test_an_operation_that_takes_too_long_is_stopped_and_answered():
    slow = Slow()

    reply = await Caller().ask(WallClock(slow, LIMITS))

    assert slow.was_cancelled
    assert reply.status == 504
    assert json.loads(reply.body)["errors"][0]["extensions"]["code"] == "TIMEOUT"
    assert not asyncio.current_task().cancelling()


async def test_a_body_that_trickles_is_given_up():
    limits = Limits(disconnect_seconds=0.05, body_seconds=1)
    caller = Caller(trickle=True)

    reply = await caller.ask(WallClock(Slow(), limits))

    assert reply.status == 408


async def test_a_caller_who_leaves_cancels_the_operation():
    slow, caller = Slow(), Caller()
    limits = Limits(disconnect_seconds=0.05, operation_seconds=5 * PATIENCE_SECONDS)
    asking = asyncio.create_task(caller.ask(WallClock(slow, limits)))
    await slow.has_begun.wait()

    caller.gone.set()
    await asyncio.wait_for(asking, PATIENCE_SECONDS)

    assert slow.was_cancelled
    assert caller.reply.status == 0


class Announcing(Caller):
    """Sends its body as real servers do: its bytes, and later that this was all of it."""

    def __init__(self) -> None:
        super().__init__()
        self.messages = [
            {"type": "http.request", "body": b"{}", "more_body": True},
            {"type": "http.request", "body": b"", "more_body": False},
        ]

    async def receive(self):
        if self.messages:
            return self.messages.pop(0)
        return await super().receive()


async def test_a_body_ends_with_the_bytes_that_were_announced():
    taken = []

    async def app(scope, receive, send):
        taken.append(await receive())
        await answer_ok(scope, receive, send)

    caller = Announcing()
    caller.has_asked = True
    caller.gone.set()
    await caller.ask(WallClock(app, LIMITS), content_length="2")

    assert taken == [{"type": "http.request", "body": b"{}", "more_body": False}]
    assert caller.messages == []


@pytest.mark.parametrize(
    "headers",
    [{}, {"content_length": "3"}, {"content_length": "2", "transfer_encoding": "chunked"}],
    ids=["no length", "more to come", "in pieces"],
)
async def test_where_the_length_is_not_known_only_the_end_ends_a_body(headers):
    taken = []

    async def app(_scope, receive, _send):
        taken.extend([await receive(), await receive()])

    await Announcing().ask(WallClock(app, LIMITS), **headers)

    assert [message["more_body"] for message in taken] == [True, False]


async def test_a_caller_who_leaves_after_an_announced_body_cancels_the_operation():
    slow, caller = Slow(), Announcing()
    caller.has_asked = True
    clock = WallClock(slow, Limits(disconnect_seconds=0.05))
    asking = asyncio.create_task(caller.ask(clock, content_length="2"))
    await slow.has_begun.wait()

    caller.gone.set()
    await asyncio.wait_for(asking, PATIENCE_SECONDS)

    assert slow.was_cancelled


async def test_an_answer_that_has_begun_may_take_its_time(monkeypatch):
    hands = Hands.of("app.edge.clock", monkeypatch)
    limits = Limits(operation_seconds=PATIENCE_SECONDS)

    async def stream(_scope, receive, send):
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        hands.ahead = 10 * PATIENCE_SECONDS
        await asyncio.sleep(0.3)  # The clock looks several times.
        await send({"type": "http.response.body", "body": b"late"})

    reply = await Caller().ask(WallClock(stream, limits))

    assert reply.body == b"late"


async def test_a_cancellation_from_elsewhere_is_not_swallowed():
    slow = Slow()
    asking = asyncio.create_task(Caller().ask(WallClock(slow, Limits())))
    await slow.has_begun.wait()

    asking.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_the_ticker_rests_when_there_is_nothing_to_watch():
    clock = WallClock(answer_ok, LIMITS)
    await Caller().ask(clock)

    async def rests() -> bool:
        return not clock.is_ticking

    await until(rests)
    assert clock.watched == 0
