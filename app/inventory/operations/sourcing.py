"""Which warehouse serves whom, by the seller's own rules (R1-20, R1-21)."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from app.db.work import Work
from app.inventory.models import StoredSourcingRule
from app.inventory.rules import SourcingRule


async def sourcing_rules_of(work: Work, organisation_id: UUID) -> Sequence[SourcingRule]:
    """Return an organisation's rules in their order; one statement."""
    statement = (
        select(
            StoredSourcingRule.position,
            StoredSourcingRule.warehouse_id,
            StoredSourcingRule.region,
            StoredSourcingRule.delivery_mode,
        )
        .where(StoredSourcingRule.organisation_id == organisation_id)
        .order_by(StoredSourcingRule.position)
    )
    return [SourcingRule(*row) for row in await work.session.execute(statement)]
