"""What packages above may ask of tenants, unguarded."""

from datetime import date, datetime

from sqlalchemy import select

from app.db.work import Work
from app.kernel.period import start_of_day, zone_of
from app.tenants.models import Tenant

_KEY = "tenant"


async def tenant_of(work: Work) -> Tenant:
    """Return the work's tenant with its settings; read once a work."""
    known: Tenant | None = work.session.sync_session.info.get(_KEY)
    if known is None:
        found = await work.session.execute(select(Tenant).where(Tenant.id == work.tenant_id))
        known = found.scalar_one()
        work.session.sync_session.info[_KEY] = known
    return known


async def local_day(work: Work) -> date:
    """Return today's calendar day in the tenant's zone."""
    return work.now.astimezone(zone_of((await tenant_of(work)).time_zone)).date()


async def local_instant(work: Work, day: date) -> datetime:
    """Return the moment a day begins in the tenant's zone, in UTC (Our rule 7)."""
    return start_of_day(day, (await tenant_of(work)).time_zone)
