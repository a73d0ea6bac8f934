"""Passwords and sign-ins of one's own: forgotten, changed, ended on other devices (R0-23).

Asking for a new password answers and works the same whether or not anybody has the e-mail.
"""

from uuid import UUID

from app.db.work import Work
from app.identities import operations as identities
from app.identities import throttling
from app.identities.errors import LinkSpent
from app.identities.one_time_tokens import OneTimeKeys, Purpose, look_at, spend, withdraw
from app.identities.operations import EndReason
from app.identities.passwords import Credentials, ProvenIdentity
from app.identities.resetting import ask_for_reset
from app.identities.rules import checked_email
from app.identities.throttling import Throttle
from app.kernel.errors import NotFound
from app.people.operations import own_session, record_for_person
from app.people.proving import prove_everywhere
from app.rbac.guard import open_to_everyone, requires


@open_to_everyone
async def request_password_reset(work: Work, throttle: Throttle, email: str) -> None:
    """Let a link to set a new password go out, if somebody has the e-mail.

    Too many for one address are left unsent, and answered alike. Raises `Invalid` for what is no
    address.
    """
    address = checked_email(email)
    if await throttling.may_write(work, throttle, address):
        await ask_for_reset(work, address)


@open_to_everyone
async def check_reset_link(work: Work, keys: OneTimeKeys, token: str) -> None:
    """Raise `LinkSpent` unless a link is good now; hashing a password for others is wasted."""
    if await look_at(work, keys, Purpose.PASSWORD_RESET, token) is None:
        raise LinkSpent


@open_to_everyone
async def reset_password(
    work: Work, keys: OneTimeKeys, throttle: Throttle, token: str, password_hash: str
) -> None:
    """Set a new password by a link; all sign-ins end, and waiting ends. Raises `LinkSpent`.

    Who has the link has the address: it is proved wherever they work (R0-23).
    """
    spent = await spend(work, keys, Purpose.PASSWORD_RESET, token)
    if spent is None:
        raise LinkSpent
    identity_id = spent.subject_id
    try:
        name, email = await identities.set_password(work, identity_id, password_hash)
    except NotFound:
        raise LinkSpent from None
    await identities.end_sessions(work, identity_id, EndReason.PASSWORD_CHANGED)
    await withdraw(work, Purpose.PASSWORD_RESET, identity_id)
    await throttling.open_again(work, throttle, email)
    await record_for_person(work, identity_id, name, "RESET_PASSWORD")
    await prove_everywhere(work, identity_id, email)


@requires()
async def begin_password_change(
    work: Work, throttle: Throttle
) -> tuple[Credentials, throttling.Attempt]:
    """Return what the caller's present password is held against; raises `TooManyAttempts`."""
    identity_id, _ = own_session(work)
    credentials, email = await identities.own_credentials(work, identity_id)
    return credentials, await throttling.admit(work, throttle, email)


@requires()
async def change_password(
    work: Work, attempt: throttling.Attempt, person: ProvenIdentity, password_hash: str
) -> None:
    """Set the caller's own password, which they have just proved to know; other sign-ins end."""
    identity_id, session_id = own_session(work)
    if person.identity_id != identity_id:
        raise NotFound("Identity")
    await throttling.settle(work, attempt)
    name, _ = await identities.set_password(work, identity_id, password_hash)
    await identities.end_sessions(work, identity_id, EndReason.PASSWORD_CHANGED, but=session_id)
    await withdraw(work, Purpose.PASSWORD_RESET, identity_id)
    await record_for_person(work, identity_id, name, "CHANGE_PASSWORD")


@requires()
async def end_session(work: Work, session_id: UUID) -> None:
    """End one of one's own sign-ins; raises `NotFound` for anybody else's. Twice is as once."""
    identity_id, _ = own_session(work)
    if not await identities.end_own_session(work, identity_id, session_id):
        raise NotFound("Session")


@requires()
async def end_other_sessions(work: Work) -> int:
    """End all of one's own sign-ins but this one; returns how many there were."""
    identity_id, session_id = own_session(work)
    return await identities.end_sessions(
        work, identity_id, EndReason.ENDED_BY_OWNER, but=session_id
    )
