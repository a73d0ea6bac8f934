"""What an actor may read of roles and rights."""

from app.db.work import Work
from app.kernel.actor import Actor
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires()
async def viewer(work: Work) -> Actor:
    """Return the caller, with every permission they hold."""
    return work.actor


@requires()
async def permission_catalogue(work: Work) -> list[Permission]:
    """Return every permission that a role can grant, by name (R3-33)."""
    del work
    return [permission for permission in Permission if permission.scopes]
