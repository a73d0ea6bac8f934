"""The audit trail's one table."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from app.db.tables import Identified, Table


class AuditEntry(Identified, Table):
    """One change by one actor; the application may add entries and nothing else."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index(None, "tenant_id", "subject_kind", "subject_id", "at"),)

    at: Mapped[datetime]
    actor_membership_id: Mapped[UUID | None]
    actor_name: Mapped[str]
    actor_organisation_id: Mapped[UUID | None]
    on_behalf_of_organisation_id: Mapped[UUID | None]
    action: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    reason: Mapped[str | None]
