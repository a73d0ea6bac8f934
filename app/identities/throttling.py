"""How often one may try to sign in (R0-23): counted in PostgreSQL, for all web processes together.

Each attempt counts as failed before the password is looked at, and is given back when it was right;
so any number of attempts at once is counted. What is counted does not depend on whether the account
exists. A place where its owner has signed in is not slowed by what others try elsewhere, and a new
password by e-mail opens an account again: a stranger cannot lock anybody out for good.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil

from sqlalchemy import case, delete, text, update

from app.db.work import Work
from app.identities import letters, locks
from app.identities.errors import TooManyAttempts
from app.identities.letters import LetterKind, NewLetter
from app.identities.models import SignInAttempts
from app.identities.rules import LONGEST_EMAIL, Allowance, Counter
from app.kernel.addresses import network_of

TRUSTED_FOR = timedelta(days=90)
KEPT_FOR = TRUSTED_FOR
_PLACE, _ACCOUNT, _ADDRESS, _LETTERS = "place", "account", "address", "letters"
_ALARM_TITLE = "Many attempts to sign in with your e-mail address"
_ALARM_TEXT = (
    "Many attempts to sign in with this e-mail address have failed, and further ones from unknown "
    "places have to wait. Your password is as safe as it is secret. If it was not you, and you use "
    "the same password elsewhere, set a new one."
)

_COUNT = text("""
    UPDATE platform.sign_in_attempts AS kept
    SET failures = given.failures, counted_at = :now, closed_until = given.until
    FROM unnest(
        CAST(:keys AS text[]), CAST(:failures AS float8[]), CAST(:until AS timestamptz[])
    ) AS given(key, failures, until)
    WHERE kept.key = given.key
""")


@dataclass(frozen=True, slots=True)
class Throttle:
    """What may fail before the next attempt waits; `secret` keeps e-mails out of the store."""

    secret: str = field(repr=False)
    place: Allowance
    account: Allowance
    address: Allowance
    letters: Allowance

    def key(self, kind: str, *parts: str) -> str:
        """Return the name of a counter, from which nobody finds an e-mail address back."""
        said = "\0".join(("sign-in attempts", kind, *parts))
        return hmac.new(self.secret.encode(), said.encode(), sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt that may be made, and the counters in which it counts as failed until settled."""

    place: str
    others: tuple[str, ...]


async def admit(work: Work, throttle: Throttle, name: str) -> Attempt:
    """Count an attempt on an account, known or not; raises `TooManyAttempts` and counts nothing.

    Three statements, one of them for all counters; two more on the attempt with which an account's
    waiting begins, which the account's owner and networks hear of, if it has any.
    """
    place = network_of(work.actor.address or "")
    account = name.strip().lower()
    keys = {
        throttle.key(_PLACE, account, place): throttle.place,
        throttle.key(_ACCOUNT, account): throttle.account,
        throttle.key(_ADDRESS, place): throttle.address,
    }
    here, everywhere, _ = keys
    found = await locks.attempts(work, list(keys))
    if _is_trusted(found[here], work.now):
        del keys[everywhere]
    counted = _counted(work, keys, found)
    await _write(work, counted)
    if everywhere in counted and throttle.account.begins_to_wait(counted[everywhere]):
        await _sound_alarm(work, account)
    return Attempt(here, tuple(key for key in keys if key != here))


async def settle(work: Work, attempt: Attempt) -> None:
    """Give an attempt back that was right, and trust its place; one statement."""
    is_here = SignInAttempts.key == attempt.place
    await work.session.execute(
        update(SignInAttempts)
        .where(SignInAttempts.key.in_([attempt.place, *attempt.others]))
        .values(
            failures=case(
                (is_here, 0.0),
                (SignInAttempts.failures > 1, SignInAttempts.failures - 1),
                else_=0.0,
            ),
            closed_until=None,
            trusted_at=case((is_here, work.now), else_=SignInAttempts.trusted_at),
        )
        .execution_options(synchronize_session=False)
    )


async def open_again(work: Work, throttle: Throttle, email: str) -> None:
    """Forget what has failed on an account, whose owner has just proved to be its owner.

    The place of this work is trusted from now on. Two statements.
    """
    here = throttle.key(_PLACE, email, network_of(work.actor.address or ""))
    everywhere = throttle.key(_ACCOUNT, email)
    await locks.attempts(work, [here, everywhere])
    await settle(work, Attempt(here, ()))
    await work.session.execute(delete(SignInAttempts).where(SignInAttempts.key == everywhere))


async def may_write(work: Work, throttle: Throttle, email: str) -> bool:
    """Count a letter that somebody asks for, and say whether it may go out; two statements."""
    key = throttle.key(_LETTERS, email)
    found = await locks.attempts(work, [key])
    try:
        counted = _counted(work, {key: throttle.letters}, found)
    except TooManyAttempts:
        return False
    await _write(work, counted)
    return True


async def forget_old(work: Work) -> None:
    """Remove counters that nobody has touched for so long that they say nothing; one statement."""
    await work.session.execute(
        delete(SignInAttempts).where(SignInAttempts.counted_at < work.now - KEPT_FOR)
    )


def _is_trusted(row: SignInAttempts, now: datetime) -> bool:
    return row.trusted_at is not None and row.trusted_at > now - TRUSTED_FOR


def _counted(
    work: Work, keys: Mapping[str, Allowance], found: Mapping[str, SignInAttempts]
) -> dict[str, Counter]:
    closed = [until for key in keys if (until := found[key].closed_until) and until > work.now]
    if closed:
        raise TooManyAttempts(ceil((max(closed) - work.now).total_seconds()))
    return {key: each.counted(_counter(found[key]), work.now) for key, each in keys.items()}


def _counter(row: SignInAttempts) -> Counter:
    return Counter(row.failures, row.counted_at, row.closed_until)


async def _write(work: Work, counted: Mapping[str, Counter]) -> None:
    given = {
        "keys": list(counted),
        "failures": [each.failures for each in counted.values()],
        "until": [each.closed_until for each in counted.values()],
        "now": work.now,
    }
    await work.session.execute(_COUNT, given)


async def _sound_alarm(work: Work, account: str) -> None:
    letter = NewLetter(
        address=account[:LONGEST_EMAIL],
        title=_ALARM_TITLE,
        text=_ALARM_TEXT,
        lifetime=timedelta(days=1),
        kind=LetterKind.ALARM,
    )
    await letters.post(work, letter)
