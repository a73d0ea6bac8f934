"""Which providers vouch for people of the network: kept by who runs it (R0-22)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, select, update

from app.audit.operations import record
from app.db.idempotency import once
from app.db.work import Work
from app.identities.errors import TooManyProviders
from app.identities.models import IdentityProvider, ProviderLink, SignInSession
from app.identities.one_time_tokens import Purpose, issue, withdraw
from app.identities.operations import EndReason
from app.identities.rules import checked_domains
from app.identities.sealing import Sealer
from app.kernel.errors import Invalid, NotFound, Unauthenticated
from app.kernel.ids import new_id
from app.organisations.errors import OrganisationClosed
from app.organisations.models import OrganisationStatus
from app.organisations.rules import checked_name
from app.outbound.addresses import AddressRefused, target_of
from app.people import locks
from app.people.operations import check_exchange, membership_in_reach, organisation_in_reach
from app.rbac.guard import requires
from app.rbac.permissions import Permission

MOST_PROVIDERS = 10
LONGEST_TEXT = 500
_LINK_LIFETIME = timedelta(days=3_650)


@dataclass(frozen=True, slots=True)
class ProviderTerms:
    """How a provider is used; with an organisation and a role, those whom nobody knows join it."""

    name: str
    client_id: str
    client_secret: str | None = field(repr=False)
    domains: Sequence[str]
    allows_passwords: bool
    trusts_second_factor: bool
    organisation_id: UUID | None = None
    role_id: UUID | None = None


@requires(Permission.TENANT_SETTINGS)
async def add_identity_provider(  # noqa: PLR0913  # what a provider is, and how it is kept
    work: Work, key: str, issuer: str, terms: ProviderTerms, sealer: Sealer, *, loopback: bool
) -> UUID:
    """Let a provider vouch for people of its domains from now on; at most ten do.

    Raises `TooManyProviders`, `GrantBeyondOwn`, `OrganisationClosed`, `RoleRetired`, `NotFound` and
    `Invalid`.
    """

    async def add(provider_id: UUID) -> None:
        _check_issuer(issuer, loopback=loopback)
        await _check_room(work)
        provider = IdentityProvider(
            id=provider_id,
            issuer=issuer,
            token_id=new_id(),
            added_by_membership_id=_person(work),
            added_at=work.now,
            **await _checked(work, terms),
        )
        provider.client_secret_sealed = _sealed(sealer, provider_id, terms.client_secret)
        await work.save(provider)
        await issue(
            work,
            Purpose.PROVIDER_LINK,
            provider_id,
            _LINK_LIFETIME,
            tenant_id=work.tenant_id,
            token_id=provider.token_id,
        )
        after = _noted(provider)
        record(work, "ADD_IDENTITY_PROVIDER", "identity_provider", provider_id, after=after)

    body = {
        "issuer": issuer,
        "name": terms.name,
        "client_id": terms.client_id,
        "domains": list(terms.domains),
        "allows_passwords": terms.allows_passwords,
        "trusts_second_factor": terms.trusts_second_factor,
        "organisation": terms.organisation_id,
        "role": terms.role_id,
        "secret": terms.client_secret,
    }
    return await once(work, key, "addIdentityProvider", body, new_id(), add)


@requires(Permission.TENANT_SETTINGS)
async def change_identity_provider(
    work: Work, provider_id: UUID, terms: ProviderTerms, sealer: Sealer
) -> None:
    """Say anew how a provider is used; without a secret the one that is kept stays.

    Raises what adding one raises.
    """
    provider = await _active(work, provider_id)
    before = _noted(provider)
    for name, value in (await _checked(work, terms)).items():
        setattr(provider, name, value)
    if terms.client_secret is not None:
        provider.client_secret_sealed = _sealed(sealer, provider_id, terms.client_secret)
    after = _noted(provider) | {"has_new_secret": terms.client_secret is not None}
    record(
        work,
        "CHANGE_IDENTITY_PROVIDER",
        "identity_provider",
        provider_id,
        before=before,
        after=after,
    )


@requires(Permission.TENANT_SETTINGS)
async def retire_identity_provider(work: Work, provider_id: UUID) -> None:
    """Let a provider vouch for nobody any more; sign-ins that it vouched for end."""
    provider = await _active(work, provider_id)
    provider.retired_at, provider.client_secret_sealed = work.now, None
    await withdraw(work, Purpose.PROVIDER_LINK, provider_id)
    linked = select(ProviderLink.identity_id).where(ProviderLink.provider_id == provider_id)
    await _end_sign_ins(work, list(await work.session.scalars(linked)))
    record(work, "RETIRE_IDENTITY_PROVIDER", "identity_provider", provider_id)


@requires(Permission.MEMBER_WRITE)
async def forget_provider_link(work: Work, membership_id: UUID) -> None:
    """Forget whom providers call a member, whose next sign-in by one is linked anew.

    It is for who got another account there. Sign-ins that a provider vouched for end.
    """
    member = await membership_in_reach(work, Permission.MEMBER_WRITE, membership_id)
    await work.session.execute(
        delete(ProviderLink)
        .where(ProviderLink.identity_id == member.identity_id)
        .execution_options(synchronize_session=False)
    )
    await _end_sign_ins(work, [member.identity_id])
    record(work, "FORGET_PROVIDER_LINK", "membership", membership_id)


async def _end_sign_ins(work: Work, identities: Sequence[UUID]) -> None:
    await work.session.execute(
        update(SignInSession)
        .where(
            SignInSession.identity_id.in_(identities),
            SignInSession.only_tenant_id == work.tenant_id,
            SignInSession.ended_at.is_(None),
        )
        .values(ended_at=work.now, end_reason=EndReason.PROVIDER_RETIRED)
        .execution_options(synchronize_session=False)
    )


async def _active(work: Work, provider_id: UUID) -> IdentityProvider:
    provider = await locks.identity_provider(work, provider_id)
    if provider is None or provider.retired_at is not None:
        raise NotFound("IdentityProvider")
    return provider


async def _checked(work: Work, terms: ProviderTerms) -> dict[str, object]:
    for name, text in (("clientId", terms.client_id), ("clientSecret", terms.client_secret or "-")):
        if not 1 <= len(text) <= LONGEST_TEXT or not text.isascii() or not text.isprintable():
            raise Invalid(name, f"must be 1 to {LONGEST_TEXT} plain characters")
    if (terms.organisation_id is None) != (terms.role_id is None):
        raise Invalid("roleId", "must be given together with the organisation")
    if terms.organisation_id is not None and terms.role_id is not None:
        await _check_joining(work, terms.organisation_id, terms.role_id)
    return {
        "name": checked_name(terms.name),
        "client_id": terms.client_id,
        "domains": checked_domains(terms.domains),
        "allows_passwords": terms.allows_passwords,
        "trusts_second_factor": terms.trusts_second_factor,
        "organisation_id": terms.organisation_id,
        "role_id": terms.role_id,
    }


async def _check_joining(work: Work, organisation_id: UUID, role_id: UUID) -> None:
    organisation = await organisation_in_reach(work, Permission.MEMBER_WRITE, organisation_id)
    if organisation.status == OrganisationStatus.CLOSED:
        raise OrganisationClosed(organisation.name)
    await check_exchange(work, organisation_id, removed=[], added=[role_id])


async def _check_room(work: Work) -> None:
    statement = select(func.count(IdentityProvider.id)).where(IdentityProvider.retired_at.is_(None))
    if (await work.session.execute(statement)).scalar_one() >= MOST_PROVIDERS:
        raise TooManyProviders(MOST_PROVIDERS)


def _check_issuer(issuer: str, *, loopback: bool) -> None:
    try:
        target = target_of(issuer, allows_loopback=loopback)
    except AddressRefused as refused:
        raise Invalid("issuer", refused.problem) from None
    if "?" in target.target:
        raise Invalid("issuer", "it must have no query")


def _sealed(sealer: Sealer, provider_id: UUID, secret: str | None) -> str | None:
    return None if secret is None else sealer.seal(provider_id, secret)


def _person(work: Work) -> UUID:
    if work.actor.membership_id is None:
        raise Unauthenticated("choose an organisation to act in")
    return work.actor.membership_id


def _noted(provider: IdentityProvider) -> dict[str, object]:
    return {
        "name": provider.name,
        "issuer": provider.issuer,
        "client_id": provider.client_id,
        "domains": list(provider.domains),
        "allows_passwords": provider.allows_passwords,
        "trusts_second_factor": provider.trusts_second_factor,
        "organisation": str(provider.organisation_id) if provider.organisation_id else None,
        "role": str(provider.role_id) if provider.role_id else None,
    }
