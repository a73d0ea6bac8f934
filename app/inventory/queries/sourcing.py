"""The own organisation's rules for the choice of a warehouse."""

from collections.abc import Sequence

from app.db.work import Work
from app.inventory.operations import sourcing_rules_of
from app.inventory.rules import SourcingRule
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.STOCK_READ, Permission.STOCK_WRITE)
async def sourcing_rules(work: Work) -> Sequence[SourcingRule]:
    """Return the rules in their order."""
    return await sourcing_rules_of(work, work.actor.own_organisation)
