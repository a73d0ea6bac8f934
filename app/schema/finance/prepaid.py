"""What buyers have paid ahead."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

import strawberry

from app.finance import models, queries
from app.finance.models import PrepaidCause
from app.schema.batch import batch
from app.schema.context import Info
from app.schema.cost import list_size

strawberry.enum(PrepaidCause, description=PrepaidCause.__doc__)
MOST_SHOWN = 100


@strawberry.type
class PrepaidMovement:
    """One movement of a prepaid balance, below zero out of it, and the balance after it."""

    cause: PrepaidCause
    amount: Decimal
    balance: Decimal
    reference: str
    moved_at: datetime

    @classmethod
    def of(cls, row: models.PrepaidMovement) -> "PrepaidMovement":
        """Show a movement."""
        return cls(
            cause=PrepaidCause(row.cause),
            amount=row.amount,
            balance=row.balance,
            reference=row.reference,
            moved_at=row.moved_at,
        )


@strawberry.type
class PrepaidAccount:
    """What the buyer of a relationship has paid ahead and not used, in `currency`."""

    currency: str
    balance: Decimal
    relationship_id: strawberry.Private[UUID]

    @list_size(20)
    @batch
    @staticmethod
    async def movements(
        accounts: list["PrepaidAccount"], info: Info
    ) -> list[list[PrepaidMovement]]:
        """How it moved, the latest first, at most 100."""
        async with info.context.read() as work:
            keys = [each.relationship_id for each in accounts]
            found = await queries.prepaid_movements(work, keys, MOST_SHOWN)
        return [[PrepaidMovement.of(row) for row in found[key]] for key in keys]

    @classmethod
    def of(cls, row: models.PrepaidAccount) -> "PrepaidAccount":
        """Show an account."""
        return cls(currency=row.currency, balance=row.balance, relationship_id=row.relationship_id)
