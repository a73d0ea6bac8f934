"""A real worker on bad days: a server that hangs, a deployment, one network with all the jobs."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

import psycopg
import pytest
from sqlalchemy import func, select

from app.db.outbox import HandledEvent
from app.kernel.ids import new_id
from app.notifications.mail import SmtpTransport
from app.notifications.models import EmailStatus, Notification
from tests.support.mail import Mailbox, mail_served
from tests.support.notifications import order_event
from tests.support.patience import PATIENCE_SECONDS, until
from tests.support.ports import held_port
from tests.support.worker import let_time_pass
from tests.support.world import Person, World
from workers.relay import MOST_OF_TENANT, Relay

pytestmark = pytest.mark.xdist_group("workers")

MAIL_THREADS = 4
PEOPLE = 3 * MAIL_THREADS
HEARD = HandledEvent.handler == "tell_people"
TIMES_HEARD = select(func.count(HandledEvent.event_id)).where(HEARD)
_TELL_AT_ONCE = """
    WITH event AS (
        INSERT INTO outbox_event (tenant_id, id, kind, subject_kind, subject_id, data, occurred_at)
        SELECT %(tenant)s, gen_random_uuid(), 'order_confirmed', 'order', gen_random_uuid(),
            '{"recipients": [], "number": "1", "seller_name": "R"}', now()
        FROM generate_series(1, %(number)s) RETURNING id
    )
    INSERT INTO platform.outbox_signal (event_id, tenant_id, kind)
    SELECT id, %(tenant)s, 'order_confirmed' FROM event
"""


class SilentServer:
    """Accepts connections and never says a word."""

    def __init__(self, port: int) -> None:
        self.open: list[socket.socket] = []
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind(("127.0.0.1", port))
        self._listener.listen(64)
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:  # It was closed.
                return
            self.open.append(connection)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        for connection in self.open:
            connection.close()


@contextmanager
def silent_server(port: int) -> Iterator[SilentServer]:
    server = SilentServer(port)
    try:
        yield server
    finally:
        server.close()


class SlowMailbox(Mailbox):
    """Keeps whoever hands a message over waiting, until it may go on."""

    def __init__(self) -> None:
        super().__init__()
        self.may_go_on = threading.Event()
        self.waiting = 0

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802  # aiosmtpd's name
        self.waiting += 1
        while not self.may_go_on.is_set():  # noqa: ASYNC110  # the bell rings in another thread
            await asyncio.sleep(0.01)
        return await super().handle_DATA(server, session, envelope)


async def tell(world: World, kind: str, *people: Person) -> None:
    event = order_event(kind, *(person.membership_id for person in people))

    async def command(work) -> None:
        work.tell(event)

    await world.run(command)


async def staff(world: World, number: int) -> list[Person]:
    brand = await world.organisation("Brand", "BRAND")
    return [await world.member(brand, "BUYER") for _ in range(number)]


async def told(world: World, kind: str) -> int:
    return await count(world, select(func.count(Notification.id)).where(Notification.kind == kind))


async def sent(world: World) -> int:
    statement = select(func.count(Notification.id))
    return await count(world, statement.where(Notification.email_status == EmailStatus.SENT))


async def count(world: World, statement) -> int:
    return await world.run(lambda work: work.session.scalar(statement))


async def test_a_mail_server_that_never_answers_holds_up_nothing_but_mail(world, worker, smtp_port):
    people = await staff(world, PEOPLE)

    with silent_server(smtp_port) as silent:
        await tell(world, "order_confirmed", *people)
        await until(lambda: is_full(silent))
        for kind in ("order_shipped", "order_rejected"):  # All threads of the mail queue hang.
            await tell(world, kind, *people)
        await until(lambda: all_told(world))
        meanwhile = await sent(world)
    with mail_served(smtp_port) as mailbox:
        await until(lambda: all_sent(world, 3 * PEOPLE))

    assert meanwhile == 0
    assert len(mailbox.messages) == len({message["Message-ID"] for message in mailbox.messages})


async def is_full(silent: SilentServer) -> bool:
    return len(silent.open) >= MAIL_THREADS


async def all_told(world: World) -> bool:
    return (await told(world, "ORDER_SHIPPED"), await told(world, "ORDER_REJECTED")) == (
        PEOPLE,
        PEOPLE,
    )


async def all_sent(world: World, number: int) -> bool:
    return await sent(world) == number


async def test_speaking_with_a_mail_server_that_never_answers_ends():
    with held_port() as port, silent_server(port):
        transport = SmtpTransport("127.0.0.1", port, None, None, "smtp", seconds=0.1)

        with pytest.raises((OSError, TimeoutError)):
            await asyncio.wait_for(transport.send(a_message()), PATIENCE_SECONDS)


def a_message() -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = "a@tributary.test", "b@tributary.test"
    message["Message-ID"] = f"<{new_id()}@tributary.test>"
    message.set_content("Hello")
    return message


async def test_a_worker_that_is_asked_to_stop_ends_what_runs_and_gives_back_the_rest(
    world, access, worker, smtp_port
):
    people, mailbox = await staff(world, PEOPLE), SlowMailbox()

    with mail_served(smtp_port, mailbox):
        await tell(world, "order_confirmed", *people)
        await until(lambda: are_waiting(mailbox, MAIL_THREADS))
        worker.ask_to_stop()
        await until(lambda: has_no_leader(access))
        mailbox.may_go_on.set()
        status = await asyncio.to_thread(worker.ended)
        ended, given_back = await sent(world), claimed(access)
        let_time_pass(access.owner_dsn)
        worker.start()
        await until(lambda: all_sent(world, PEOPLE))

    ids = [message["Message-ID"] for message in mailbox.messages]
    assert status == 0
    assert MAIL_THREADS <= ended < PEOPLE
    assert given_back == 0
    assert len(ids) == len(set(ids)) == PEOPLE


async def are_waiting(mailbox: SlowMailbox, number: int) -> bool:
    return mailbox.waiting >= number


async def has_no_leader(access) -> bool:
    """The worker has heard that it is to end."""
    with psycopg.connect(access.owner_dsn) as connection:
        found = connection.execute(
            "SELECT EXISTS (SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = database "
            "WHERE datname = current_database() AND locktype = 'advisory' AND granted "
            "AND classid = 0 AND objid = %s)",
            [Relay.lock],
        ).fetchone()
    return found == (False,)


def claimed(access) -> int:
    """Messages that a worker has taken and not given back, where the database carries them."""
    with psycopg.connect(access.owner_dsn) as connection:
        (number,) = connection.execute(
            "SELECT count(*) FROM dramatiq.queue WHERE state = 'consumed'"
        ).fetchone()
    return number


async def test_a_network_with_all_the_jobs_does_not_delay_anothers_first(
    world, worker, settings, database, http
):
    other, many = await World.create(database, http, settings), 10 * MOST_OF_TENANT

    with psycopg.connect(settings.database_url) as connection:  # Both are told at one moment.
        for tenant_id, number in ((world.tenant_id, many), (other.tenant_id, 1)):
            connection.execute(f"SET LOCAL app.tenant_id = '{tenant_id}'")
            connection.execute(_TELL_AT_ONCE, {"tenant": tenant_id, "number": number})
    await until(lambda: all_heard(world, many))
    await until(lambda: all_heard(other, 1))

    first = await count(other, select(func.min(HandledEvent.handled_at)).where(HEARD))
    assert await count(world, TIMES_HEARD.where(HandledEvent.handled_at < first)) <= MOST_OF_TENANT


async def all_heard(world: World, number: int) -> bool:
    return await count(world, TIMES_HEARD) == number
