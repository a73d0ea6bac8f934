"""People are told of events, and each notification goes out by e-mail (R2-14, R2-17)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from aiosmtplib import SMTPException, SMTPRecipientsRefused

from app.carriers.rules.signing import CarrierKeys
from app.db.outbox import OutboxEvent
from app.db.work import Work
from app.jobs.rules import MOST_RETRIES
from app.notifications.mail import MailTransport, digest_of, message_of
from app.notifications.operations import (
    DIGEST_GATHERED,
    NOTIFICATION_CREATED,
    mark_digest_sent,
    mark_sent,
    notify,
    unsent_digest,
    unsent_email,
)
from app.notifications.rules import announced_kinds
from workers.events import Listener

MAIL_QUEUE = "mail"
MOST_RETRIES_OF_MAIL = 84  # Some three days, at an hour from the thirteenth on.
_FIRST_PERMANENT_CODE = 500


@dataclass(frozen=True, slots=True)
class PeopleListener:
    """Notifies people; `keys` are of delivery codes, which no event holds."""

    keys: CarrierKeys

    async def tell(self, work: Work, event: OutboxEvent) -> None:
        """Notify those whom the event names as its recipients.

        Those who sign for goods that have left are told their delivery code, and nobody else.
        """
        # Events of money from before people were told of them name nobody.
        recipients = [UUID(recipient) for recipient in event.data.get("recipients", ())]
        may_sign = {UUID(signer) for signer in event.data.get("signers", ())}
        await notify(work, event, [each for each in recipients if each not in may_sign])
        signers = [each for each in recipients if each in may_sign]
        if signers:
            code = self.keys.delivery_code(work.tenant_id, UUID(event.data["shipment_id"]))
            await notify(work, event, signers, {"code": code})


@dataclass(frozen=True, slots=True)
class EmailListener:
    """Sends one notification's e-mail.

    The transaction that claims the event is open while the server is spoken to, so that no twin
    sends at the same time. A crash between the server's yes and the commit is the one way to send
    twice, and then the Message-ID is the same.
    """

    transport: MailTransport
    sender: str

    async def send(self, work: Work, event: OutboxEvent) -> None:
        """Send what is still unsent, then note that the server has accepted it."""
        email = await unsent_email(work, UUID(event.data["notification_id"]))
        if email is not None:
            await self.transport.send(message_of(email, self.sender))
            await mark_sent(work, email.id)

    async def send_digest(self, work: Work, event: OutboxEvent) -> None:
        """Send what waited as one e-mail, unless it is sent or the person has left."""
        digest = await unsent_digest(work, UUID(event.data["digest_id"]))
        if digest is not None:
            await self.transport.send(digest_of(digest, self.sender))
            await mark_digest_sent(work, digest.id)


def is_worth_another_try(retries: int, error: BaseException) -> bool:
    """Whether an e-mail may still go out: servers come back, unknown recipients do not."""
    if isinstance(error, SMTPRecipientsRefused):
        return any(refused.code < _FIRST_PERMANENT_CODE for refused in error.recipients)
    is_the_servers = isinstance(error, (SMTPException, OSError))
    return retries < (MOST_RETRIES_OF_MAIL if is_the_servers else MOST_RETRIES)


def notification_listeners(
    transport: MailTransport, sender: str, keys: CarrierKeys
) -> Sequence[Listener]:
    """Return the listeners that tell people."""
    emails, people = EmailListener(transport, sender), PeopleListener(keys)
    return (
        Listener("tell_people", announced_kinds(), people.tell),
        Listener(
            "send_email",
            frozenset({NOTIFICATION_CREATED}),
            emails.send,
            is_worth_another_try,
            queue=MAIL_QUEUE,
        ),
        Listener(
            "send_digest",
            frozenset({DIGEST_GATHERED}),
            emails.send_digest,
            is_worth_another_try,
            queue=MAIL_QUEUE,
        ),
    )
