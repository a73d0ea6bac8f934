"""Frozen dataclasses and named tuples as plain data that JSON can hold, and back without loss."""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from types import NoneType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints
from uuid import UUID

import orjson

from app.kernel.period import utc_instant

Record = TypeVar("Record")


class WrittenJson(bytes):
    """JSON in bytes, for whoever writes it into something larger as it is."""

    __slots__ = ()


class UnreadableDocument(ValueError):
    """The document was not written by this program, or has been changed since."""


def to_plain(value: object) -> Any:
    """Write decimals, ids and instants as text, tuples as lists, records and maps as objects."""
    if value is None or isinstance(value, int):
        return value
    if isinstance(value, datetime):
        return utc_instant(value).isoformat()
    if _is_record(kind := type(value)):
        return {name: to_plain(getattr(value, name)) for name in _names(kind)}
    if isinstance(value, tuple):
        return [to_plain(item) for item in cast("tuple[object, ...]", value)]
    if isinstance(value, Mapping):
        mapping = cast("Mapping[object, object]", value)
        return {str(key): to_plain(item) for key, item in mapping.items()}
    return str(value)


def to_json(value: object) -> bytes:
    """Write what `to_plain` writes, as JSON: much faster for large documents.

    Records without slots are for `to_plain`: what they have worked out would be written too.
    """
    return orjson.dumps(value, _plain, orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_NON_STR_KEYS)


def from_plain(record: type[Record], document: object) -> Record:
    """Read what to_plain wrote; fails on missing, unknown or misshapen fields.

    A field that an older version did not know yet takes its default, if it has one.
    """
    try:
        return _read(record, document)
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as cause:
        raise UnreadableDocument(f"not a {record.__name__}: {cause}") from cause


def _plain(value: Any) -> Any:
    """Write what JSON does not know, one level of it."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, tuple):
        record: Any = cast("tuple[object, ...]", value)
        return record._asdict() if hasattr(record, "_fields") else list(record)
    return to_plain(value)


@cache
def _hints(record: type) -> dict[str, Any]:
    return get_type_hints(record)


@cache
def _is_record(kind: Any) -> bool:
    return is_dataclass(kind) or hasattr(kind, "_fields")


@cache
def _names(record: type[Any]) -> tuple[str, ...]:
    if is_dataclass(record):
        return tuple(field.name for field in fields(record))
    return cast("tuple[str, ...]", record._fields)


@cache
def _required(record: type[Any]) -> frozenset[str]:
    if not is_dataclass(record):
        return frozenset(_names(record)) - record._field_defaults.keys()
    return frozenset(
        field.name
        for field in fields(record)
        if field.default is MISSING and field.default_factory is MISSING
    )


def _read(hint: Any, value: Any) -> Any:
    if get_origin(hint) is tuple:
        return tuple(_read(get_args(hint)[0], item) for item in cast("list[Any]", _as(list, value)))
    if get_origin(hint) in (dict, Mapping):
        key, item = get_args(hint)
        pairs = cast("dict[str, Any]", _as(dict, value)).items()
        return {_read_leaf(key, name): _read(item, plain) for name, plain in pairs}
    if NoneType in get_args(hint):
        return None if value is None else _read(get_args(hint)[0], value)
    if _is_record(hint):
        return _read_record(cast("type[Any]", hint), cast("dict[str, Any]", _as(dict, value)))
    return _read_leaf(hint, value)


def _read_record(record: type[Any], value: dict[str, Any]) -> Any:
    hints = _hints(record)
    strange = (value.keys() - hints.keys()) | (_required(record) - value.keys())
    if strange:
        raise KeyError(*sorted(strange))
    return record(**{name: _read(hints[name], plain) for name, plain in value.items()})


def _read_leaf(hint: Any, value: Any) -> Any:
    if hint is bool:
        return _as(bool, value)
    if hint is int and not isinstance(value, bool):
        return _as(int, value)
    text = _as(str, value)
    if hint is datetime:
        return utc_instant(datetime.fromisoformat(text))
    if hint in (str, Decimal, UUID) or issubclass(hint, StrEnum):
        return hint(text)
    raise TypeError(f"cannot read a {hint}")


def _as(kind: type[Record], value: Any) -> Record:
    if not isinstance(value, kind):
        raise TypeError(f"{value!r} is not a {kind.__name__}")
    return value
