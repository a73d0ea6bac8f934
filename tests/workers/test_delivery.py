"""The worker as a real process, against a real mail server; nothing may be lost or doubled."""

from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from sqlalchemy import func, select, text, update

from app.db.outbox import DomainEvent, HandledEvent
from app.identities.resetting import ask_for_reset
from app.notifications.commands import gather_digest
from app.notifications.models import EmailStatus, Notification
from app.rbac.models import Membership
from tests.support.letters import platform, waiting
from tests.support.mail import UNKNOWN, Mailbox, mail_served
from tests.support.notifications import order_event
from tests.support.patience import until
from tests.support.worker import let_time_pass

DAILY = """mutation { setNotificationSettings(
    input: {choices: [{kind: ORDER_CONFIRMED, email: DAILY}]}
) { __typename } }"""

pytestmark = pytest.mark.xdist_group("workers")


async def _tell(world, *events: DomainEvent) -> None:
    async def command(work):
        for event in events:
            work.tell(event)

    await world.run(command)


async def _notifications(world) -> list[Notification]:
    return await world.run(
        lambda work: work.session.scalars(select(Notification).order_by(Notification.id))
    )


async def _are(world, statuses: list[EmailStatus]) -> bool:
    return [row.email_status for row in await _notifications(world)] == statuses


async def _all_sent(world, number: int) -> bool:
    return await _are(world, [EmailStatus.SENT] * number)


async def test_a_committed_event_becomes_one_notification_and_one_email_each(
    world, worker, mailbox
):
    brand = await world.organisation("Brand", "BRAND")
    buyer, colleague = [await world.member(brand, "BUYER") for _ in range(2)]
    event = order_event(
        "order_confirmed",
        buyer.membership_id,
        colleague.membership_id,
        expected_ship_on="2026-12-01",
    )

    await _tell(world, event)
    await until(lambda: _all_sent(world, 2))

    told = {row.membership_id: row for row in await _notifications(world)}
    assert set(told) == {buyer.membership_id, colleague.membership_id}
    assert len(mailbox.to(colleague.email)) == 1
    notification = told[buyer.membership_id]
    assert "expected to ship on 2026-12-01" in notification.text
    assert (notification.subject_kind, notification.subject_id) == ("order", event.subject_id)
    (message,) = mailbox.to(buyer.email)
    assert message["Message-ID"] == f"<{notification.id}@tributary.test>"
    assert message["Subject"] == "Order SO-1 is confirmed"
    assert message["From"].addresses[0].addr_spec == "orders@tributary.test"
    assert message["Date"].datetime.replace(tzinfo=None) == notification.created_at.replace(
        microsecond=0, tzinfo=None
    )
    assert "expected to ship on 2026-12-01" in message.get_body(("plain",)).get_content()
    assert "expected to ship on 2026-12-01" in message.get_body(("html",)).get_content()


async def test_emails_that_waited_come_as_one(world, worker, mailbox):
    brand = await world.organisation("Brand", "BRAND")
    person = await world.member(brand, "BUYER")
    await person.ask(DAILY)
    tomorrow = datetime.now(UTC) + timedelta(days=2)

    await _tell(world, *[order_event("order_confirmed", person.membership_id) for _ in range(2)])
    await until(lambda: _are(world, [EmailStatus.WAITING] * 2))
    await world.run(lambda work: gather_digest(work, person.membership_id), tomorrow)
    await until(lambda: _all_sent(world, 2))

    (message,) = mailbox.to(person.email)
    assert message["Subject"] == "Order SO-1 is confirmed (and 1 more)"


async def test_a_rolled_back_event_is_never_heard_of(world, worker, mailbox):
    brand = await world.organisation("Brand", "BRAND")
    person = await world.member(brand, "BUYER")

    async def change_their_mind(work):
        work.tell(order_event("order_confirmed", person.membership_id, number="PHANTOM"))
        await work.session.flush()
        raise LookupError

    with pytest.raises(LookupError):
        await world.run(change_their_mind)
    await _tell(world, order_event("order_rejected", person.membership_id, reason="no stock"))
    await until(lambda: _all_sent(world, 1))

    (told,) = await _notifications(world)
    assert told.text == "Riverside has rejected order SO-1. Reason: no stock."


