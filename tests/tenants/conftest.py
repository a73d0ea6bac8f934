import pytest

from launch.database import bootstrap
from launch.migrations import migrate
from launch.postgres import throwaway_postgres
from tests.support.moving import Mover
from tests.support.world import World


@pytest.fixture(scope="package")
def fresh_installation():
    """A migrated database on a server of its own, in which there is nothing yet."""
    with throwaway_postgres() as server:
        addresses = bootstrap(server.dsn())
        migrate(addresses.owner_dsn)
        yield addresses


@pytest.fixture
def mover(access, fresh_installation, tmp_path):
    return Mover(access, fresh_installation, tmp_path)


@pytest.fixture
async def neighbour(database, http, settings):
    """Another network of the same installation."""
    return await World.create(database, http, settings)
