"""What an actor may read of roles and rights."""

from app.db.work import Work
from app.kernel.actor import Actor
from app.rbac.guard import requires


@requires()
async def viewer(work: Work) -> Actor:
    """Return the caller, with every permission they hold."""
    return work.actor
