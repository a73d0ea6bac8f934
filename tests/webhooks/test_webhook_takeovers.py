"""A sender that ends in the middle, and another that takes over from it."""

import asyncio

from sqlalchemy import text

from tests.support.hook_log import log_of
from tests.support.hooks import hook
from tests.support.patience import until
from tests.support.receiver import OK, Received


async def test_a_sender_that_ends_in_the_middle_sends_again_under_the_same_id(
    post, chain, buyer, seller, receiver, access
):
    webhook, _ = await hook(seller, receiver.url, "ORDER_CONFIRMED")
    await chain.place(buyer)
    await post.hear()
    held = asyncio.Event()

    async def wait(_: Received) -> bytes:
        await held.wait()
        return OK

    receiver.respond = wait
    (lane,) = await post.sender.claim(1, [chain.world.tenant_id])
    running = asyncio.create_task(post.sender.empty(lane))
    await until(lambda: _has(receiver, 1))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    held.set()

    taken = await post.sender.claim(1, [chain.world.tenant_id])
    await _end_leases(chain.world)
    await post.later(minutes=1)

    assert taken == []  # The lane is the ended sender's until its lease ends.
    first, second = receiver.received
    assert first.id == second.id
    (logged,) = await log_of(seller, webhook)
    assert (logged["status"], logged["tries"]) == ("DELIVERED", 2)


async def test_what_a_sender_that_was_taken_over_from_brings_home_is_not_noted(
    post, chain, buyer, seller, receiver
):
    webhook, _ = await hook(seller, receiver.url, "ORDER_CONFIRMED")
    await chain.place(buyer)
    await post.hear()
    held = asyncio.Event()

    async def wait(_: Received) -> bytes:
        if len(receiver.received) == 1:
            await held.wait()
        return OK

    receiver.respond = wait
    (lane,) = await post.sender.claim(1, [chain.world.tenant_id])
    running = asyncio.create_task(post.sender.empty(lane))
    await until(lambda: _has(receiver, 1))
    await _end_leases(chain.world)
    await post.later(minutes=1)
    held.set()
    await running

    (logged,) = await log_of(seller, webhook)
    assert len(receiver.received) == 2
    assert [each["outcome"] for each in logged["attempts"]] == ["DELIVERED"]


async def _has(receiver, number: int) -> bool:
    return len(receiver.received) == number


async def _end_leases(world) -> None:
    statement = text(
        "UPDATE platform.webhook_lane SET leased_until = '2020-01-01' WHERE tenant_id = :tenant"
    )
    await world.run(lambda work: work.session.execute(statement, {"tenant": world.tenant_id}))
