"""Write to the audit trail."""

from typing import Any
from uuid import UUID

from app.audit.models import AuditEntry, UnsealedEntry
from app.db.work import Work
from app.kernel.ids import new_id


def record(  # noqa: PLR0913  # a trail's entry has this many particulars, by name
    work: Work,
    action: str,
    subject_kind: str,
    subject_id: UUID,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    on_behalf_of: UUID | None = None,
    reason: str | None = None,
) -> None:
    """Note one change; it is written with the transaction's last statement."""
    entry_id = new_id()
    work.note(UnsealedEntry, {"entry_id": entry_id})
    work.note(
        AuditEntry,
        {
            "id": entry_id,
            "at": work.now,
            "actor_membership_id": work.actor.membership_id,
            "actor_name": work.actor.name,
            "actor_organisation_id": work.actor.organisation_id,
            "on_behalf_of_organisation_id": on_behalf_of,
            "action": action,
            "subject_kind": subject_kind,
            "subject_id": subject_id,
            "before": before or {},
            "after": after or {},
            "reason": reason,
            "address": work.actor.address,
        },
    )
