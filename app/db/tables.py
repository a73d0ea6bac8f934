"""The common shape of tables: names, keys that begin with the tenant (F1), exact number types."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKeyConstraint,
    MetaData,
    Numeric,
    Text,
    Uuid,
    inspect,
)
from sqlalchemy import Table as CoreTable
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from app.kernel.ids import new_id

PLATFORM_SCHEMA = "platform"
AMOUNT = Numeric(19, 4)
QUANTITY = Numeric(18, 6)
PERCENT = Numeric(9, 4)

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(DeclarativeBase):
    """The base of every table; text is `text`, instants are UTC, numbers are exact (F6)."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map: Mapping[Any, Any] = {
        str: Text(),
        UUID: Uuid(),
        datetime: DateTime(timezone=True),
        Decimal: AMOUNT,
        dict[str, Any]: JSONB(),
        list[Any]: JSONB(),
    }


class TenantOwned:
    """A row of one tenant: its key begins with the tenant, and row-level security guards it."""

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-2)


class Identified(TenantOwned):
    """A tenant's row with an identifier of its own."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-1)


def belongs_to(column: str, table: str, *, on_delete: str | None = None) -> ForeignKeyConstraint:
    """Point to another row of the same tenant; a plain key could point into another's (F1)."""
    return ForeignKeyConstraint(
        ["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"], ondelete=on_delete
    )


def one_of(column: str, values: Iterable[StrEnum]) -> CheckConstraint:
    """Hold a text column to an enumeration; text, since enum operators are not leakproof."""
    listed = ", ".join(f"'{value.value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def table_of(mapped: type[Table | TenantOwned]) -> CoreTable:
    """Return the table of a class, for statements that the session need not follow.

    They name their tenant themselves.
    """
    return cast("CoreTable", inspect(mapped).local_table)


def tenant_tables() -> list[str]:
    """Return the names of all tables under row-level security, sorted."""
    return sorted(name for name in Table.metadata.tables if "." not in name)
