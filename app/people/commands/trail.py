"""What time does to the trail: its entries are sealed."""

from uuid import UUID

from app.audit.operations import sealing
from app.db.work import Work
from app.rbac.guard import requires


@requires()
async def seal_trail(work: Work, last: UUID) -> UUID:
    """Seal the entries that wait, up to and with one of them."""
    await sealing.seal(work, last)
    return last
