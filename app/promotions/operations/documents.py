"""Scheme versions as the rules read them: each document is read once a process, then kept.

A version never changes once it is written, so its id is all that a cache needs to know.
"""

from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from app.kernel.document import from_plain
from app.kernel.period import Period
from app.promotions.rules.basket import Scheme
from app.promotions.rules.book import SchemeBook
from app.promotions.rules.terms import SchemeTerms

MOST_SCHEMES = 20_000
MOST_BOOKS = 500

Key = TypeVar("Key")
Value = TypeVar("Value")


class _Recent(Generic[Key, Value]):
    """The values used last, up to a number of them."""

    def __init__(self, most: int) -> None:
        self._most: Final = most
        self._values: OrderedDict[Key, Value] = OrderedDict()

    def get(self, key: Key) -> Value | None:
        found = self._values.get(key)
        if found is not None:
            self._values.move_to_end(key)
        return found

    def put(self, key: Key, value: Value) -> Value:
        self._values[key] = value
        self._values.move_to_end(key)
        if len(self._values) > self._most:
            self._values.popitem(last=False)
        return value


_schemes: _Recent[UUID, Scheme] = _Recent(MOST_SCHEMES)
_books: _Recent[tuple[UUID, ...], SchemeBook] = _Recent(MOST_BOOKS)
_seen: _Recent[UUID, tuple[UUID, ...]] = _Recent(MOST_BOOKS)


def terms_of(document: dict[str, Any]) -> SchemeTerms:
    """Read the terms of a version."""
    return from_plain(SchemeTerms, document)


def known_schemes(seller_id: UUID) -> dict[UUID, Scheme]:
    """Return the versions of a seller that need not be read again, by id."""
    held = ((key, _schemes.get(key)) for key in _seen.get(seller_id) or ())
    return {key: scheme for key, scheme in held if scheme is not None}


def remember(  # noqa: PLR0913, PLR0917  # the columns of one version
    scheme_id: UUID,
    name: str,
    version_id: UUID,
    valid_from: datetime,
    valid_until: datetime | None,
    document: dict[str, Any],
) -> Scheme:
    """Return a version as the rules read it."""
    scheme = Scheme(
        scheme_id=scheme_id,
        version_id=version_id,
        name=name,
        period=Period(valid_from, valid_until),
        terms=terms_of(document),
    )
    return _schemes.put(version_id, scheme)


def book_of(seller_id: UUID, schemes: Iterable[Scheme]) -> SchemeBook:
    """Return the book of these schemes of a seller, made ready once for each set of versions."""
    ordered = sorted(schemes, key=lambda scheme: scheme.version_id)
    ids = tuple(scheme.version_id for scheme in ordered)
    _seen.put(seller_id, ids)
    return _books.get(ids) or _books.put(ids, SchemeBook(ordered))
