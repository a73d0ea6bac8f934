"""A receiver that answers slowly for ever holds up its own lane and nothing else."""

import asyncio
from contextlib import asynccontextmanager

import psycopg
import pytest

from app.webhooks.client import MOST_ANSWER_BYTES, Caller
from app.webhooks.locks import LANES_OF_A_TENANT
from app.webhooks.operations.sending import CALLS_OF_A_WEBHOOK
from tests.support.chain import Chain
from tests.support.hook_log import log_of, state_of
from tests.support.hooks import hook
from tests.support.patience import PATIENCE_SECONDS, until
from tests.support.ports import held_port
from tests.support.receiver import OK, Received, receiving

SHORT = 0.3
"""Long enough for nothing: these receivers never answer whole."""
OPEN = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND state LIKE 'idle in transaction%'
"""


@asynccontextmanager
async def emptying(sender, lanes):
    """Senders that empty lanes meanwhile."""
    running = [asyncio.create_task(sender.empty(lane)) for lane in lanes]
    try:
        yield
    finally:
        await asyncio.gather(*running)


@pytest.fixture
def held(receiver):
    """Let the receiver answer nobody until this is set."""
    gate = asyncio.Event()

    async def wait(_: Received) -> bytes:
        await gate.wait()
        return OK

    receiver.respond = wait
    return gate


async def _has(receiver, number: int) -> bool:
    return len(receiver.received) == number


async def test_while_a_receiver_is_spoken_to_no_transaction_is_open(
    post, chain, buyer, seller, receiver, held, access
):
    await hook(seller, receiver.url, "ORDER_CONFIRMED")
    for _ in range(2):
        await chain.place(buyer)
    await post.hear()
    lanes = await post.sender.claim(10, [chain.world.tenant_id])

    async with emptying(post.sender, lanes):
        await until(lambda: _has(receiver, 2))
        connections = post.sender.database.inside
        await until(lambda: _none_is_open(access))
        held.set()

    assert connections == 0


async def _none_is_open(access) -> bool:
    """Whoever else is about to end a transaction does so soon; a sender that waits would not."""
    with psycopg.connect(access.owner_dsn, autocommit=True) as connection:
        return connection.execute(OPEN).fetchone() == (0,)


async def test_a_tenant_has_a_few_slots_and_another_is_served_meanwhile(
    post, chain, buyer, seller, receiver, held, database, http, settings
):
    for _ in range(LANES_OF_A_TENANT + 2):
        await hook(seller, receiver.url, "ORDER_CONFIRMED")
    for _ in range(CALLS_OF_A_WEBHOOK + 2):
        await chain.place(buyer)
    await post.hear()
    other = await Chain.create(await type(chain.world).create(database, http, settings))
    theirs = type(post)(other.world, post.sender)
    tenants = [chain.world.tenant_id, other.world.tenant_id]

    lanes = await post.sender.claim(100, tenants)
    more = await post.sender.claim(100, tenants)
    async with receiving() as quick, emptying(post.sender, lanes):
        await until(lambda: _has(receiver, LANES_OF_A_TENANT * CALLS_OF_A_WEBHOOK))
        admin = await other.world.member(other.distributor, "ENTERPRISE_ADMIN")
        await hook(admin, quick.url, "ORDER_CONFIRMED")
        await other.place(await other.world.member(other.retailer, "BUYER"))
        await theirs.deliver()
        served, waiting = len(quick.received), len(receiver.received)
        held.set()

    assert (len(lanes), more) == (LANES_OF_A_TENANT, [])
    assert (served, waiting) == (1, LANES_OF_A_TENANT * CALLS_OF_A_WEBHOOK)


async def test_of_many_tenants_each_gets_its_first_lane_before_any_gets_its_second(
    post, chain, buyer, seller, receiver, database, http, settings
):
    for _ in range(3):
        await hook(seller, receiver.url, "ORDER_CONFIRMED")
    await chain.place(buyer)
    await post.hear()
    other = await Chain.create(await type(chain.world).create(database, http, settings))
    admin = await other.world.member(other.distributor, "ENTERPRISE_ADMIN")
    await hook(admin, receiver.url, "ORDER_CONFIRMED")
    await other.place(await other.world.member(other.retailer, "BUYER"))
    await type(post)(other.world, post.sender).hear()
    tenants = [chain.world.tenant_id, other.world.tenant_id]

    lanes = await post.sender.claim(2, tenants)

    assert {lane.tenant_id for lane in lanes} == set(tenants)
    for lane in lanes:
        await post.sender.empty(lane)


async def test_who_never_answers_fails_in_time_and_is_soon_left_alone(
    post, chain, buyer, seller, receiver, held, database, show
):
    webhook, _ = await hook(seller, receiver.url, "ORDER_CONFIRMED")
    for _ in range(6):
        await chain.place(buyer)
    await post.hear()
    impatient = Caller(allows_loopback=True, seconds=SHORT)
    post.sender = type(post.sender)(database, show, impatient, post.sender.keys, post.now)

    await post.send_all()
    state = await state_of(seller, webhook)
    more = await post.send()
    held.set()

    assert more == 0
    assert state["restingUntil"] is not None
    tried = [each["attempts"] for each in await log_of(seller, webhook)]
    assert {attempt["outcome"] for attempts in tried for attempt in attempts} == {"TIMED_OUT"}


async def test_an_answer_that_drips_for_ever_is_a_failure_whatever_its_status(receiver):
    """The status alone would let it hold a slot for the whole time, and never open the breaker."""
    head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    receiver.lets_close = False

    for seconds in (SHORT, 2, PATIENCE_SECONDS):  # The first that is enough to see the status.
        receiver.answers[:] = [head + b"1\r\nx\r\n"]
        caller = Caller(allows_loopback=True, seconds=seconds)
        called = await caller.call(receiver.url, {}, b"{}", [])
        if called.answer:
            break

    assert (called.outcome, called.status_code, called.answer) == ("TIMED_OUT", 200, "x")


async def test_an_answer_without_an_end_is_read_no_further_than_a_look_needs(receiver):
    head = f"HTTP/1.1 200 OK\r\ncontent-length: {10**12}\r\n\r\n".encode()
    receiver.answers += [head + b"y" * 4 * MOST_ANSWER_BYTES]
    receiver.lets_close = False

    called = await Caller(allows_loopback=True, seconds=PATIENCE_SECONDS).call(
        receiver.url, {}, b"{}", []
    )

    assert (called.outcome, called.answer) == ("DELIVERED", "y" * 1_000)


@pytest.mark.parametrize(
    "said", [b"", b"HTTP", b"no http at all\r\n\r\n", b"HTTP/1.1 999999 x\r\n"]
)
async def test_an_answer_that_is_none_is_a_failure(receiver, said):
    receiver.answers += [said]

    called = await Caller(allows_loopback=True, seconds=PATIENCE_SECONDS).call(
        receiver.url, {}, b"{}", []
    )

    assert called.outcome == "BROKEN_ANSWER"


async def test_who_does_not_listen_is_not_connected(receiver):
    with held_port() as port:
        called = await Caller(allows_loopback=True, seconds=PATIENCE_SECONDS).call(
            f"http://127.0.0.1:{port}/", {}, b"{}", []
        )

    assert called.outcome == "NOT_CONNECTED"
