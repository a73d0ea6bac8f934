"""The own organisation's words for how much it has."""

from collections.abc import Sequence
from decimal import Decimal

from app.db.work import Work
from app.inventory.operations.bands import bands_of
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.RELATIONSHIP_WRITE, Permission.STOCK_READ)
async def stock_bands(work: Work) -> Sequence[tuple[Decimal, str]]:
    """Return the own organisation's bands, by where they begin in pieces; one statement."""
    own = work.actor.own_organisation
    return (await bands_of(work, [own])).get(own, ())
