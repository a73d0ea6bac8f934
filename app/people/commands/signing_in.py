"""Sign in, choose where to work, stay signed in, sign out.

All of it is platform work: whatever organisation a token acts in does not matter here.
"""

from uuid import UUID

from app.db.work import Work
from app.identities import operations as identities
from app.identities import throttling
from app.identities.errors import RefreshTokenSpent
from app.identities.operations import EndReason
from app.identities.passwords import Credentials, ProvenIdentity
from app.identities.throttling import Throttle
from app.identities.tokens import AccessClaims, TokenKeys
from app.kernel.errors import NotFound
from app.people.operations import SignedIn, own_session, sign_into, workplaces
from app.rbac.guard import open_to_everyone, requires


@open_to_everyone
async def begin_sign_in(
    work: Work, throttle: Throttle, email: str
) -> tuple[Credentials, throttling.Attempt]:
    """Return what a password is held against, for an attempt that is counted as failed until then.

    The hash must not leave the process. Raises `TooManyAttempts`, whether or not anybody has the
    e-mail.
    """
    attempt = await throttling.admit(work, throttle, email)
    return await identities.credentials_of(work, email), attempt


@open_to_everyone
async def sign_in(
    work: Work,
    keys: TokenKeys,
    person: ProvenIdentity,
    attempt: throttling.Attempt,
    device: str | None = None,
) -> SignedIn:
    """Begin a sign-in; who works in one place only acts there at once, platform staff nowhere."""
    identity_id = person.identity_id
    await throttling.settle(work, attempt)
    known = await workplaces(work, identity_id)
    is_staff = await identities.is_system_admin(work, identity_id)
    only = known[0] if len(known) == 1 and not is_staff else None
    session_id = await identities.open_session(work, identity_id, device)
    return await sign_into(work, keys, AccessClaims(identity_id, session_id), known, only)


@requires()
async def act_as(work: Work, keys: TokenKeys, membership_id: UUID) -> SignedIn:
    """Issue tokens for another of one's own workplaces; raises `NotFound` for anybody else's.

    The tokens that one has stay good, so that two windows may act in two organisations.
    """
    identity_id, session_id = own_session(work)
    known = await workplaces(work, identity_id)
    chosen = next((place for place in known if place.membership_id == membership_id), None)
    if chosen is None:
        raise NotFound("Membership")
    return await sign_into(work, keys, AccessClaims(identity_id, session_id), known, chosen)


@open_to_everyone
async def refresh_tokens(work: Work, keys: TokenKeys, token: str) -> SignedIn | RefreshTokenSpent:
    """Exchange a refresh token for new tokens, acting where it acted, if one still works there.

    The refusal is returned, not raised: a token seen twice ends its sign-in, and that ending must
    be committed.
    """
    claims = await identities.spend_refresh_token(work, token)
    if claims is None:
        return RefreshTokenSpent()
    known = await workplaces(work, claims.identity_id)
    same = next((place for place in known if place.membership_id == claims.membership_id), None)
    return await sign_into(work, keys, claims, known, same)


@requires()
async def sign_out(work: Work) -> None:
    """End the sign-in, and with it every token made from it."""
    _, session_id = own_session(work)
    await identities.end_session(work, session_id, EndReason.SIGNED_OUT)
