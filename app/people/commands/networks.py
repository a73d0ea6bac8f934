"""Found, suspend and resume networks: the platform's own work."""

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import select

from app.audit.operations import record
from app.db.crossing import enter_tenant
from app.db.work import Work
from app.identities import operations as identities
from app.identities.operations import NewPerson
from app.kernel.errors import Invalid
from app.kernel.ids import new_id
from app.organisations.models import Organisation, OrganisationKind, OrganisationStatus
from app.organisations.operations import plant
from app.people.errors import EmailNotProved
from app.rbac.assignments import note_exchange
from app.rbac.built_in import ENTERPRISE_ADMIN, SYSTEM_ADMIN
from app.rbac.guard import requires
from app.rbac.models import Membership
from app.rbac.operations import add_membership, create_built_in_roles
from app.rbac.permissions import Permission
from app.tenants import operations as tenants
from app.tenants.models import Tenant, TenantStatus


@dataclass(frozen=True, slots=True)
class Network:
    """A network to found: its organisation at the root, and the first person inside."""

    slug: str
    name: str
    time_zone: str
    currency: str
    organisation_name: str
    administrator: NewPerson
    organisation_kind: OrganisationKind = OrganisationKind.BRAND


@requires(Permission.TENANT_MANAGE)
async def create_tenant(work: Work, network: Network) -> Tenant:
    """Found a network: tenant, built-in roles, root organisation and first administrator (R3-30).

    The administrator runs network and organisation both, so as to be able to hand on either.
    Raises `TenantSlugTaken`, `WeakPassword` and `Invalid`.
    """
    if not network.organisation_name.strip():
        raise Invalid("organisationName", "must not be empty")
    tenant = await tenants.create(
        work,
        slug=network.slug,
        name=network.name,
        time_zone=network.time_zone,
        currency=network.currency,
    )
    identity_id, email = await identities.identity_for(work, network.administrator)
    async with enter_tenant(work, tenant.id) as inside:
        await _furnish(inside, network, identity_id, email)
        record(inside, "CREATE_TENANT", "tenant", tenant.id, after={"slug": tenant.slug})
    return tenant


@requires(Permission.TENANT_MANAGE)
async def suspend_tenant(work: Work, tenant_id: UUID, reason: str) -> Tenant:
    """Stop all work inside a tenant from the next request on; repeating it changes nothing."""
    return await _set_status(work, tenant_id, TenantStatus.SUSPENDED, "SUSPEND_TENANT", reason)


@requires(Permission.TENANT_MANAGE)
async def resume_tenant(work: Work, tenant_id: UUID) -> Tenant:
    """Let people inside a suspended tenant work again."""
    return await _set_status(work, tenant_id, TenantStatus.ACTIVE, "RESUME_TENANT", None)


@requires(Permission.TENANT_SETTINGS)
async def change_network_settings(work: Work, settings: tenants.Settings) -> Tenant:
    """Rename the own network, say where tax is rounded and what binds (R3-34, P9, P11).

    Orders keep the quote they were placed at. Who asks for proved e-mail addresses has proved their
    own: raises `EmailNotProved`.
    """
    if settings.requires_proven_email:
        proved = select(Membership.email_proven_at).where(Membership.id == work.actor.membership_id)
        if await work.session.scalar(proved) is None:
            raise EmailNotProved
    name = settings.name.strip()
    if not name:
        raise Invalid("name", "must not be empty")
    tenant = await tenants.change_settings(work, replace(settings, name=name))
    record(
        work,
        "CHANGE_NETWORK_SETTINGS",
        "tenant",
        tenant.id,
        after={
            "name": tenant.name,
            "tax_mode": tenant.tax_mode,
            "band_rule": tenant.band_rule,
            "free_goods_tax": tenant.free_goods_tax,
            "requires_proven_email": tenant.requires_proven_email,
        },
    )
    return tenant


async def _furnish(inside: Work, network: Network, identity_id: UUID, email: str) -> None:
    roles = await create_built_in_roles(inside)
    root = await plant(
        inside,
        Organisation(
            id=new_id(),
            name=network.organisation_name.strip(),
            kind=network.organisation_kind,
            status=OrganisationStatus.ACTIVE,
            created_at=inside.now,
        ),
    )
    await identities.open_tenant(inside, identity_id)
    held = [roles[SYSTEM_ADMIN.code], roles[ENTERPRISE_ADMIN.code]]
    member = await add_membership(
        inside, identity_id, root.id, network.administrator.name, email, held
    )
    note_exchange(inside, member.id, given=held)


async def _set_status(
    work: Work, tenant_id: UUID, status: TenantStatus, action: str, reason: str | None
) -> Tenant:
    tenant = await tenants.set_status(work, tenant_id, status)
    async with enter_tenant(work, tenant_id) as inside:
        record(inside, action, "tenant", tenant_id, after={"status": status}, reason=reason)
    return tenant
