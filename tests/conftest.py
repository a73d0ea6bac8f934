"""One throwaway PostgreSQL a worker, migrated once; one real server; a new tenant a test."""

import os
import sys
from collections.abc import AsyncIterator, Iterator

import httpx2
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from app.config import Settings
from app.db.database import Database
from app.edge.limits import Limits
from launch.database import Access, bootstrap
from launch.migrations import migrate
from launch.postgres import throwaway_postgres
from tests.support.cluster.following import Following
from tests.support.days import is_ending
from tests.support.owner import leave_owners
from tests.support.patience import PATIENCE_SECONDS, UNHURRIED, becomes
from tests.support.serving import serving
from tests.support.shadow import Shadow
from tests.support.statements import StatementCounter
from tests.support.world import World

# Workers and servers that tests start would else compile the application each time anew.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

SECRET = "a secret of the tests that is long enough"
_POINTS = 10**9
# What runs out by real time is tested on servers of its own, or else by a clock's hands.
LIMITS = Limits(
    body_seconds=PATIENCE_SECONDS,
    documents=10_000,
    document_store_bytes=2**32,  # What looks at everything is large, and asked in turn.
    document_burst=_POINTS,
    tenant_burst=_POINTS,
    user_burst=_POINTS,
    address_burst=_POINTS,
    pool_waiters=1_000,
    pool_wait_seconds=PATIENCE_SECONDS,
    statement_seconds=PATIENCE_SECONDS,
    operation_seconds=2 * PATIENCE_SECONDS,
    socket_init_seconds=PATIENCE_SECONDS,
    sign_in_address_failures=_POINTS,
    sign_in_first_seconds=900,
    sign_in_forget_seconds=10**6,
)

# Neither how long an example takes nor how long it takes to draw one says anything about a law.
ANY_SPEED = hypothesis_settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.register_profile("short", ANY_SPEED, derandomize=True, max_examples=30)
hypothesis_settings.register_profile("long", ANY_SPEED, max_examples=1_000)
hypothesis_settings.load_profile(os.environ.get("TRIBUTARY_HYPOTHESIS", "short"))


def pytest_xdist_auto_num_workers() -> int:
    """One worker more than processors: some tests wait for other processes, and compute nothing."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(scope="session")
def shadow() -> Iterator[Shadow]:
    """Runs every query of the server in this process on graphql-core as well."""
    with Shadow().cast() as shadow:
        yield shadow


@pytest.fixture(autouse=True)
def both_executors_agree(shadow: Shadow) -> Iterator[None]:
    """Fail the test in whose time a query was answered differently by the two executors."""
    shadow.disagreements.clear()
    yield
    assert not shadow.disagreements, "\n\n".join(shadow.disagreements)


@pytest.fixture(scope="session")
def following() -> Iterator[Following]:
    """Reads every new statement that this process sends as the application does."""
    following = Following()
    following.start()
    yield following
    following.stop()


@pytest.fixture(autouse=True)
def statements_fit_a_cluster(following: Following) -> Iterator[None]:
    """Fail the test in whose time a statement was first sent that no cluster would run."""
    following.found.clear()
    yield
    assert not following.found, "\n\n".join(following.found)


@pytest.fixture(autouse=True)
def on_one_day() -> None:
    """No test begins on one day and ends on the next: what is said of today must stay true."""
    assert becomes(lambda: not is_ending())


@pytest.fixture
def queries_run_once(shadow: Shadow) -> Iterator[None]:
    """For a test that watches what the server does: graphql-core stays out of it."""
    shadow.is_paused = True
    yield
    shadow.is_paused = False


@pytest.fixture(scope="session")
def access() -> Iterator[Access]:
    """Addresses of a migrated database, as owner and as the application."""
    with throwaway_postgres({"max_connections": "150"}) as server:
        addresses = bootstrap(server.dsn())
        migrate(addresses.owner_dsn)
        yield addresses


@pytest.fixture(scope="session")
def settings(access: Access) -> Settings:
    """What servers in this process share; a request log would write into other tests' output."""
    return Settings(
        database_url=access.app_dsn,
        secret=SECRET,
        limits=LIMITS,
        webhooks_to_loopback=True,
        request_log=False,
    )


@pytest.fixture(scope="session")
async def database(access: Access) -> AsyncIterator[Database]:
    database = Database(access.app_dsn, pool_size=5, patience=UNHURRIED)
    yield database
    await leave_owners()
    await database.close()


@pytest.fixture(scope="session")
async def server(settings: Settings) -> AsyncIterator[str]:
    """The address of the application, served over real HTTP in this process."""
    async with serving(settings) as address:
        yield address


@pytest.fixture(scope="session")
async def http(server: str) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=server, timeout=2 * PATIENCE_SECONDS) as client:
        yield client


@pytest.fixture
async def world(database: Database, http: httpx2.AsyncClient, settings: Settings) -> World:
    """A new tenant with its built-in roles, and hands to fill it."""
    return await World.create(database, http, settings)


@pytest.fixture
def statements() -> Iterator[StatementCounter]:
    """Counts the SQL statements that the server in this process sends while it is entered."""
    counter = StatementCounter()
    counter.start()
    yield counter
    counter.stop()
