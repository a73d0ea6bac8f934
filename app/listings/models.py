"""Tables of what a seller asks before a product is listed, and of reviews."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import Table, TenantOwned, belongs_to, one_of


class ReviewState(StrEnum):
    """Where the review of a product stands (R2-9)."""

    UNDER_REVIEW = "UNDER_REVIEW"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"


class ListingPolicy(TenantOwned, Table):
    """What an organisation asks of its own products before they are listed; without one, least.

    `needs_image` is empty, which asks for none, in rows of the release before.
    """

    __tablename__ = "listing_policy"
    __table_args__ = (belongs_to("organisation_id", "organisation"),)

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    needs_review: Mapped[bool] = mapped_column(default=False)
    needs_description: Mapped[bool] = mapped_column(default=False)
    needs_price: Mapped[bool] = mapped_column(default=False)
    needs_stock: Mapped[bool] = mapped_column(default=False)
    needs_image: Mapped[bool | None] = mapped_column(default=False)


class ListingReview(TenantOwned, Table):
    """The last review of a product, and whether its display was found right since it was listed.

    `content` is a digest of what was submitted: what was changed since is not what was reviewed.
    """

    __tablename__ = "listing_review"
    __table_args__ = (
        belongs_to("product_id", "product"),
        belongs_to("owner_id", "organisation"),
        belongs_to("submitted_by_membership_id", "membership"),
        belongs_to("decided_by_membership_id", "membership"),
        belongs_to("display_confirmed_by_membership_id", "membership"),
        one_of("state", ReviewState),
        Index(None, "tenant_id", "owner_id", "state", "product_id"),
    )

    product_id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID]
    state: Mapped[str | None]
    content: Mapped[str | None]
    submitted_by_membership_id: Mapped[UUID | None]
    submitted_at: Mapped[datetime | None]
    decided_by_membership_id: Mapped[UUID | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    display_confirmed_by_membership_id: Mapped[UUID | None]
    display_confirmed_at: Mapped[datetime | None]
