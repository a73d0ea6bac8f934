"""Keyset paging: a page is 'what comes after this key', so deep pages cost what the first costs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.kernel.errors import Invalid

Row = TypeVar("Row")

MAX_PAGE_SIZE = 100
DEFAULT_PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class PageRequest:
    """The first `size` rows after `after` (a sort key), at most 100 a page (F10)."""

    size: int = DEFAULT_PAGE_SIZE
    after: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        """Refuse sizes outside 1 to 100."""
        if not 1 <= self.size <= MAX_PAGE_SIZE:
            raise Invalid("first", f"must be between 1 and {MAX_PAGE_SIZE}")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows in the query's order, and whether more follow."""

    rows: Sequence[Row]
    has_next: bool
    key_of: Callable[[Row], tuple[str, ...]]


def page_of(
    rows: Sequence[Row], request: PageRequest, key_of: Callable[[Row], tuple[str, ...]]
) -> Page[Row]:
    """Cut a page from rows fetched with `limit(request.size + 1)`."""
    return Page(rows[: request.size], len(rows) > request.size, key_of)
