"""Connections over keyset pages; a cursor is opaque and holds the sort key only."""

import base64
import binascii
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

import orjson
from strawberry import relay

from app.kernel.errors import Invalid
from app.kernel.paging import DEFAULT_PAGE_SIZE, Page, PageRequest

Row = TypeVar("Row")
FIRST = DEFAULT_PAGE_SIZE
_MOST_CURSORS = 5_000
"""Pages that are asked again and again write their cursors once."""


def page_request(first: int, after: str | None) -> PageRequest:
    """Read a connection's arguments; raises `Invalid` naming the one at fault."""
    return PageRequest(first, _key(after) if after is not None else None)


def connection(page: Page[Row], node: Callable[[Row], Any]) -> Any:
    """Make a connection of a page, in the page's order."""
    edges = [relay.Edge(node=node(row), cursor=_cursor(page.key_of(row))) for row in page.rows]
    return relay.Connection(
        edges=edges,
        page_info=relay.PageInfo(
            has_next_page=page.has_next,
            has_previous_page=False,
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        ),
    )


@lru_cache(_MOST_CURSORS)
def _cursor(key: tuple[str, ...]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(key)).decode()


def _key(cursor: str) -> tuple[str, ...]:
    try:
        parts = orjson.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (binascii.Error, orjson.JSONDecodeError, ValueError):
        parts = None
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):  # pyright: ignore[reportUnknownVariableType]
        raise Invalid("after", "must be a cursor that this connection gave out")
    return tuple(str(part) for part in parts)  # pyright: ignore[reportUnknownVariableType,reportUnknownArgumentType]
