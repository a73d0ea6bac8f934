"""Letters of the platform go out by the mail queue, each with its link (app/identities/letters)."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from aiosmtplib import SMTPRecipientsRefused

from app.db.outbox import OutboxEvent
from app.db.work import Work
from app.identities.letters import LETTER_POSTED, LetterKind, letter_of, written
from app.identities.models import Letter
from app.identities.one_time_tokens import OneTimeKeys
from app.identities.resetting import reset_token
from app.notifications.mail import MailTransport, message_of
from app.notifications.operations import UnsentEmail
from workers.events import Listener
from workers.notifications import MAIL_QUEUE, is_worth_another_try

log = logging.getLogger("tributary.letters")


@dataclass(frozen=True, slots=True)
class LetterListener:
    """Sends one letter and removes it; one that nobody has waited for so long is removed unsent."""

    transport: MailTransport
    sender: str
    site: str
    keys: OneTimeKeys

    async def send(self, work: Work, event: OutboxEvent) -> None:
        """Send what is still unsent; the mail server has it when the row is gone."""
        letter = await letter_of(work, event.subject_id)
        if letter is None:
            return
        await work.session.delete(letter)
        text = await self._text(work, letter)
        if text is None or letter.expires_at <= work.now:
            return
        email = UnsentEmail(
            letter.id, letter.name, letter.address, letter.title, text, letter.written_at
        )
        try:
            await self.transport.send(message_of(email, self.sender))
        except SMTPRecipientsRefused as refused:
            if is_worth_another_try(0, refused):
                raise
            log.warning("nobody takes letter %s; it is given up", letter.id)

    async def _text(self, work: Work, letter: Letter) -> str | None:
        if letter.kind != LetterKind.PASSWORD_RESET:
            return written(letter, self.keys, self.site)
        token_id = await reset_token(work, letter)
        return token_id and written(letter, self.keys, self.site, token_id)


def letter_listeners(
    transport: MailTransport, sender: str, site: str, keys: OneTimeKeys
) -> Sequence[Listener]:
    """Return who sends letters."""
    sending = LetterListener(transport, sender, site, keys)
    return (
        Listener(
            "send_letter",
            frozenset({LETTER_POSTED}),
            sending.send,
            is_worth_another_try,
            queue=MAIL_QUEUE,
        ),
    )
