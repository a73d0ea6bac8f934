"""One tick of the clock over all networks."""

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from app.orders.models import Order
from app.tenants.models import TenantStatus
from app.tenants.operations import set_status
from tests.support.chain import Chain, look
from tests.support.deadlines import PREPAID, history
from tests.support.patience import PATIENCE_SECONDS, until
from tests.support.worker import left_alone
from tests.support.world import World
from workers import clock
from workers.clock import Clock, Duty, tick


@pytest.fixture(autouse=True)
def _alone(access) -> Iterator[None]:
    """A tick asks every network of the database; those of other tests would make it long."""
    with left_alone(access.owner_dsn):
        yield


@contextmanager
def _running(clocks: Sequence[Clock]) -> Iterator[list[threading.Thread]]:
    threads = [threading.Thread(target=each.run, daemon=True) for each in clocks]
    for thread in threads:
        thread.start()
    try:
        yield threads
    finally:
        for each in clocks:
            each.stop()
        for thread in threads:
            thread.join(PATIENCE_SECONDS)


async def networks(database, http, settings, number):
    """Chains in tenants of their own, each with one order that waits for its payment."""
    chains = [
        await Chain.create(await World.create(database, http, settings), **PREPAID, payment_days=3)
        for _ in range(number)
    ]
    buyers = [await chain.world.member(chain.retailer, "BUYER") for chain in chains]
    orders = [(await chain.place(buyer))["id"] for chain, buyer in zip(chains, buyers, strict=True)]
    return chains, buyers, orders


async def states(buyers, orders):
    return [
        (await look(buyer, order))["state"] for buyer, order in zip(buyers, orders, strict=True)
    ]


async def test_suspended_networks_are_passed_over_until_they_are_resumed(database, http, settings):
    chains, buyers, orders = await networks(database, http, settings, 2)
    await _set(chains[1], TenantStatus.SUSPENDED)

    await tick(database, in_four_days)
    await _set(chains[1], TenantStatus.ACTIVE)
    meanwhile = await states(buyers, orders)
    await tick(database, in_four_days)

    assert meanwhile == ["CANCELLED", "PENDING_PAYMENT"]
    assert await states(buyers, orders) == ["CANCELLED", "CANCELLED"]


async def test_what_fails_in_one_network_is_logged_and_stops_no_other(
    database, http, settings, monkeypatch, caplog
):
    chains, buyers, orders = await networks(database, http, settings, 2)
    real = clock.DUTIES[0]

    async def failing_first(work):
        if work.tenant_id == chains[0].world.tenant_id:
            message = "the first network is broken"
            raise LookupError(message)
        return await real.due(work)

    monkeypatch.setattr(clock, "DUTIES", (Duty(failing_first, real.command),))

    with caplog.at_level(logging.ERROR, logger="tributary.clock"):
        await tick(database, in_four_days)

    assert await states(buyers, orders) == ["PENDING_PAYMENT", "CANCELLED"]
    assert str(chains[0].world.tenant_id) in caplog.text


async def test_of_two_clocks_one_leads_and_what_is_due_happens_once(database, http, settings):
    chains, buyers, orders = await networks(database, http, settings, 1)
    world = chains[0].world
    long_ago = update(Order).values(payment_due_at=datetime.now(UTC) - timedelta(days=1))
    await world.run(lambda work: work.session.execute(long_ago))
    clocks = [Clock(settings.database_url) for _ in range(2)]

    async def is_cancelled():
        return await states(buyers, orders) == ["CANCELLED"]

    with _running(clocks) as threads:
        await until(is_cancelled)

    assert not any(thread.is_alive() for thread in threads)
    trail = await history(buyers[0], orders[0])
    assert [entry["command"] for entry in trail].count("EXPIRE_PAYMENT") == 1


async def _set(chain, status):
    world = chain.world
    await world.run(lambda work: set_status(work, world.tenant_id, status))


def in_four_days():
    return datetime.now(UTC) + timedelta(days=4)
