"""Every move of a price change, in the audit trail and told to whoever must hear of it."""

from typing import Any

from app.audit.operations import record
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.pricing.models import PriceChangeSet


def told(  # noqa: PLR0913  # an entry of the trail has this many particulars
    work: Work,
    row: PriceChangeSet,
    action: str,
    after: dict[str, Any] | None = None,
    *,
    before: str | None = None,
    reason: str | None = None,
) -> None:
    """Note a move under its verb (`SUBMIT_PRICE_CHANGE`), and tell of it in lower case."""
    shown = {"name": row.name, "status": str(row.status)} | (after or {})
    record(
        work,
        action,
        "price_change_set",
        row.id,
        before={"status": before} if before else None,
        after=shown,
        reason=reason,
    )
    data = {"seller_id": str(row.seller_id), "status": str(row.status)}
    work.tell(DomainEvent(action.lower(), "price_change_set", row.id, data))
