"""Two networks: in one, two distributors side by side; in the other, a third."""

from collections.abc import AsyncIterator

import pytest

from tests.isolation.scene import Scene
from tests.support.world import World


@pytest.fixture(scope="package")
async def scene(database, http, settings, access) -> AsyncIterator[Scene]:
    """A filled scene that no test changes: every one of them asserts it."""
    worlds = [await World.create(database, http, settings) for _ in range(2)]
    scene = await Scene.create(worlds[0], worlds[1], access.owner_dsn)
    yield scene
    scene.watch.close()
