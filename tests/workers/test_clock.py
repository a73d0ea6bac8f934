"""One tick of the clock over all networks."""

import logging
from datetime import UTC, datetime, timedelta

from app.tenants.models import TenantStatus
from app.tenants.operations import set_status
from tests.support.chain import Chain, look
from tests.support.deadlines import PREPAID
from tests.support.world import World
from workers import clock
from workers.clock import Duty, tick


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


async def _set(chain, status):
    world = chain.world
    await world.run(lambda work: set_status(work, world.tenant_id, status))


def in_four_days():
    return datetime.now(UTC) + timedelta(days=4)
