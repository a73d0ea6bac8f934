"""Tables of stored files."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import Identified, Table, TenantOwned, belongs_to, one_of
from app.storage.rules.purposes import FilePurpose


class StoredFile(Identified, Table):
    """A file of an organisation: promised first, stored when its bytes have come, then used.

    `membership_id` is of whoever uploads it; what is made here has none. What is never used is
    deleted. Who may read a file is decided by what uses it.
    """

    __tablename__ = "stored_file"
    __table_args__ = (
        belongs_to("organisation_id", "organisation"),
        belongs_to("membership_id", "membership"),
        one_of("purpose", FilePurpose),
        CheckConstraint("size > 0", name="size"),
        CheckConstraint(
            "(stored_at IS NULL) = (sha256 IS NULL) AND (stored_at IS NULL) = (media_type IS NULL) "
            "AND (used_at IS NULL OR stored_at IS NOT NULL)",
            name="stored",
        ),
        Index(
            "ix_stored_file_unused",
            "tenant_id",
            "organisation_id",
            "created_at",
            postgresql_where=text("used_at IS NULL"),
        ),
    )

    organisation_id: Mapped[UUID]
    membership_id: Mapped[UUID | None]
    purpose: Mapped[str]
    file_name: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str | None]
    sha256: Mapped[str | None]
    created_at: Mapped[datetime]
    stored_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]


class StoredFilePart(TenantOwned, Table):
    """Some of a file's bytes, in order from part 1; all parts but the last are of one length."""

    __tablename__ = "stored_file_part"
    __table_args__ = (
        belongs_to("file_id", "stored_file", on_delete="CASCADE"),
        CheckConstraint("number > 0", name="number"),
    )

    file_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes]
