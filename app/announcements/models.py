"""Tables of announcements, of whom they are for, and of who has read them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import Identified, Table, TenantOwned, belongs_to, one_of
from app.notifications.languages import Language


class Announcement(Identified, Table):
    """What a seller tells its customers, all of them or chosen ones, for a time (R3-40, R0-55).

    It is read from `starts_at` to `ends_at` (half-open, none means on and on), unless withdrawn. At
    `spread_at` it began to be told to those who were customers then.
    """

    __tablename__ = "announcement"
    __table_args__ = (
        belongs_to("seller_id", "organisation"),
        belongs_to("written_by_membership_id", "membership"),
        CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="period"),
        Index(None, "tenant_id", "seller_id", "id"),
        Index(
            "ix_announcement_unspread",
            "tenant_id",
            "starts_at",
            postgresql_where=text("spread_at IS NULL AND withdrawn_at IS NULL"),
        ),
    )

    seller_id: Mapped[UUID]
    written_by_membership_id: Mapped[UUID]
    written_by_name: Mapped[str]
    is_for_all: Mapped[bool]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    spread_at: Mapped[datetime | None]


class AnnouncementText(TenantOwned, Table):
    """The words of an announcement in one language."""

    __tablename__ = "announcement_text"
    __table_args__ = (
        belongs_to("announcement_id", "announcement"),
        one_of("language", Language),
    )

    announcement_id: Mapped[UUID] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    text: Mapped[str]


class AnnouncementAudience(Identified, Table):
    """For whom an announcement is: a level or territory with those below, a group, a customer."""

    __tablename__ = "announcement_audience"
    __table_args__ = (
        belongs_to("announcement_id", "announcement"),
        belongs_to("level_id", "customer_level"),
        belongs_to("group_id", "customer_group"),
        belongs_to("territory_id", "territory"),
        belongs_to("relationship_id", "trading_relationship"),
        CheckConstraint(
            "num_nonnulls(level_id, group_id, territory_id, relationship_id) = 1", name="one"
        ),
        Index(None, "tenant_id", "announcement_id"),
    )

    announcement_id: Mapped[UUID]
    level_id: Mapped[UUID | None]
    group_id: Mapped[UUID | None]
    territory_id: Mapped[UUID | None]
    relationship_id: Mapped[UUID | None]


class AnnouncementItem(Identified, Table):
    """A product or trade scheme that an announcement is about."""

    __tablename__ = "announcement_item"
    __table_args__ = (
        belongs_to("announcement_id", "announcement"),
        belongs_to("product_id", "product"),
        belongs_to("scheme_id", "trade_scheme"),
        CheckConstraint("num_nonnulls(product_id, scheme_id) = 1", name="one"),
        Index(None, "tenant_id", "announcement_id"),
    )

    announcement_id: Mapped[UUID]
    product_id: Mapped[UUID | None]
    scheme_id: Mapped[UUID | None]


class AnnouncementReading(TenantOwned, Table):
    """That a person of a customer has read an announcement; the first instant stays (R4-37)."""

    __tablename__ = "announcement_reading"
    __table_args__ = (
        belongs_to("announcement_id", "announcement"),
        belongs_to("membership_id", "membership"),
        belongs_to("organisation_id", "organisation"),
        Index(None, "tenant_id", "announcement_id", "organisation_id"),
    )

    announcement_id: Mapped[UUID] = mapped_column(primary_key=True)
    membership_id: Mapped[UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID]
    reader_name: Mapped[str]
    read_at: Mapped[datetime]
