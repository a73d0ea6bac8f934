"""Signed records of hand-overs and deliveries, the tries of codes, and what buyers say of them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations import steps

revision: str = "0054"
down_revision: str | None = "0053"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

PARENTS = {
    "handed_over_by_membership_id": "membership",
    "handed_over_signature_id": "stored_file",
    "signed_by_membership_id": "membership",
    "signature_id": "stored_file",
    "photo_id": "stored_file",
}
CHECKS = {"wrong_codes": "wrong_codes >= 0", "rating": "rating BETWEEN 1 AND 5"}
MOMENTS = ("code_confirmed_at", "wrong_code_at", "rated_at")


def upgrade() -> None:
    for name in PARENTS:
        op.add_column("shipment", sa.Column(name, sa.Uuid(), nullable=True))
    for name in MOMENTS:
        op.add_column("shipment", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "shipment", sa.Column("wrong_codes", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column("shipment", sa.Column("rating", sa.Integer(), nullable=True))
    op.add_column("shipment", sa.Column("rating_words", sa.Text(), nullable=True))
    for name, condition in CHECKS.items():
        _constrain(f"ck_shipment_{name}", f"CHECK ({condition})")
    for name, parent in PARENTS.items():
        key = f"FOREIGN KEY (tenant_id, {name}) REFERENCES {parent} (tenant_id, id)"
        _constrain(f"fk_shipment_tenant_id_{name}", key)


def _constrain(name: str, rule: str) -> None:
    """Add a rule without reading the rows under the lock that adds it."""
    op.execute(f"ALTER TABLE shipment ADD CONSTRAINT {name} {rule} NOT VALID")
    op.execute(f"ALTER TABLE shipment VALIDATE CONSTRAINT {name}")


def downgrade() -> None:
    steps.wait_for_servers()
    for name in PARENTS:
        op.drop_constraint(op.f(f"fk_shipment_tenant_id_{name}"), "shipment", type_="foreignkey")
    for name in CHECKS:
        op.drop_constraint(op.f(f"ck_shipment_{name}"), "shipment", type_="check")
    for name in (*PARENTS, *MOMENTS, "wrong_codes", "rating", "rating_words"):
        op.drop_column("shipment", name)
