"""From what a provider says of somebody to a person of the network; all refusals look alike.

Somebody is known by the provider's own name for them. Before that is linked, by an invitation to
the e-mail address that the provider has verified, or by a membership of it; and where the provider
is set up so, as a newcomer of its domains with the role that it names.
"""

import secrets
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert

from app.audit.operations import record
from app.db.crossing import enter_tenant
from app.db.work import Work
from app.identities import operations as identities
from app.identities.models import Identity, IdentityProvider, ProviderLink
from app.identities.oidc import NotProven, Proven
from app.identities.one_time_tokens import OneTimeKeys
from app.identities.operations import NewPerson
from app.identities.rules import checked_email, domain_of
from app.kernel.errors import Invalid
from app.organisations.models import Organisation, OrganisationStatus
from app.people import admission
from app.people.models import Invitation
from app.rbac import operations as rbac
from app.rbac.assignments import note_exchange
from app.rbac.models import Membership, Role
from app.tenants.operations import raise_policy_version

_PASSWORD_BYTES = 48
_LONGEST_NAME = 200
_UNKNOWN = "nobody in the network is known by it"


async def person_by_link(
    work: Work, tenant_id: UUID, provider_id: UUID, proven: Proven
) -> UUID | None:
    """Return the identity that a provider's name for somebody is linked to, if it is."""
    async with enter_tenant(work, tenant_id) as inside:
        return await _linked(inside, provider_id, proven.subject)


async def person_by_invitation(
    work: Work, keys: OneTimeKeys, provider: IdentityProvider, proven: Proven, token: str
) -> UUID:
    """Let somebody join by an invitation to the e-mail that the provider has verified.

    Raises `NotProven`, and what accepting an invitation raises.
    """
    email = _email(provider, proven)
    found: list[UUID] = []

    async def who(invitation: Invitation) -> tuple[UUID, str]:
        if invitation.tenant_id != provider.tenant_id or invitation.email != email:
            raise NotProven("the invitation went to another address")
        name = _name(proven, email)
        found.append(await _identity(work, name, email))
        return found[0], name

    await admission.admit(work, keys, token, who)
    return found[0]


async def person_by_email(work: Work, provider: IdentityProvider, proven: Proven) -> UUID:
    """Return who has the verified e-mail in the network, or who joins with it; `NotProven`."""
    email = _email(provider, proven)
    async with enter_tenant(work, provider.tenant_id) as inside:
        await raise_policy_version(inside)  # Of two newcomers at once, one is the second.
        known = (
            await inside.session.execute(
                select(Membership.identity_id, Membership.ended_at)
                .where(Membership.email == email, Membership.key_prefix.is_(None))
                .order_by(Membership.ended_at.desc().nulls_first(), Membership.id)
            )
        ).all()
        if not known:
            return await _newcomer(inside, provider, proven, email)
        identity_id, ended_at = known[0]
        if ended_at is not None:
            raise NotProven("whoever had the address has left")
        return identity_id


async def link(work: Work, provider: IdentityProvider, subject: str, identity_id: UUID) -> None:
    """Keep who a provider's name for somebody stands for; `NotProven` where another has it."""
    async with enter_tenant(work, provider.tenant_id) as inside:
        row = {
            "tenant_id": provider.tenant_id,
            "provider_id": provider.id,
            "subject": subject,
            "identity_id": identity_id,
            "linked_at": work.now,
        }
        made = await inside.session.execute(
            insert(ProviderLink)
            .values(row)
            .on_conflict_do_nothing()
            .returning(ProviderLink.identity_id)
        )
        if made.first() is not None:
            after = {"provider": str(provider.id), "identity": str(identity_id)}
            record(inside, "LINK_PROVIDER", "identity_provider", provider.id, after=after)
        elif await _linked(inside, provider.id, subject) != identity_id:
            raise NotProven("the person is linked to another account of the provider")


async def _linked(inside: Work, provider_id: UUID, subject: str) -> UUID | None:
    statement = select(ProviderLink.identity_id).where(
        ProviderLink.provider_id == provider_id, ProviderLink.subject == subject
    )
    return (await inside.session.execute(statement)).scalar_one_or_none()


async def _newcomer(inside: Work, provider: IdentityProvider, proven: Proven, email: str) -> UUID:
    organisation_id, role_id = provider.organisation_id, provider.role_id
    if organisation_id is None or role_id is None:
        raise NotProven(_UNKNOWN)
    takes = select(Organisation.id).where(
        Organisation.id == organisation_id,
        Organisation.status != OrganisationStatus.CLOSED,
        exists().where(
            Role.tenant_id == provider.tenant_id, Role.id == role_id, Role.retired_at.is_(None)
        ),
    )
    if (await inside.session.execute(takes)).first() is None:
        raise NotProven("newcomers have no role or no organisation any more")
    name = _name(proven, email)
    identity_id = await _identity(inside, name, email)
    await identities.open_tenant(inside, identity_id)
    member = await rbac.add_membership(
        inside, identity_id, organisation_id, name, email, [role_id], is_email_proven=True
    )
    after = {"name": name, "email": email, "provider": str(provider.id)}
    record(inside, "JOIN_BY_PROVIDER", "membership", member.id, after=after)
    note_exchange(inside, member.id, given=[role_id])
    return identity_id


async def _identity(work: Work, name: str, email: str) -> UUID:
    """Return an e-mail's identity, a new one with a password that nobody knows."""
    known = (await work.session.scalars(select(Identity.id).where(Identity.email == email))).first()
    if known is not None:
        return known
    person = NewPerson(name, email, secrets.token_urlsafe(_PASSWORD_BYTES))
    return (await identities.identity_for(work, person))[0]


def _email(provider: IdentityProvider, proven: Proven) -> str:
    if proven.email is None:
        raise NotProven("the provider has verified no e-mail address")
    try:
        email = checked_email(proven.email)
    except Invalid:
        raise NotProven("the provider's e-mail address is none") from None
    if domain_of(email) not in provider.domains:
        raise NotProven("the e-mail address is of none of the provider's domains")
    return email


def _name(proven: Proven, email: str) -> str:
    said = "".join(each for each in proven.name or "" if each.isprintable()).strip()
    return said[:_LONGEST_NAME] or email
