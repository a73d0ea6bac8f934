"""Keyset pages in SQL: order by a key, begin after it, fetch one row more than the page holds."""

from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, literal, select, true, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from app.kernel.errors import Invalid
from app.kernel.paging import PageRequest

Rows = TypeVar("Rows", bound=Select[*tuple[Any, ...]])


def keyset(
    statement: Rows, page: PageRequest, *columns: ColumnElement[Any] | InstrumentedAttribute[Any]
) -> Rows:
    """Hold a select to one page, in the order of the columns; the last one tells rows apart.

    Raises `Invalid` for a key that does not fit the columns.
    """
    return statement.where(_after(page, columns)).order_by(*columns).limit(page.size + 1)


def keyset_of_each(
    statement: Rows,
    page: PageRequest,
    owner: InstrumentedAttribute[UUID],
    *columns: InstrumentedAttribute[Any],
) -> Rows:
    """Hold a select to one page of every owner's rows, owners mixed; the last column is the id."""
    place = func.row_number().over(partition_by=owner, order_by=columns)
    ranked = (
        statement.with_only_columns(owner, columns[-1].label("row_id"), place.label("place"))
        .where(_after(page, columns))
        .subquery()
    )
    chosen = select(ranked.c.row_id).where(ranked.c.place <= page.size + 1)
    return statement.where(columns[-1].in_(chosen)).order_by(*columns)


def newest_first(
    statement: Rows, page: PageRequest, identifier: InstrumentedAttribute[UUID]
) -> Rows:
    """Hold a select to one page, the newest row first: identifiers sort by when they were made.

    Raises `Invalid` for a key that does not fit.
    """
    before = true()
    if page.after is not None:
        try:
            (text,) = page.after
            before = identifier < UUID(text)
        except ValueError:
            raise Invalid("after", "must be a cursor that this connection gave out") from None
    return statement.where(before).order_by(identifier.desc()).limit(page.size + 1)


def _after(
    page: PageRequest, columns: tuple[ColumnElement[Any] | InstrumentedAttribute[Any], ...]
) -> ColumnElement[bool]:
    if page.after is None:
        return true()
    try:
        key = [_read(text, column) for text, column in zip(page.after, columns, strict=True)]
    except ValueError:
        raise Invalid("after", "must be a cursor that this connection gave out") from None
    return tuple_(*columns) > tuple_(*key)


def _read(text: str, column: ColumnElement[Any] | InstrumentedAttribute[Any]) -> ColumnElement[Any]:
    kind = column.type.python_type
    value = kind.fromisoformat(text) if issubclass(kind, date) else kind(text)
    return literal(value, column.type)
