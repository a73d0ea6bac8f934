"""Resetting a password by e-mail: what is written, and whom it reaches.

Asking writes the same rows for every address. Whether anybody has it is looked up when the letter
goes out, out of sight of whoever asked.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from app.db.work import Work
from app.identities import letters
from app.identities.letters import LetterKind, NewLetter
from app.identities.models import Identity, Letter
from app.identities.one_time_tokens import Purpose, issue, withdraw

LIFETIME = timedelta(hours=1)
_TITLE = "Set a new password"
_TEXT = (
    "Somebody, probably you, asked for a new password for this e-mail address. Set it here within "
    "an hour: {link} If it was not you, do nothing: your password stays as it is."
)


async def ask_for_reset(work: Work, address: str) -> None:
    """Let a link go out to an address if somebody has it; the same statements if nobody does."""
    letter = NewLetter(
        address=address,
        title=_TITLE,
        text=_TEXT,
        lifetime=LIFETIME,
        kind=LetterKind.PASSWORD_RESET,
        page="reset-password",
        purpose=Purpose.PASSWORD_RESET,
    )
    await letters.post(work, letter)


async def reset_token(work: Work, letter: Letter) -> UUID | None:
    """Return the token for a letter's link, or none when nobody has its address.

    Links that went out before are good no more. The token is called as the letter, so that a letter
    that is sent twice has the same link.
    """
    found = await work.session.scalars(select(Identity.id).where(Identity.email == letter.address))
    identity_id = found.first()
    if identity_id is None:
        return None
    await withdraw(work, Purpose.PASSWORD_RESET, identity_id)
    return await issue(work, Purpose.PASSWORD_RESET, identity_id, LIFETIME, token_id=letter.id)
