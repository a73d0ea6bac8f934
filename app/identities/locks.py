"""Row locks of identities."""

from uuid import UUID

from sqlalchemy import select

from app.db.work import Work
from app.identities.models import OneTimeToken, RefreshToken, SignInSession


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
