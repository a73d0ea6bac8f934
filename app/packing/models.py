"""Tables of packages."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import QUANTITY, Identified, Table, TenantOwned, belongs_to, one_of
from app.kernel.quantity import PackagingLevel


class ShipmentPackage(Identified, Table):
    """One package of a shipment, with the number that no other package in the world has (R1-56).

    `sscc` are the 18 digits of a GS1 serial shipping container code, under the seller's prefix.
    """

    __tablename__ = "shipment_package"
    __table_args__ = (
        belongs_to("shipment_id", "shipment"),
        belongs_to("seller_id", "organisation"),
        one_of("level", PackagingLevel),
        CheckConstraint("weight_kg > 0", name="weight"),
        UniqueConstraint("tenant_id", "seller_id", "sscc"),
        UniqueConstraint("tenant_id", "shipment_id", "number"),
    )

    shipment_id: Mapped[UUID]
    seller_id: Mapped[UUID]
    number: Mapped[int]
    sscc: Mapped[str]
    level: Mapped[str | None]
    weight_kg: Mapped[Decimal | None] = mapped_column(QUANTITY)
    packed_at: Mapped[datetime]
    packed_by_membership_id: Mapped[UUID | None]


class PackageContent(TenantOwned, Table):
    """Pieces of a shipment's line, and so of one lot, in a package."""

    __tablename__ = "package_content"
    __table_args__ = (
        belongs_to("package_id", "shipment_package"),
        belongs_to("shipment_line_id", "shipment_line"),
        CheckConstraint("quantity > 0", name="quantity"),
        Index(None, "tenant_id", "shipment_line_id"),
    )

    package_id: Mapped[UUID] = mapped_column(primary_key=True)
    shipment_line_id: Mapped[UUID] = mapped_column(primary_key=True)
    quantity: Mapped[Decimal] = mapped_column(QUANTITY)
