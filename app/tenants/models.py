"""The platform's table of tenants: outside row-level security, since it names who may be inside."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import PLATFORM_SCHEMA, Table, one_of
from app.kernel.ids import new_id
from app.kernel.money import TaxMode


class TenantStatus(StrEnum):
    """Whether anyone inside may work."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"


class Tenant(Table):
    """One distribution network; `policy_version` rises with every change of roles or grants."""

    __tablename__ = "tenant"
    __table_args__ = (
        one_of("status", TenantStatus),
        one_of("tax_mode", TaxMode),
        CheckConstraint("length(currency) = 3", name="currency"),
        {"schema": PLATFORM_SCHEMA},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    status: Mapped[str] = mapped_column(default=TenantStatus.ACTIVE)
    time_zone: Mapped[str]
    currency: Mapped[str]
    tax_mode: Mapped[str] = mapped_column(default=TaxMode.PER_LINE)
    policy_version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
