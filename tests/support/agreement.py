"""When two answers to one operation agree: the same data to the byte, errors alike."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from graphql import GraphQLError

Place = tuple[str | int, ...]
Nulls = dict[Place, set[tuple[Any, ...]]]
"""The errors at or below each null."""


def disagreement(
    ours: tuple[Any, Sequence[GraphQLError]],
    theirs: tuple[Any, Sequence[GraphQLError]],
    candidates: Iterable[GraphQLError] | None = None,
) -> str | None:
    """Say where our answer differs from graphql-core's in what is not left open, or none.

    Left open by the specification are errors that cannot be seen in the data, since a null above
    them hides them, and which of several errors made a null; decision 16 says more. With
    `candidates`, all errors that our run met, theirs must be among them.
    """
    if _bytes(ours[0]) != _bytes(theirs[0]):
        return f"data: ours {ours[0]!r}\ntheirs {theirs[0]!r}"
    if any(not error.path for error in theirs[1]):
        return _without_place(ours[1], theirs[1])
    our_nulls, their_nulls = _by_null(*ours), _by_null(*theirs)
    if our_nulls.keys() != their_nulls.keys():
        return f"nulls with errors: ours {[*our_nulls]}\ntheirs {[*their_nulls]}"
    return _of_nulls(our_nulls, their_nulls, candidates)


def _of_nulls(
    our_nulls: Nulls, their_nulls: Nulls, candidates: Iterable[GraphQLError] | None
) -> str | None:
    met = None if candidates is None else {shown(error) for error in candidates}
    for null, mine in our_nulls.items():
        if len(mine) != 1:
            return f"{len(mine)} errors for one null at {null}: {mine}"
        if met is not None and not their_nulls[null] <= met:
            return f"at {null} we never met {their_nulls[null] - met}"
        if met is None and not mine <= their_nulls[null]:
            return f"at {null} ours {mine}\ntheirs {their_nulls[null]}"
    return None


def shown(error: GraphQLError) -> tuple[Any, ...]:
    """What a client or a log sees of an error."""
    return (
        tuple(error.path or ()),
        error.message,
        tuple((place.line, place.column) for place in error.locations or ()),
        type(error.original_error).__name__,
    )


def _without_place(ours: Sequence[GraphQLError], theirs: Sequence[GraphQLError]) -> str | None:
    mine, other = [shown(error) for error in ours], [shown(error) for error in theirs]
    return None if mine == other else f"errors: ours {mine}\ntheirs {other}"


def _by_null(data: Any, errors: Sequence[GraphQLError]) -> Nulls:
    found: Nulls = defaultdict(set)
    for error in errors:
        found[_null_above(data, tuple(error.path or ()))].add(shown(error))
    return dict(found)


def _null_above(data: Any, path: Place) -> Place:
    for depth, key in enumerate(path):
        if data is None:
            return path[:depth]
        data = data[key]
    assert data is None, f"an error at {path}, where there is data"
    return path


def _bytes(data: Any) -> bytes:
    """Write data; a scalar that lets everything pass, as JSON does, may hold what has no JSON."""
    return orjson.dumps(data, default=lambda odd: {"no JSON": type(odd).__name__})
