"""Sales representatives, as the customers they look after name them (R3-38)."""

from datetime import datetime

import strawberry
from strawberry import relay

from app.organisations.queries import RepRow


@strawberry.type
class AssignedRep:
    """A sales representative who looks after a customer (R3-38)."""

    membership_id: relay.GlobalID
    name: str
    assigned_at: datetime

    @classmethod
    def of(cls, row: RepRow) -> "AssignedRep":
        """Show who looks after a customer."""
        return cls(
            membership_id=relay.GlobalID("Membership", str(row.membership_id)),
            name=row.name,
            assigned_at=row.assigned_at,
        )
