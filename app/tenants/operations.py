"""What packages above may ask of tenants, unguarded."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from app.db.keyset import keyset
from app.db.work import Work
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import new_id
from app.kernel.money import TaxMode, typed_currency
from app.kernel.paging import Page, PageRequest, page_of
from app.kernel.period import UnknownZone, start_of_day, zone_of
from app.tenants.errors import TenantSlugTaken
from app.tenants.models import BandRule, FreeGoodsTax, Tenant, TenantStatus

_SLUG = re.compile(r"[a-z][a-z0-9-]{1,38}[a-z0-9]")
_KEY = "tenant"
MOST_TENANTS = 2_000


async def tenant_of(work: Work) -> Tenant:
    """Return the work's tenant with its settings; read once a work, or with who acts."""
    remembered, key = work.session.sync_session.info, (_KEY, work.tenant_id)
    known: Tenant | None = remembered.get(key)
    if known is None:
        found = await work.session.execute(select(Tenant).where(Tenant.id == work.tenant_id))
        known = found.scalar_one()
        remembered[key] = known
    return known


def remember(session: AsyncSession, columns: Sequence[Any]) -> Tenant:
    """Keep what the statement that identified the actor read of its tenant, all columns in order.

    The session does not follow the object: it is for `tenant_of`, and nobody changes it.
    """
    tenant = _as_read(tuple(columns))
    session.sync_session.info[_KEY, tenant.id] = tenant
    return tenant


@lru_cache(MOST_TENANTS)
def _as_read(columns: tuple[Any, ...]) -> Tenant:
    """Make a tenant of its columns; the same columns, read every time, are the same object."""
    names = Tenant.__table__.columns.keys()
    return Tenant(**dict(zip(names, columns, strict=True)))


async def active_tenant_ids(work: Work) -> Sequence[UUID]:
    """Return the tenants inside which anyone may work, the oldest first; for platform work."""
    statement = select(Tenant.id).where(Tenant.status == TenantStatus.ACTIVE).order_by(Tenant.id)
    return (await work.session.scalars(statement)).all()


async def all_tenants(work: Work) -> Sequence[Tenant]:
    """Return every tenant, the suspended ones too, the oldest first; for platform work."""
    return (await work.session.scalars(select(Tenant).order_by(Tenant.id))).all()


async def local_day(work: Work, instant: datetime | None = None) -> date:
    """Return the calendar day of an instant in the tenant's zone; today's unless one is given."""
    zone = zone_of((await tenant_of(work)).time_zone)
    return (instant or work.now).astimezone(zone).date()


async def local_instant(work: Work, day: date) -> datetime:
    """Return the moment a day begins in the tenant's zone, in UTC (Our rule 7)."""
    return start_of_day(day, (await tenant_of(work)).time_zone)


async def create(work: Work, *, slug: str, name: str, time_zone: str, currency: str) -> Tenant:
    """Write a new tenant's row; the time zone is of the IANA, the currency of ISO 4217.

    Raises `Invalid` for a word of none of them, and `TenantSlugTaken`, also for a concurrent twin.
    """
    _check(slug, name, time_zone, currency)
    tenant = Tenant(
        id=new_id(),
        slug=slug,
        name=name,
        status=TenantStatus.ACTIVE,
        time_zone=time_zone,
        currency=currency,
        tax_mode=TaxMode.PER_LINE,
        band_rule=BandRule.BINDING,
        free_goods_tax=FreeGoodsTax.DISCOUNT,
        requires_proven_email=False,
        policy_version=1,
        created_at=work.now,
    )
    values = {column.key: getattr(tenant, column.key) for column in Tenant.__table__.columns}
    statement = insert(Tenant).values(values).on_conflict_do_nothing().returning(Tenant.id)
    if (await work.session.execute(statement)).first() is None:
        raise TenantSlugTaken(slug)
    return tenant


async def set_status(work: Work, tenant_id: UUID, status: TenantStatus) -> Tenant:
    """Let everybody inside work, or nobody, from the next request on; raises `NotFound`."""
    statement = update(Tenant).where(Tenant.id == tenant_id).values(status=status).returning(Tenant)
    tenant = (await work.session.scalars(statement)).first()
    if tenant is None:
        raise NotFound("Tenant")
    return tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a network may choose; an option that is none stays as it is."""

    name: str
    tax_mode: TaxMode
    band_rule: BandRule | None = None
    free_goods_tax: FreeGoodsTax | None = None
    requires_proven_email: bool | None = None


async def change_settings(work: Work, settings: Settings) -> Tenant:
    """Set what the work's own tenant may choose (Our rule 4, P9)."""
    given = {each.name: getattr(settings, each.name) for each in fields(settings)}
    statement = (
        update(Tenant)
        .where(Tenant.id == work.tenant_id)
        .values({name: value for name, value in given.items() if value is not None})
        .returning(Tenant)
    )
    return (await work.session.scalars(statement)).one()


async def page(work: Work, request: PageRequest) -> Page[Tenant]:
    """Return tenants by short name."""
    rows = (await work.session.scalars(keyset(select(Tenant), request, Tenant.slug))).all()
    return page_of(rows, request, lambda tenant: (tenant.slug,))


async def by_id(work: Work, ids: list[UUID]) -> dict[UUID, Tenant]:
    """Return the tenants that exist, by id."""
    rows = await work.session.scalars(select(Tenant).where(Tenant.id.in_(ids)))
    return {tenant.id: tenant for tenant in rows}


async def raise_policy_version(work: Work) -> None:
    """Make every process read rights afresh, as part of this transaction.

    Call it before reading roles: the row's lock lets one change of rights in a tenant through at a
    time, so that what a command has checked still holds when it commits.
    """
    await work.session.execute(
        update(Tenant)
        .where(Tenant.id == work.tenant_id)
        .values(policy_version=Tenant.policy_version + 1)
        .execution_options(synchronize_session=False)
    )


def _check(slug: str, name: str, time_zone: str, currency: str) -> None:
    if not _SLUG.fullmatch(slug):
        raise Invalid("slug", "must be 3 to 40 of a-z, 0-9 and '-', beginning with a letter")
    if not name.strip():
        raise Invalid("name", "must not be empty")
    try:
        zone_of(time_zone)
    except UnknownZone as unknown:
        raise Invalid("timeZone", str(unknown)) from None
    typed_currency(currency)
