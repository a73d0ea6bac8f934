"""The audit trail: who changed what, when, on whose behalf and why (R1-2, R2-33)."""
# pyright: reportIncompatibleMethodOverride=false
# relay types `resolve_nodes` wider than it calls it.

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay
from strawberry.scalars import JSON

from app.people.queries.trail import (
    SeenEntry,
    TrailFilter,
    audit_entries_by_id,
    audit_trail,
)
from app.schema.context import Info
from app.schema.ids import key_of, optional_key_of
from app.schema.operation import query
from app.schema.paging import FIRST, connection, page_request


@strawberry.type
class AuditEntry(relay.Node):
    """One change by one actor; `before` and `after` hold the values that the change touched.

    `address` is where the request came from on the network, in entries of the own organisation.
    """

    id: relay.NodeID[UUID]
    at: datetime
    actor_name: str
    actor_organisation_id: relay.GlobalID | None
    on_behalf_of_organisation_id: relay.GlobalID | None
    action: str
    subject_id: relay.GlobalID
    before: JSON
    after: JSON
    reason: str | None
    address: str | None

    @classmethod
    def of(cls, seen: SeenEntry) -> "AuditEntry":
        """Show an entry."""
        row = seen.row
        type_name = "".join(word.capitalize() for word in row.subject_kind.split("_"))
        return cls(
            id=row.id,
            at=row.at,
            actor_name=row.actor_name,
            actor_organisation_id=_organisation(row.actor_organisation_id),
            on_behalf_of_organisation_id=_organisation(row.on_behalf_of_organisation_id),
            action=row.action,
            subject_id=relay.GlobalID(type_name, str(row.subject_id)),
            before=JSON(seen.before),
            after=JSON(seen.after),
            reason=row.reason,
            address=seen.address,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["AuditEntry | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        async with info.context.read() as work:
            rows = await audit_entries_by_id(work, [UUID(key) for key in node_ids])
        return [AuditEntry.of(row) if row else None for row in rows]


@strawberry.input
class AuditFilter:
    """What entries must have in common; `since` is included, `until` is not.

    `reason` is found by any part of it. `address` finds entries of the own organisation only.
    """

    actor_membership_id: relay.GlobalID | None = None
    on_behalf_of_organisation_id: relay.GlobalID | None = None
    actions: list[str] = strawberry.field(default_factory=list[str])
    since: datetime | None = None
    until: datetime | None = None
    address: str | None = None
    reason: str | None = None

    def about(self, subject: tuple[str, UUID] | None) -> TrailFilter:
        """Return what the query understands; raises `NotFound` for ids of other types."""
        return TrailFilter(
            subject=subject,
            actor_membership_id=optional_key_of(self.actor_membership_id, "Membership"),
            on_behalf_of_organisation_id=optional_key_of(
                self.on_behalf_of_organisation_id, "Organisation"
            ),
            actions=self.actions,
            since=self.since,
            until=self.until,
            address=self.address,
            reason=self.reason,
        )


@strawberry.type
class AuditQuery:
    """Questions about what was changed."""

    @query(audit_trail)
    async def audit_trail(
        self,
        info: Info,
        subject_id: relay.GlobalID | None = None,
        wanted: Annotated[AuditFilter | None, strawberry.argument(name="filter")] = None,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[AuditEntry]:  # pyright: ignore[reportInvalidTypeArguments]  # no Node
        """Changes of one thing or of all, as far as they fit the filter; newest first."""
        page = page_request(first, after)
        subject = None if subject_id is None else _subject(subject_id)
        asked = (wanted or AuditFilter()).about(subject)
        async with info.context.read() as work:
            return connection(await audit_trail(work, page, asked), AuditEntry.of)


def _subject(global_id: relay.GlobalID) -> tuple[str, UUID]:
    kind = re.sub(r"(?<!^)(?=[A-Z])", "_", global_id.type_name).lower()
    return kind, key_of(global_id, global_id.type_name)


def _organisation(key: UUID | None) -> relay.GlobalID | None:
    return None if key is None else relay.GlobalID("Organisation", str(key))
