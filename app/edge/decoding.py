"""From a request's bytes to what was asked: exactly JSON, exactly once, within bounds.

What two readers could read in two ways is refused: other encodings, a key given twice, numbers
that are no numbers, integers beyond 64 bits.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, NoReturn, cast
from urllib.parse import parse_qsl

import orjson

from app.edge.errors import INVALID, BadRequest
from app.schema.edge import TEXT_PROBLEM, unstorable

MOST_LEVELS = 40
"""How deep objects and lists may stand in each other in a body; our inputs need eight."""
MOST_VALUES = 150_000
"""How many commas a body may have: 10,000 rows of 12 fields pass, 4 MB of numbers do not."""
_INTEGERS = range(-(2**63), 2**64)
_MOST_DIGITS = 20
_MOST_PARAMETERS = 16
_MEDIA_TYPE = "application/json"
_EXACTLY = b"application/json"
_SPACES = b" \t\r\n"


class Asked(NamedTuple):
    """One operation as its caller wrote it: `query` or `document_id`, never both."""

    query: str | None
    document_id: str | None
    operation_name: str | None
    variables: dict[str, Any] | None
    extensions: dict[str, Any] | None


def check_media_type(given: bytes | None) -> None:
    """Accept `application/json` in UTF-8 and nothing else; raises `BadRequest` 415."""
    if given == _EXACTLY:
        return
    name, *parameters = (given or b"").decode("latin-1").lower().split(";")
    charsets = [item.strip() for item in parameters if item.strip()]
    if name.strip() != _MEDIA_TYPE or charsets not in ([], ["charset=utf-8"], ['charset="utf-8"']):
        raise BadRequest(415, f"send the operation as {_MEDIA_TYPE} in UTF-8")


def decode(body: bytes | bytearray, most_levels: int = MOST_LEVELS) -> Asked:
    """Read the body of a POST; raises `BadRequest`, naming the field at fault if there is one."""
    return understood(_loaded(body, "the body", most_levels))


def decode_message(text: bytes, most_levels: int = MOST_LEVELS) -> Any:  # decoded JSON
    """Read a message of a WebSocket as strictly as a body; raises `BadRequest`."""
    return _loaded(text, "the message", most_levels)


def decode_url(query_string: bytes, most_levels: int = MOST_LEVELS) -> Asked:
    """Read a GET's address, whose `variables` and `extensions` are JSON; raises `BadRequest`."""
    try:
        pairs = parse_qsl(
            query_string.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_PARAMETERS,
        )
    except ValueError:
        raise BadRequest(400, "the address cannot be read") from None
    if len(dict(pairs)) < len(pairs):
        raise BadRequest(400, "the address gives a parameter twice")
    given: dict[str, Any] = dict(pairs)
    for name in ("variables", "extensions"):
        if name in given:
            given[name] = _loaded(given[name].encode(), name, most_levels)
    if not given.get("operationName"):
        given.pop("operationName", None)
    return understood(given)


def understood(given: Any) -> Asked:
    """Take one operation from decoded JSON; raises `BadRequest`, naming the field at fault."""
    if type(given) is not dict:
        raise BadRequest(400, "the body must be one JSON object; operations are sent one by one")
    entries = cast("dict[str, Any]", given)
    query, document_id = _text(entries, "query"), _text(entries, "documentId")
    if (query is None) is (document_id is None):
        raise BadRequest(400, "give either query or documentId", extensions={"field": "query"})
    return Asked(
        query,
        document_id,
        _text(entries, "operationName"),
        _object(entries, "variables"),
        _object(entries, "extensions"),
    )


def _text(entries: Mapping[str, Any], name: str) -> str | None:
    value = entries.get(name)
    if value is not None and type(value) is not str:
        raise _wrong(name, "must be text")
    return value


def _object(entries: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    value = entries.get(name)
    if value is not None and type(value) is not dict:
        raise _wrong(name, "must be an object")
    return cast("dict[str, Any] | None", value)


def _wrong(field: str, problem: str) -> BadRequest:
    return BadRequest(400, f"{field}: {problem}", extensions={"field": field})


def _loaded(body: bytes | bytearray, place: str, most_levels: int) -> Any:  # decoded JSON
    if body.count(b",") > MOST_VALUES:
        raise BadRequest(413, f"{place} holds more than {MOST_VALUES} values", code="TOO_LARGE")
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError as wrong:
        _refuse_half_pairs(body)
        raise BadRequest(400, f"{place} is not JSON in UTF-8: {wrong.msg}") from None
    if body.count(b"{") + body.count(b"[") > most_levels:  # Else it cannot be so deep.
        _check_depth(given, place, most_levels)
    if not _is_as_written(given, body):
        _read_slowly(body, place)
    if b"\\u0000" in body:
        _refuse_unstorable(given)
    return given


def _is_as_written(given: Any, body: bytes | bytearray) -> bool:
    """Whether orjson writes what was sent: then no key came twice, and no number was rounded.

    Spaces do not count. Those within texts need not either: they part no two tokens. So programs
    pay a microsecond, and only JSON with escapes or numbers of another form the slow reading.
    """
    written = orjson.dumps(given)
    return written == body or written.translate(None, _SPACES) == body.translate(None, _SPACES)


def _check_depth(given: Any, place: str, most_levels: int) -> None:
    layer: list[Any] = [given]
    for _ in range(most_levels + 1):
        layer = [
            inner for outer in layer for inner in _inside(outer) if type(inner) in (dict, list)
        ]
        if not layer:
            return
    raise BadRequest(400, f"{place} is nested more than {most_levels} levels deep")


def _inside(value: Any) -> Iterable[Any]:
    if type(value) is dict:
        return cast("dict[str, Any]", value).values()
    return cast("list[Any]", value) if type(value) is list else ()


def _read_slowly(body: bytes | bytearray, place: str) -> None:
    """Look at every pair and integer; the depth is known to be small by now."""
    json.loads(body, object_pairs_hook=_once, parse_int=_bounded(place), parse_float=str)


def _once(pairs: list[tuple[str, Any]]) -> None:
    names = {name for name, _ in pairs}
    if len(names) == len(pairs):
        return
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            raise BadRequest(400, f"the key {name[:40]!r} is given twice")
        seen.add(name)


def _bounded(place: str) -> Any:
    def check(digits: str) -> None:
        if len(digits) > _MOST_DIGITS or int(digits) not in _INTEGERS:
            raise BadRequest(400, f"{place} holds an integer beyond 64 bits")

    return check


def _refuse_half_pairs(body: bytes | bytearray) -> None:
    """Name the field of a lone surrogate, which orjson refuses without saying where it stands."""
    if b"\\ud" not in body.lower():
        return
    try:
        given = json.loads(body.decode(), parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return
    _refuse_unstorable(given)


def _refuse_unstorable(given: Any) -> None:
    if not isinstance(given, dict):
        return
    entries = cast("dict[str, Any]", given)
    for name, value in entries.items():
        for path in unstorable(value, "" if name == "variables" else name):
            _refuse_text(path)


def _refuse_text(path: str) -> NoReturn:
    shown = "the query" if path == "query" else path
    raise BadRequest(400, f"{shown}: {TEXT_PROBLEM}", code=INVALID, extensions={"field": shown})
