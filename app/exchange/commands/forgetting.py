"""What the clock does about old imports and exports."""

from uuid import UUID

from app.db.work import Work
from app.exchange import locks
from app.exchange.operations.forgetting import KEPT, forget
from app.rbac.guard import requires


@requires()
async def forget_run(work: Work, run_id: UUID) -> UUID:
    """Forget an import or export that is old, for the clock; one that is gone is passed over."""
    run = await locks.import_run(work, run_id) or await locks.export_run(work, run_id)
    if run is not None and run.created_at <= work.now - KEPT and work.actor.is_system:
        await forget(work, run)
    return run_id
