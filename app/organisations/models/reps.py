"""Who looks after customers, and after the territories that customers are in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.revisions import Revised
from app.db.tables import Table, TenantOwned, belongs_to


class AssignedRep(TenantOwned, Table):
    """That a seller's sales representative looks after a customer in a period (R3-38, R3-41).

    From `assigned_at` on, which may lie ahead, until `until` exclusively; none means for ever. Who
    came with a territory has `territory_id`, who was named for this customer has none. A period
    that ends by a handing over says `followed_by_id`.
    """

    __tablename__ = "assigned_rep"
    revised = Revised.PARTIES
    __table_args__ = (
        belongs_to("relationship_id", "trading_relationship"),
        belongs_to("membership_id", "membership"),
        belongs_to("territory_id", "territory"),
        belongs_to("followed_by_id", "membership"),
        CheckConstraint("until > assigned_at", name="until"),
        CheckConstraint("followed_by_id IS NULL OR until IS NOT NULL", name="followed_by"),
        Index(None, "tenant_id", "membership_id"),
    )

    relationship_id: Mapped[UUID] = mapped_column(primary_key=True)
    membership_id: Mapped[UUID] = mapped_column(primary_key=True)
    assigned_at: Mapped[datetime] = mapped_column(primary_key=True)
    until: Mapped[datetime | None]
    territory_id: Mapped[UUID | None]
    followed_by_id: Mapped[UUID | None]


class TerritoryRep(TenantOwned, Table):
    """That a rep looks after the customers of a territory in a period, whoever joins it."""

    __tablename__ = "territory_rep"
    __table_args__ = (
        belongs_to("territory_id", "territory"),
        belongs_to("membership_id", "membership"),
        belongs_to("followed_by_id", "membership"),
        CheckConstraint("until > assigned_at", name="until"),
        CheckConstraint("followed_by_id IS NULL OR until IS NOT NULL", name="followed_by"),
        Index(None, "tenant_id", "membership_id"),
    )

    territory_id: Mapped[UUID] = mapped_column(primary_key=True)
    membership_id: Mapped[UUID] = mapped_column(primary_key=True)
    assigned_at: Mapped[datetime] = mapped_column(primary_key=True)
    until: Mapped[datetime | None]
    followed_by_id: Mapped[UUID | None]
