"""Arrays as PostgreSQL writes them: the driver writes them item by item, ten times as slowly."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Cast, Integer, Text, Uuid, bindparam, cast
from sqlalchemy.types import TypeEngine


def array_bind(name: str, kind: TypeEngine[Any]) -> Cast[Any]:
    """Make a parameter of ids or numbers, which is given as `array_text`."""
    return cast(bindparam(name, type_=Text()), ARRAY(kind))


def ids_bind(name: str) -> Cast[Any]:
    """Make a parameter of ids, which is given as `ids_text`."""
    return array_bind(name, Uuid())


def numbers_bind(name: str) -> Cast[Any]:
    """Make a parameter of whole numbers, which is given as `numbers_text`."""
    return array_bind(name, Integer())


def array_text(values: Iterable[UUID | Decimal | int]) -> str:
    """Write ids or numbers: nothing in them needs quotes."""
    return "{" + ",".join(map(str, values)) + "}"


def ids_text(ids: Iterable[UUID]) -> str:
    """Write ids; what is asked often may be written once."""
    return "{" + ",".join([f"{each.int:032x}" for each in ids]) + "}"


def numbers_text(numbers: Iterable[int]) -> str:
    """Write whole numbers."""
    return "{" + ",".join(map(str, numbers)) + "}"
