"""Sign in by a provider of one's network: begin, come back, and work in that network (R0-22)."""

import hmac
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from app.db.crossing import enter_tenant
from app.db.work import Work
from app.identities import operations as identities
from app.identities import second_factor
from app.identities.errors import LinkSpent
from app.identities.models import IdentityProvider
from app.identities.oidc import Client, NotProven, Proven, RoundKeys
from app.identities.one_time_tokens import OneTimeKeys, Purpose, issue, look_at, spend
from app.identities.sealing import SealBroken, Sealer
from app.identities.tokens import AccessClaims, TokenKeys
from app.people import admission, vouching
from app.people.commands.signing_in import SecondStep
from app.people.errors import LinkNotValid
from app.people.operations import SignedIn, only_workplace, sign_into, workplaces
from app.rbac.guard import open_to_everyone, requires
from app.rbac.permissions import Permission

LASTS = timedelta(minutes=10)
"""How long somebody may take at the provider."""

_LONGEST_REFUSAL = 200


@dataclass(frozen=True, slots=True)
class Round:
    """A way to a provider and back that has begun; `id` is that of its token."""

    id: UUID
    tenant_id: UUID
    provider_id: UUID
    client: Client


@open_to_everyone
async def begin_provider_sign_in(
    work: Work, keys: OneTimeKeys, sealer: Sealer, token: str
) -> Round:
    """Begin a way to the provider whose link somebody has; raises `LinkNotValid`."""
    entrance, tenant = await admission.standing_behind(work, keys, Purpose.PROVIDER_LINK, token)
    provider = await _provider(work, tenant.id, entrance.subject_id)
    if provider is None:
        raise LinkNotValid
    round_id = await issue(work, Purpose.PROVIDER_ROUND, provider.id, LASTS, tenant_id=tenant.id)
    return Round(round_id, tenant.id, provider.id, _client(sealer, provider))


@open_to_everyone
async def come_back(
    work: Work, keys: OneTimeKeys, sealer: Sealer, state: str, holder: str
) -> Round:
    """Use up the state that came back, in the browser that began; raises `LinkSpent`."""
    waiting = await look_at(work, keys, Purpose.PROVIDER_ROUND, state)
    if waiting is None or waiting.tenant_id is None:
        raise LinkSpent
    began = RoundKeys(keys.secret).holder(waiting.id)
    if not hmac.compare_digest(began.encode(), holder.encode()):
        raise LinkSpent
    if await spend(work, keys, Purpose.PROVIDER_ROUND, state) is None:
        raise LinkSpent
    provider = await _provider(work, waiting.tenant_id, waiting.subject_id)
    if provider is None:
        raise LinkSpent
    return Round(waiting.id, waiting.tenant_id, provider.id, _client(sealer, provider))


@open_to_everyone
async def sign_in_by_provider(  # noqa: PLR0913, PLR0917  # what came back, and who keeps it
    work: Work,
    keys: TokenKeys,
    back: Round,
    proven: Proven,
    invitation: str | None = None,
    device: str | None = None,
) -> SignedIn | SecondStep:
    """Begin a sign-in of whom a provider vouches for, good in its network only.

    Who has a second factor is asked for it, unless the network trusts the provider to have asked.
    Raises `NotProven`, and with an invitation what accepting it raises.
    """
    provider = await _provider(work, back.tenant_id, back.provider_id)
    if provider is None:
        raise NotProven("the provider is retired")
    identity_id = await vouching.person_by_link(work, back.tenant_id, provider.id, proven)
    if invitation is not None:
        onetime = OneTimeKeys(keys.secret)
        joined = await vouching.person_by_invitation(work, onetime, provider, proven, invitation)
        if identity_id not in {None, joined}:
            raise NotProven("the invitation went to somebody else")
        identity_id = joined
    elif identity_id is None:
        identity_id = await vouching.person_by_email(work, provider, proven)
    await vouching.link(work, provider, proven.subject, identity_id)
    known = await workplaces(work, identity_id, back.tenant_id)
    if not known:
        raise NotProven("whoever it is works nowhere in the network any more")
    is_proven = provider.trusts_second_factor and proven.used_second_factor
    if not is_proven and await second_factor.is_enrolled(work, identity_id):
        lasts = second_factor.LASTS
        step = await issue(work, Purpose.SECOND_STEP, identity_id, lasts, tenant_id=back.tenant_id)
        return SecondStep(step)
    session_id = await identities.open_session(work, identity_id, device, back.tenant_id)
    if is_proven:
        await second_factor.note_proof(work, session_id)
    only = await only_workplace(work, identity_id, known, is_proven=is_proven, by_provider=True)
    return await sign_into(work, keys, AccessClaims(identity_id, session_id), known, only)


@open_to_everyone
async def note_refusal(work: Work, back: Round, problem: str) -> None:
    """Keep why a sign-in was refused, for who administers the provider; the newest only."""
    provider = await _provider(work, back.tenant_id, back.provider_id)
    if provider is not None:
        async with enter_tenant(work, back.tenant_id):
            provider.refused_at, provider.refusal = work.now, problem[:_LONGEST_REFUSAL]


@requires(Permission.TENANT_SETTINGS)
async def client_of(work: Work, sealer: Sealer, provider_id: UUID) -> Client | None:
    """Return what the network is to one of its providers; none for one that is not there."""
    statement = select(IdentityProvider).where(
        IdentityProvider.id == provider_id, IdentityProvider.retired_at.is_(None)
    )
    provider = (await work.session.scalars(statement)).first()
    return None if provider is None else _client(sealer, provider)


async def _provider(work: Work, tenant_id: UUID, provider_id: UUID) -> IdentityProvider | None:
    async with enter_tenant(work, tenant_id) as inside:
        statement = select(IdentityProvider).where(
            IdentityProvider.id == provider_id, IdentityProvider.retired_at.is_(None)
        )
        return (await inside.session.scalars(statement)).first()


def _client(sealer: Sealer, provider: IdentityProvider) -> Client:
    """Return what we are to a provider; a secret of another installation is none."""
    sealed = provider.client_secret_sealed
    try:
        secret = None if sealed is None else sealer.open(provider.id, sealed)
    except SealBroken:
        secret = None
    return Client(provider.issuer, provider.client_id, secret)
