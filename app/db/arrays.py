"""Arrays as PostgreSQL writes them: the driver writes them item by item, ten times as slowly."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Cast, Integer, Text, Uuid, bindparam, cast


def ids_bind(name: str) -> Cast[Any]:
    """Make a parameter of ids, which is given as `ids_text`."""
    return cast(bindparam(name, type_=Text()), ARRAY(Uuid()))


def numbers_bind(name: str) -> Cast[Any]:
    """Make a parameter of whole numbers, which is given as `numbers_text`."""
    return cast(bindparam(name, type_=Text()), ARRAY(Integer()))


def ids_text(ids: Iterable[UUID]) -> str:
    """Write ids; what is asked often may be written once."""
    return "{" + ",".join([f"{each.int:032x}" for each in ids]) + "}"


def numbers_text(numbers: Iterable[int]) -> str:
    """Write whole numbers."""
    return "{" + ",".join(map(str, numbers)) + "}"
