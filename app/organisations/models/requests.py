"""How an organisation asks a seller of the network for a trading relationship."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import Identified, Table, belongs_to, one_of


class RequestState(StrEnum):
    """Where a request for trade stands; only one that was asked can still change."""

    ASKED = "ASKED"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


class SellerProfile(Identified, Table):
    """What a seller lets the whole network know, so that others may ask it for trade.

    Nothing else is known of it, and nothing at all while it is not published.
    """

    __tablename__ = "seller_profile"
    __table_args__ = (
        belongs_to("organisation_id", "organisation"),
        UniqueConstraint("tenant_id", "organisation_id"),
        Index(
            "ix_seller_profile_published",
            "tenant_id",
            "name",
            "id",
            postgresql_where=text("is_published"),
        ),
    )

    organisation_id: Mapped[UUID]
    name: Mapped[str]
    region: Mapped[str]
    is_published: Mapped[bool]
    changed_at: Mapped[datetime]


class RelationshipRequest(Identified, Table):
    """That an organisation asks a seller for trade; names are those of the instant of asking."""

    __tablename__ = "relationship_request"
    __table_args__ = (
        belongs_to("buyer_id", "organisation"),
        belongs_to("seller_id", "organisation"),
        belongs_to("asked_by_membership_id", "membership"),
        belongs_to("relationship_id", "trading_relationship"),
        one_of("state", RequestState),
        Index(
            "uq_relationship_request_asked",
            "tenant_id",
            "buyer_id",
            "seller_id",
            unique=True,
            postgresql_where=text("state = 'ASKED'"),
        ),
        Index(None, "tenant_id", "seller_id", "id"),
        Index(None, "tenant_id", "buyer_id", "id"),
    )

    buyer_id: Mapped[UUID]
    seller_id: Mapped[UUID]
    buyer_name: Mapped[str]
    buyer_kind: Mapped[str]
    buyer_city: Mapped[str]
    buyer_region: Mapped[str]
    seller_name: Mapped[str]
    note: Mapped[str]
    asked_by_membership_id: Mapped[UUID]
    asked_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default=RequestState.ASKED)
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    relationship_id: Mapped[UUID | None]
