"""What has happened to an order, and what may be done with it now."""

from datetime import datetime
from uuid import UUID

import strawberry
from strawberry import relay

from app.audit.models import AuditEntry
from app.orders import models
from app.orders.rules.transitions import Availability, OrderCommand
from app.schema.order_words import registered

registered()
_INTERNAL = frozenset(
    {
        OrderCommand.APPROVE,
        OrderCommand.RELEASE_CREDIT,
        OrderCommand.HOLD,
        OrderCommand.OVERRIDE_HOLD,
        "RELEASE_HOLD",
        "APPROVE_STEP",
        "REJECT_STEP",
    }
)


@strawberry.type
class AvailableAction:
    """Whether the viewer may give a command now; `reason` says why not."""

    command: OrderCommand
    is_available: bool
    reason: str | None

    @classmethod
    def of(cls, answer: Availability) -> "AvailableAction":
        """Show an answer of the state machine."""
        return cls(
            command=answer.command,
            is_available=answer.is_available,
            reason=answer.reason or None,
        )


@strawberry.type
class OrderHistoryEntry:
    """One step of an order: who did it, on whose behalf, when and why (R2-33)."""

    at: datetime
    command: str
    from_state: str | None
    to_state: str | None
    actor_name: str | None
    actor_organisation_id: relay.GlobalID | None
    on_behalf_of_organisation_id: relay.GlobalID | None
    reason: str | None

    @classmethod
    def of(
        cls, entry: AuditEntry, order: models.Order, viewer_id: UUID | None
    ) -> "OrderHistoryEntry":
        """Show an entry of the audit trail; names of people, to the order's two parties only.

        Why somebody approved, or released credit, stays with their own organisation.
        """
        is_own = viewer_id == entry.actor_organisation_id
        return cls(
            at=entry.at,
            command=entry.action,
            from_state=entry.before.get("state"),
            to_state=entry.after.get("state"),
            actor_name=entry.actor_name if viewer_id in {order.seller_id, order.buyer_id} else None,
            actor_organisation_id=_organisation(entry.actor_organisation_id),
            on_behalf_of_organisation_id=_organisation(entry.on_behalf_of_organisation_id),
            reason=entry.reason if is_own or entry.action not in _INTERNAL else None,
        )


def _organisation(key: UUID | None) -> relay.GlobalID | None:
    return relay.GlobalID("Organisation", str(key)) if key else None
