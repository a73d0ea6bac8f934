"""Carriers, what they are asked and report; exceptions with an owner; goods lost on their way."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import steps
from migrations.row_level_security import guard

revision: str = "0040"
down_revision: str | None = "0039"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STATUSES = (
    "status IN ('PLANNED', 'IN_TRANSIT', 'DELAYED', 'ARRIVED', 'SIGNED', 'REFUSED',"
    " 'RETURNED_TO_WAREHOUSE', 'LOST', 'CANCELLED')"
)
CHECKS = (
    ("shipment", "status", STATUSES),
    ("tracking_event", "status", STATUSES),
    ("shipment_line", "outcome_positive", "signed >= 0 AND refused >= 0 AND lost >= 0"),
    ("shipment_line", "outcome_within_quantity", "signed + refused + lost <= quantity"),
)
TABLES = ("carrier", "carrier_secret", "carrier_booking", "carrier_report")


def upgrade() -> None:
    # Before other tables, as servers read roles before them.
    _grant("CARRIER_WRITE", {"ENTERPRISE_ADMIN": "ORGANISATION", "LOGISTICS": "ORGANISATION"})
    op.create_table(
        "carrier",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("adapter", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("tracking_address", sa.Text(), nullable=False),
        sa.Column("services", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "adapter = 'MANUAL' OR url IS NOT NULL", name=op.f("ck_carrier_http_has_url")
        ),
        sa.CheckConstraint("adapter IN ('MANUAL', 'HTTP')", name=op.f("ck_carrier_adapter")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "organisation_id"],
            ["organisation.tenant_id", "organisation.id"],
            name=op.f("fk_carrier_tenant_id_organisation_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_carrier")),
        sa.UniqueConstraint(
            "tenant_id",
            "organisation_id",
            "name",
            name=op.f("uq_carrier_tenant_id_organisation_id_name"),
        ),
    )
    op.create_table(
        "carrier_secret",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("carrier_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "carrier_id"],
            ["carrier.tenant_id", "carrier.id"],
            name=op.f("fk_carrier_secret_tenant_id_carrier_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_carrier_secret")),
    )
    op.create_index(
        op.f("ix_carrier_secret_tenant_id_carrier_id"),
        "carrier_secret",
        ["tenant_id", "carrier_id"],
        unique=False,
    )
    op.create_table(
        "carrier_booking",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("carrier_id", sa.Uuid(), nullable=False),
        sa.Column("shipment_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by_membership_id", sa.Uuid(), nullable=True),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("give_up_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(status IN ('PENDING', 'CANCELLING')) = (next_try_at IS NOT NULL)",
            name=op.f("ck_carrier_booking_waits"),
        ),
        sa.CheckConstraint(
            "status IN ('PENDING', 'BOOKED', 'REFUSED', 'GIVEN_UP', 'CANCELLING', 'CANCELLED', 'CANCEL_UNHEARD')",
            name=op.f("ck_carrier_booking_status"),
        ),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_carrier_booking_tries")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "asked_by_membership_id"],
            ["membership.tenant_id", "membership.id"],
            name=op.f("fk_carrier_booking_tenant_id_asked_by_membership_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "carrier_id"],
            ["carrier.tenant_id", "carrier.id"],
            name=op.f("fk_carrier_booking_tenant_id_carrier_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "shipment_id"],
            ["shipment.tenant_id", "shipment.id"],
            name=op.f("fk_carrier_booking_tenant_id_shipment_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_carrier_booking")),
        sa.UniqueConstraint(
            "tenant_id",
            "shipment_id",
            "carrier_id",
            name=op.f("uq_carrier_booking_tenant_id_shipment_id_carrier_id"),
        ),
    )
    op.create_index(
        op.f("ix_carrier_booking_tenant_id_carrier_id_reference"),
        "carrier_booking",
        ["tenant_id", "carrier_id", "reference"],
        unique=False,
    )
    op.create_index(
        "ix_carrier_booking_waiting",
        "carrier_booking",
        ["tenant_id", "next_try_at"],
        unique=False,
        postgresql_where=sa.text("next_try_at IS NOT NULL"),
    )
    op.create_table(
        "carrier_report",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("carrier_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("shipment_id", sa.Uuid(), nullable=True),
        sa.Column("named", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('TAKEN', 'OUT_OF_ORDER', 'NOT_LEFT', 'ENDED', 'UNKNOWN_SHIPMENT')",
            name=op.f("ck_carrier_report_outcome"),
        ),
        sa.CheckConstraint(
            "status IN ('PICKED_UP', 'IN_TRANSIT', 'DELAYED', 'ARRIVED', 'WAITING', 'DELIVERED', 'LOST', 'DAMAGED', 'ACCIDENT', 'REFUSED')",
            name=op.f("ck_carrier_report_status"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "carrier_id"],
            ["carrier.tenant_id", "carrier.id"],
            name=op.f("fk_carrier_report_tenant_id_carrier_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "shipment_id"],
            ["shipment.tenant_id", "shipment.id"],
            name=op.f("fk_carrier_report_tenant_id_shipment_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_carrier_report")),
        sa.UniqueConstraint(
            "tenant_id",
            "carrier_id",
            "message_id",
            name=op.f("uq_carrier_report_tenant_id_carrier_id_message_id"),
        ),
    )
    op.create_index(
        op.f("ix_carrier_report_tenant_id_carrier_id_id"),
        "carrier_report",
        ["tenant_id", "carrier_id", "id"],
        unique=False,
    )
    op.add_column("shipment", sa.Column("carrier_id", sa.Uuid(), nullable=True))
    op.execute(
        "ALTER TABLE shipment ADD CONSTRAINT fk_shipment_tenant_id_carrier_id"
        " FOREIGN KEY (tenant_id, carrier_id) REFERENCES carrier (tenant_id, id) NOT VALID"
    )
    op.execute("ALTER TABLE shipment VALIDATE CONSTRAINT fk_shipment_tenant_id_carrier_id")
    _widen_exceptions()
    _let_goods_be_lost()
    for table in TABLES:
        guard(table)


def _widen_exceptions() -> None:
    for column in (
        sa.Column("shipment_id", sa.Uuid(), nullable=True),
        sa.Column("owner_membership_id", sa.Uuid(), nullable=True),
        sa.Column("explanation", sa.Text(), nullable=True),
        sa.Column("explained_at", sa.DateTime(timezone=True), nullable=True),
    ):
        op.add_column("order_exception", column)
    for column, parent in (("shipment_id", "shipment"), ("owner_membership_id", "membership")):
        name = f"fk_order_exception_tenant_id_{column}"
        op.execute(
            f"ALTER TABLE order_exception ADD CONSTRAINT {name} FOREIGN KEY (tenant_id, {column})"
            f" REFERENCES {parent} (tenant_id, id) NOT VALID"
        )
        op.execute(f"ALTER TABLE order_exception VALIDATE CONSTRAINT {name}")


def _let_goods_be_lost() -> None:
    op.add_column(
        "shipment", sa.Column("late_noted_for", sa.DateTime(timezone=True), nullable=True)
    )
    op.add_column(
        "shipment_line", sa.Column("lost", sa.Numeric(18, 6), server_default="0", nullable=False)
    )
    for table, name, condition in CHECKS:
        op.drop_constraint(op.f(f"ck_{table}_{name}"), table, type_="check")
        op.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_{name} CHECK ({condition}) NOT VALID"
        )
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT ck_{table}_{name}")


def _grant(permission: str, scopes: dict[str, str]) -> None:
    _force_row_level_security("NO FORCE")
    granted = sa.text(
        "INSERT INTO role_grant (tenant_id, role_id, permission, scope, effect)"
        " SELECT tenant_id, id, :permission, :scope, 'ALLOW' FROM role WHERE code = :code"
    )
    for code, scope in scopes.items():
        op.execute(granted.bindparams(permission=permission, scope=scope, code=code))
    _force_row_level_security("FORCE")
    op.execute("UPDATE platform.tenant SET policy_version = policy_version + 1")


def _force_row_level_security(word: str) -> None:
    for table in ("role", "role_grant"):
        op.execute(f"ALTER TABLE {table} {word} ROW LEVEL SECURITY")


def downgrade() -> None:
    steps.wait_for_servers()
    _force_row_level_security("NO FORCE")
    op.execute("DELETE FROM role_grant WHERE permission = 'CARRIER_WRITE'")
    _force_row_level_security("FORCE")
    for column in ("shipment_id", "owner_membership_id", "explanation", "explained_at"):
        op.drop_column("order_exception", column)
    op.drop_constraint(op.f("ck_shipment_line_outcome_positive"), "shipment_line", type_="check")
    op.drop_constraint(
        op.f("ck_shipment_line_outcome_within_quantity"), "shipment_line", type_="check"
    )
    op.drop_column("shipment_line", "lost")
    for name, condition in (
        ("outcome_positive", "signed >= 0 AND refused >= 0"),
        ("outcome_within_quantity", "signed + refused <= quantity"),
    ):
        op.create_check_constraint(op.f(f"ck_shipment_line_{name}"), "shipment_line", condition)
    op.drop_column("shipment", "late_noted_for")
    op.drop_constraint(op.f("fk_shipment_tenant_id_carrier_id"), "shipment", type_="foreignkey")
    op.drop_column("shipment", "carrier_id")
    op.drop_index(op.f("ix_carrier_report_tenant_id_carrier_id_id"), table_name="carrier_report")
    op.drop_table("carrier_report")
    op.drop_index(
        "ix_carrier_booking_waiting",
        table_name="carrier_booking",
        postgresql_where=sa.text("next_try_at IS NOT NULL"),
    )
    op.drop_index(
        op.f("ix_carrier_booking_tenant_id_carrier_id_reference"), table_name="carrier_booking"
    )
    op.drop_table("carrier_booking")
    op.drop_index(op.f("ix_carrier_secret_tenant_id_carrier_id"), table_name="carrier_secret")
    op.drop_table("carrier_secret")
    op.drop_table("carrier")
