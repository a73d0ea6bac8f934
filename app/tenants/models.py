"""The platform's table of tenants: outside row-level security, since it names who may be inside."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import PLATFORM_SCHEMA, Table, one_of
from app.kernel.ids import new_id
from app.kernel.money import FreeGoodsTax, TaxMode


class TenantStatus(StrEnum):
    """Whether anyone inside may work."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"


class BandRule(StrEnum):
    """Whether price bands bind the levels below, or only warn (law differs by country)."""

    BINDING = "BINDING"
    ADVISORY = "ADVISORY"


class Tenant(Table):
    """One distribution network; `policy_version` rises with every change of roles or grants.

    With `requires_proven_email` nobody acts in it whose e-mail address is not proved (R0-23).
    """

    __tablename__ = "tenant"
    __table_args__ = (
        one_of("status", TenantStatus),
        one_of("tax_mode", TaxMode),
        one_of("band_rule", BandRule),
        one_of("free_goods_tax", FreeGoodsTax),
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
    band_rule: Mapped[str] = mapped_column(default=BandRule.BINDING)
    free_goods_tax: Mapped[str] = mapped_column(default=FreeGoodsTax.DISCOUNT)
    requires_proven_email: Mapped[bool] = mapped_column(default=False)
    policy_version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]


class TenantErasure(Table):
    """That a network was taken away for good, or is being: only the schema's owner writes it.

    `removed` counts rows by table, and rises with each step; `certificate` is there at the end.
    `archive` is the SHA-256 of the archive that was named, if one was.
    """

    __tablename__ = "tenant_erasure"
    __table_args__ = (
        Index(
            "uq_tenant_erasure_unfinished",
            "tenant_id",
            unique=True,
            postgresql_where=text("finished_at IS NULL"),
        ),
        {"schema": PLATFORM_SCHEMA},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    tenant_id: Mapped[UUID]
    slug: Mapped[str]
    name: Mapped[str]
    erased_by: Mapped[str]
    archive: Mapped[str | None]
    began_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    removed: Mapped[dict[str, Any]]
    certificate: Mapped[dict[str, Any] | None]


class TrialKind(StrEnum):
    """What somebody asks for: to be shown the system, or to try it out."""

    DEMO = "DEMO"
    TRIAL = "TRIAL"


class TrialState(StrEnum):
    """WAITING once the e-mail is confirmed; ENDED when the trial is over and nobody went on."""

    UNCONFIRMED = "UNCONFIRMED"
    WAITING = "WAITING"
    ACCEPTED = "ACCEPTED"
    REFUSED = "REFUSED"
    ENDED = "ENDED"


class TrialRequest(Table):
    """That somebody asks for a network of their own, and what became of it (R3-65)."""

    __tablename__ = "trial_request"
    __table_args__ = (
        one_of("kind", TrialKind),
        one_of("state", TrialState),
        Index(None, "state", "id"),
        Index(None, "founded_tenant_id"),
        {"schema": PLATFORM_SCHEMA},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default=TrialState.UNCONFIRMED)
    company: Mapped[str]
    name: Mapped[str]
    email: Mapped[str]
    message: Mapped[str]
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    reason: Mapped[str | None]
    founded_tenant_id: Mapped[UUID | None]
    ends_at: Mapped[datetime | None]
