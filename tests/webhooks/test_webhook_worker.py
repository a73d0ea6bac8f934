"""The whole way: a command, the outbox, the real worker and a real receiver."""

from collections.abc import Iterator

import pytest

from tests.support.hook_log import log_of
from tests.support.hooks import hook
from tests.support.patience import until
from tests.support.worker import WorkerProcess, left_alone

pytestmark = pytest.mark.xdist_group("workers")


@pytest.fixture(scope="module")
def worker(access, settings, tmp_path_factory) -> Iterator[WorkerProcess]:
    process = WorkerProcess(
        access.owner_dsn,
        {
            "TRIBUTARY_APP_URL": settings.database_url,
            "TRIBUTARY_SECRET": settings.secret,
            "TRIBUTARY_MAIL_FOLDER": str(tmp_path_factory.mktemp("mail")),
            "TRIBUTARY_WEBHOOKS_TO_LOOPBACK": "on",
        },
    )
    with left_alone(access.owner_dsn):
        try:
            process.start()
            yield process
        finally:
            process.kill()


async def test_what_happens_reaches_the_receiver_through_the_worker(
    chain, buyer, seller, receiver, worker
):
    webhook, _ = await hook(seller, receiver.url, "ORDER_CONFIRMED")

    placed = await chain.place(buyer)

    async def delivered() -> bool:
        return [each["status"] for each in await log_of(seller, webhook)] == ["DELIVERED"]

    await until(delivered)
    (got,) = receiver.received
    assert (got.message["type"], got.subject["number"]) == ("ORDER_CONFIRMED", placed["number"])
