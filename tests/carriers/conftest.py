from collections.abc import AsyncIterator

import pytest

from app.carriers.rules.signing import CarrierKeys
from tests.support.carrying import Dispatch
from tests.support.chain import Chain
from tests.support.receiver import Receiver, receiving


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as receiver:
        yield receiver


@pytest.fixture
async def chain(world) -> Chain:
    chain = await Chain.create(world)
    await chain.stock(chain.distributor, 480)
    return chain


@pytest.fixture
async def cast(chain):
    """The buyer, and the seller's keeper, logistics, rep and service."""
    world = chain.world
    people = {
        "buyer": await world.member(chain.retailer, "BUYER"),
        "keeper": await world.member(chain.distributor, "WAREHOUSE", "LOGISTICS", name="Wu"),
        "rep": await world.member(chain.distributor, "SALES", name="Rep"),
        "service": await world.member(chain.distributor, "SERVICE", name="Service"),
    }
    await world.assign_rep(chain.downstream, people["rep"])
    return people


@pytest.fixture
def dispatch(world, settings) -> Dispatch:
    return Dispatch(world, CarrierKeys(settings.secret))