async def test_an_event_nobody_listens_to_ends_quietly(world, worker, mailbox):
    await _tell(world, order_event("order_dreamt_of"))
    await until(lambda: _is_relayed(world))

    assert list(await _notifications(world)) == []


async def test_a_mail_server_that_comes_back_gets_what_waited(world, access, worker, smtp_port):
    brand = await world.organisation("Brand", "BRAND")
    person = await world.member(brand, "BUYER")

    await _tell(world, order_event("order_shipped", person.membership_id, carrier="SF Express"))
    await until(lambda: _has_job(access, world, "failures > 0"))
    (waiting,) = await _notifications(world)
    with mail_served(smtp_port) as mailbox:
        await until(lambda: _all_sent(world, 1))

    assert waiting.email_status == EmailStatus.NOT_SENT
    assert mailbox.ids_to(person.email) == [f"<{waiting.id}@tributary.test>"]


async def test_an_unknown_recipient_is_tried_once_and_kept_for_people_to_see(
    world, access, worker, mailbox
):
    brand = await world.organisation("Brand", "BRAND")
    person = await world.member(brand, "BUYER")
    await world.run(
        lambda work: work.session.execute(
            update(Membership).where(Membership.id == person.membership_id).values(email=UNKNOWN)
        )
    )

    await _tell(world, order_event("order_shipped", person.membership_id))
    await until(lambda: _has_job(access, world, "due_at IS NULL"))

    (told,) = await _notifications(world)
    assert told.email_status == EmailStatus.NOT_SENT
    assert mailbox.to(UNKNOWN) == []


async def _has_job(access, world, which: str) -> bool:
    """Whether there is a job to send an e-mail of this network that is in such a state."""
    statement = (
        f"SELECT EXISTS (SELECT FROM platform.job WHERE {which} "
        "AND listener = 'send_email' AND tenant_id = %s)"
    )
    with psycopg.connect(access.owner_dsn) as connection:
        return connection.execute(statement, [world.tenant_id]).fetchone() == (True,)


async def _is_relayed(world) -> bool:
    statement = text("SELECT count(*) FROM platform.outbox_signal WHERE tenant_id = :t")
    found = await world.run(lambda work: work.session.execute(statement, {"t": world.tenant_id}))
    return found.scalar_one() == 0


async def test_killing_the_worker_loses_nothing_and_doubles_nothing(world, access, worker, mailbox):
    brand = await world.organisation("Brand", "BRAND")
    person = await world.member(brand, "BUYER")
    number = 60
    events = [
        order_event("order_shipped", person.membership_id, number=f"SO-{place}")
        for place in range(number)
    ]

    await _tell(world, *events)
    await until(lambda: _received(mailbox, person.email, 20))
    worker.kill()
    let_time_pass(access.owner_dsn)
    worker.start()
    await until(lambda: _all_sent(world, number))

    told = list(await _notifications(world))
    assert len({row.event_id for row in told}) == number
    assert set(mailbox.ids_to(person.email)) == {f"<{row.id}@tributary.test>" for row in told}
    assert (
        len(mailbox.ids_to(person.email)) <= number + 4
    )  # Sent, and killed before the commit: one a thread.
    handled = await world.run(
        lambda work: work.session.execute(
            select(HandledEvent.handler, func.count())
            .where(HandledEvent.handler.in_(["tell_people", "send_email"]))
            .group_by(HandledEvent.handler)
        )
    )
    assert dict(handled.all()) == {"tell_people": number, "send_email": number}


async def _received(mailbox: Mailbox, address: str, least: int) -> bool:
    return len(mailbox.to(address)) >= least


async def test_a_letter_of_the_platform_goes_out_once_and_leaves_nothing(world, worker, mailbox):
    brand = await world.organisation("Brand", "BRAND")
    person = await world.member(brand, "BUYER")

    await platform(world, lambda work: ask_for_reset(work, person.email))
    await until(lambda: _arrived(world, mailbox, person.email))

    (message,) = mailbox.to(person.email)
    assert message["Subject"] == "Set a new password"
    assert "/reset-password#" in message.get_body(("plain",)).get_content().replace("\n", "")


async def _arrived(world, mailbox, address) -> bool:
    return bool(mailbox.to(address)) and not await waiting(world, address)
