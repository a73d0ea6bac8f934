"""Row locks of identities."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, select, text

from app.db.work import Work
from app.identities.models import (
    ApiKey,
    OneTimeToken,
    RefreshToken,
    SecondFactor,
    SignInAttempts,
    SignInSession,
)

_COUNTERS = text("""
    INSERT INTO platform.sign_in_attempts AS kept (key, failures, counted_at)
    SELECT key, 0, :now FROM unnest(CAST(:keys AS text[])) AS given(key) ORDER BY key
    ON CONFLICT (key) DO UPDATE SET failures = kept.failures
    RETURNING key, failures, counted_at, closed_until, trusted_at
""")
"""Locks counters in the order of their keys, those that are new too: two at once must not pass."""


async def refresh_token(work: Work, token_hash: str) -> tuple[RefreshToken, SignInSession] | None:
    """Lock a refresh token, so that of two uses at once one is the second; with its session."""
    statement = (
        select(RefreshToken, SignInSession)
        .join(SignInSession, SignInSession.id == RefreshToken.session_id)
        .where(RefreshToken.token_hash == token_hash)
        .with_for_update(of=RefreshToken)
    )
    found = (await work.session.execute(statement)).first()
    return None if found is None else (found[0], found[1])


async def one_time_token(work: Work, token_id: UUID) -> OneTimeToken | None:
    """Lock a token, so that of two uses at once one is the second."""
    statement = select(OneTimeToken).where(OneTimeToken.id == token_id).with_for_update()
    return (await work.session.scalars(statement)).first()


async def attempts(work: Work, keys: Sequence[str]) -> dict[str, SignInAttempts]:
    """Lock counters of attempts, new ones too, so that many attempts at once are counted."""
    rows = await work.session.execute(_COUNTERS, {"keys": list(keys), "now": work.now})
    return {row["key"]: SignInAttempts(**row) for row in rows.mappings()}


async def second_factor(work: Work, identity_id: UUID) -> SecondFactor | None:
    """Lock somebody's second factor, so that of two uses of a code at once one is the second."""
    statement = select(SecondFactor).where(SecondFactor.identity_id == identity_id)
    return (await work.session.scalars(statement.with_for_update())).first()


async def api_key(work: Work, key_id: UUID, within: ColumnElement[bool]) -> ApiKey | None:
    """Lock an API key that is within reach."""
    statement = select(ApiKey).where(ApiKey.id == key_id, within)
    return (await work.session.scalars(statement.with_for_update())).first()
