"""The audit trail, and the seals that make it a chain."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import Identified, Table, TenantOwned


class AuditEntry(Identified, Table):
    """One change by one actor; the application may add entries and nothing else.

    `address` is where the request came from on the network; what time or a job does has none.
    """

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
    address: Mapped[str | None]


class UnsealedEntry(TenantOwned, Table):
    """An entry that no seal covers yet: written with it, taken away as it is sealed.

    So sealing counts on no clock, however late an entry's transaction commits.
    """

    __tablename__ = "audit_unsealed_entry"

    entry_id: Mapped[UUID] = mapped_column(primary_key=True)


class AuditSeal(TenantOwned, Table):
    """A link of a network's chain over its trail; the application may add links and nothing else.

    `seal` follows from `previous` and the entries sealed with it (`app.audit.rules`).
    """

    __tablename__ = "audit_seal"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sealed_at: Mapped[datetime]
    entries: Mapped[int]
    previous: Mapped[bytes]
    seal: Mapped[bytes]


class SealedEntry(TenantOwned, Table):
    """What an entry was when it was sealed; it outlives the entry, so that a missing one is named.

    `place` counts the entries of a seal from 0.
    """

    __tablename__ = "audit_sealed_entry"
    __table_args__ = (UniqueConstraint("tenant_id", "seal_number", "place"),)

    entry_id: Mapped[UUID] = mapped_column(primary_key=True)
    seal_number: Mapped[int]
    place: Mapped[int]
    digest: Mapped[bytes]
