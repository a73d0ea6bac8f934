"""Sign in, choose where to work, stay signed in, sign out.

All of it is platform work: whatever organisation a token acts in does not matter here.
"""

from dataclasses import dataclass
from uuid import UUID

from app.db.work import Work
from app.identities import operations as identities
from app.identities import second_factor, throttling
from app.identities.errors import (
    ProviderSignInRequired,
    RefreshTokenSpent,
    SecondFactorRequired,
)
from app.identities.one_time_tokens import Purpose, issue
from app.identities.operations import EndReason
from app.identities.passwords import Credentials, ProvenIdentity
from app.identities.throttling import Throttle
from app.identities.tokens import AccessClaims, TokenKeys
from app.kernel.errors import NotFound
from app.organisations.errors import OrganisationPrepared
from app.people.operations import (
    SignedIn,
    may_enter,
    only_workplace,
    own_session,
    sign_into,
    workplaces,
)
from app.rbac.guard import open_to_everyone, requires


@dataclass(frozen=True, slots=True)
class SecondStep:
    """That the password was right, and a code of the second factor is to follow."""

    token_id: UUID


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
) -> SignedIn | SecondStep:
    """Begin a sign-in; who works in one place only acts there at once, platform staff nowhere.

    Who has a second factor gets a token to finish with instead, good for five minutes.
    """
    identity_id = person.identity_id
    await throttling.settle(work, attempt)
    if await second_factor.is_enrolled(work, identity_id):
        token_id = await issue(work, Purpose.SECOND_STEP, identity_id, second_factor.LASTS)
        return SecondStep(token_id)
    known = await workplaces(work, identity_id)
    session_id = await identities.open_session(work, identity_id, device)
    only = await only_workplace(work, identity_id, known, is_proven=False)
    return await sign_into(work, keys, AccessClaims(identity_id, session_id), known, only)


@requires()
async def act_as(work: Work, keys: TokenKeys, membership_id: UUID) -> SignedIn:
    """Issue tokens for another of one's own workplaces; raises `NotFound` for anybody else's.

    Raises `OrganisationPrepared` for one that was not activated yet,
    `SecondFactorRequired` where the network asks for one and the sign-in was made without,
    and `ProviderSignInRequired` where it asks for the person's company's.
    The tokens that one has stay good, so that two windows may act in two organisations.
    """
    identity_id, session_id = own_session(work, may_be_confined=True)
    confined_to = work.actor.confined_to
    known = await workplaces(work, identity_id, confined_to)
    chosen = next((place for place in known if place.membership_id == membership_id), None)
    if chosen is None:
        raise NotFound("Membership")
    if chosen.is_prepared:
        raise OrganisationPrepared(chosen.organisation_name).at("membershipId")
    if chosen.requires_provider and confined_to is None:
        raise ProviderSignInRequired
    if not await may_enter(work, chosen, session_id):
        raise SecondFactorRequired
    return await sign_into(work, keys, AccessClaims(identity_id, session_id), known, chosen)


@open_to_everyone
async def refresh_tokens(work: Work, keys: TokenKeys, token: str) -> SignedIn | RefreshTokenSpent:
    """Exchange a refresh token for new tokens, acting where it acted, if one still works there.

    The refusal is returned, not raised: a token seen twice ends its sign-in, and that ending must
    be committed.
    """
    spent = await identities.spend_refresh_token(work, token)
    if spent is None:
        return RefreshTokenSpent()
    claims, confined_to = spent
    known = await workplaces(work, claims.identity_id, confined_to)
    same = next((place for place in known if place.membership_id == claims.membership_id), None)
    if same is not None and same.requires_provider and confined_to is None:
        same = None
    if same is not None and same.is_prepared:
        same = None
    if same is not None and not await may_enter(work, same, claims.session_id):
        same = None
    return await sign_into(work, keys, claims, known, same)


@requires()
async def sign_out(work: Work) -> None:
    """End the sign-in, and with it every token made from it."""
    _, session_id = own_session(work, may_be_confined=True)
    await identities.end_session(work, session_id, EndReason.SIGNED_OUT)
