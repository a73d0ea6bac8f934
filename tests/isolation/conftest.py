"""Two networks: in one, two distributors side by side; in the other, a third."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import pytest

from tests.isolation.matrix.askers import askers_of
from tests.isolation.matrix.asking import OF_ADMINISTRATORS, Matrix
from tests.isolation.matrix.told import Marks
from tests.isolation.scene import Scene
from tests.isolation.spent import Spent
from tests.support.cluster.following import Following
from tests.support.inside import inside
from tests.support.statements import StatementCounter
from tests.support.world import World

_WIDE = {
    "tokens": 50_000,
    "fields": 50_000,
    "aliases": 1_000,
    "operation_cost": 10**7,
    "documents": 10_000,
    "document_store_bytes": 2**32,
    "sign_in_place_failures": 10**6,
    "sign_in_account_failures": 10**6,
}
"""So that one document may look at everything and is prepared once, and everybody may try the
victim's password.

What each answer tells is the same (how the fifth attempt answers: tests/identities).
"""


@pytest.fixture(scope="package")
async def scene(database, http, settings, access) -> AsyncIterator[Scene]:
    """A filled scene that no test changes: every one of them asserts it."""
    worlds = [await World.create(database, http, settings) for _ in range(2)]
    scene = await Scene.create(worlds[0], worlds[1], access.owner_dsn)
    yield scene
    scene.watch.close()


@pytest.fixture(scope="package")
async def whole_matrix(scene, settings) -> AsyncIterator[Matrix]:
    """Everybody who asks, and an application of their own to ask."""
    askers = await askers_of(scene)
    scene.look()
    victim, counter = scene.victim, StatementCounter()
    shared = {name for name in victim.things if "@network" in name} - OF_ADMINISTRATORS
    own = {name: thing for name, thing in victim.things.items() if name not in shared}
    marks = [
        Marks(victim.secret, things, victim.numbers, victim.figures)
        for things in (own, victim.things)
    ]
    counter.start()
    async with inside(replace(settings, limits=replace(settings.limits, **_WIDE))) as line:
        yield Matrix(scene, line, askers, *marks, counter, await scene.used_keys())
    counter.stop()


@pytest.fixture(scope="package")
async def spent(database, http, settings, access) -> Spent:
    """A branch whose owners have given every command."""
    worlds = [await World.create(database, http, settings) for _ in range(2)]
    return await Spent.create(worlds[0], worlds[1], access.owner_dsn)


@pytest.fixture
def on_no_cluster(following: Following) -> Iterator[None]:
    """For tests that take our filter away: no cluster would run what is then sent."""
    following.stop()
    yield
    following.start()


@pytest.fixture
def matrix(whole_matrix, queries_run_once) -> Matrix:
    """The matrix; that both executors answer alike is for others to show."""
    return whole_matrix
