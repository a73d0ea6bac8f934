"""The platform's list of networks."""

from collections.abc import Sequence
from uuid import UUID

from app.db.work import Work
from app.kernel.paging import Page, PageRequest
from app.rbac.guard import requires
from app.rbac.permissions import Permission
from app.tenants import operations
from app.tenants.models import Tenant


@requires(Permission.TENANT_MANAGE)
async def tenants(work: Work, request: PageRequest) -> Page[Tenant]:
    """Return all tenants, by short name; for platform staff."""
    return await operations.page(work, request)


@requires(Permission.TENANT_MANAGE)
async def tenants_by_id(work: Work, ids: Sequence[UUID]) -> list[Tenant | None]:
    """Return tenants in the order asked for; none for an unknown id."""
    known = await operations.by_id(work, list(ids))
    return [known.get(item) for item in ids]
