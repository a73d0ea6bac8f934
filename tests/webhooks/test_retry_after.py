"""A receiver that asks to be left alone is, and what came of each attempt is counted."""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from tests.support.hook_log import log_of, state_of
from tests.support.hooks import hook
from tests.support.receiver import answer

ASKED = timedelta(hours=2)


def _in_seconds(_now: datetime) -> str:
    return f"{ASKED.total_seconds():.0f}"


def _as_a_date(now: datetime) -> str:
    return f"{now + ASKED:%a, %d %b %Y %H:%M:%S} GMT"


@pytest.mark.parametrize("say", [_in_seconds, _as_a_date])
@pytest.mark.parametrize("status", [429, 503])
async def test_who_asks_to_be_left_alone_hears_of_nothing_until_then(
    post, chain, buyer, seller, receiver, status, say
):
    webhook, _ = await hook(seller, receiver.url, "ORDER_CONFIRMED")
    await chain.place(buyer)
    receiver.answers += [answer(status, b"", f"Retry-After: {say(post.now())}")]
    await post.deliver()
    rests = datetime.fromisoformat((await state_of(seller, webhook))["restingUntil"])
    await chain.place(buyer)
    await post.deliver()
    before = rests - post.now() - timedelta(minutes=30)
    await post.later(seconds=before.total_seconds())
    while_resting = len(receiver.received)

    await post.later(minutes=31)

    assert while_resting == 1
    assert [each["status"] for each in await log_of(seller, webhook)] == ["DELIVERED"] * 2
    assert (await state_of(seller, webhook))["restingUntil"] is None


async def test_what_came_of_attempts_is_counted_by_outcome(post, chain, buyer, seller, receiver):
    await hook(seller, receiver.url, "ORDER_CONFIRMED")
    await chain.place(buyer)
    receiver.answers += [answer(500)]
    await post.deliver()
    await post.later(minutes=1)
    counted = Counter(post.sender.tally.counts)

    await post.sender.hand_in()

    assert counted == {"BAD_STATUS": 1, "DELIVERED": 1}
    assert post.sender.tally.counts == {}
