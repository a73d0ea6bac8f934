"""Bodies and ways to ask that want to make the server work."""

import json

from bench.attacks.attack import ANSWERS, Attack, raw

_LONG = 100_000
_VIEWER = b'{"query": "{ viewer { name } }"'

BODIES: tuple[Attack, ...] = (
    raw(
        "a hundred operations in one body",
        lambda: b"[" + b",".join([_VIEWER + b"}"] * 100) + b"]",
        "INVALID",
    ),
    raw("null", lambda: b"null", "INVALID"),
    raw("a number", lambda: b"1", "INVALID"),
    raw("true", lambda: b"true", "INVALID"),
    raw("a string", lambda: b'"{ viewer { name } }"', "INVALID"),
    raw("nothing", lambda: b"", "INVALID"),
    raw("JSON nested deep", lambda: b"[" * _LONG + b"]" * _LONG, "INVALID"),
    raw(
        "variables nested deep",
        lambda: _VIEWER + b', "variables": {"a": ' + b"[" * 500 + b"]" * 500 + b"}}",
        "INVALID",
    ),
    raw("not UTF-8", lambda: b'{"query": "\xff\xfe"}', "INVALID"),
    raw("UTF-16", lambda: '{"query": "{ viewer { name } }"}'.encode("utf-16"), "INVALID"),
    raw("a number that is none", lambda: _VIEWER + b', "variables": {"a": NaN}}', "INVALID"),
    raw(
        "an integer of a million digits",
        lambda: _VIEWER + b', "variables": {"a": ' + b"9" * 1_000_000 + b"}}",
        "INVALID",
    ),
    raw(
        "as many numbers as a body holds",
        lambda: _VIEWER + b',"variables":{"a":[' + b"1," * 2_000_000 + b"1]}}",
        "TOO_COSTLY",
        "TOO_LARGE",
    ),
    raw(
        "as many numbers as a body holds, written by hand",
        lambda: _VIEWER + b', "variables": {"a": [' + b"1, " * 1_300_000 + b"1]}}",
        "TOO_COSTLY",
        "TOO_LARGE",
    ),
    raw(
        "an integer of 30 digits",
        lambda: _VIEWER + b', "variables": {"a": ' + b"9" * 30 + b"}}",
        "INVALID",
    ),
    raw("a key twice", lambda: _VIEWER + b', "query": "{ viewer { roles } }"}', "INVALID"),
    raw("a variable twice", lambda: _VIEWER + b', "variables": {"a": 1, "a": 2}}', "INVALID"),
    raw("the query as a list", lambda: b'{"query": ["{ viewer { name } }"]}', "INVALID"),
    raw("the variables as a list", lambda: _VIEWER + b', "variables": []}', "INVALID"),
    raw(
        "text with NUL",
        lambda: (
            b'{"query": "{ products(filter: {search: \\"\\\\u0000\\"}) { edges { cursor } } }"}'
        ),
        "INVALID",
    ),
    raw(
        "a variable with NUL",
        lambda: (
            b'{"query": "query($s: ID!) { node(id: $s) { id } }", "variables": {"s": "a\\u0000"}}'
        ),
        "INVALID",
    ),
    raw(
        "half a surrogate pair",
        lambda: (
            b'{"query": "query($s: ID!) { node(id: $s) { id } }", "variables": {"s": "\\ud800"}}'
        ),
        "INVALID",
    ),
    Attack(
        "a decimal of 100,000 digits",
        lambda: json.dumps({"query": _decimal(), "variables": {"d": "9" * _LONG}}).encode(),
        frozenset({"INVALID"}),
    ),
    Attack(
        "a decimal with a monstrous exponent",
        lambda: json.dumps({"query": _decimal(), "variables": {"d": "1e999999999"}}).encode(),
        frozenset({"INVALID"}),
    ),
    Attack(
        "a decimal that is not one",
        lambda: json.dumps({"query": _decimal(), "variables": {"d": "sNaN"}}).encode(),
        frozenset({"INVALID"}),
    ),
)
"""Bodies that strict decoding or coercion must refuse."""


def _decimal() -> str:
    return (
        'query($d: Decimal!) { catalogue(relationshipId: "x", minimumPrice: $d)'
        " { edges { cursor } } }"
    )


def _form(media_type: str) -> dict[str, str]:
    return {"content-type": media_type, "accept": ANSWERS}


_QUERY = "query=%7B%20viewer%20%7B%20name%20%7D%20%7D"

TRANSPORT: tuple[Attack, ...] = (
    Attack("text/plain", lambda: _VIEWER + b"}", headers=_form("text/plain")),
    Attack("a form", _QUERY.encode, headers=_form("application/x-www-form-urlencoded")),
    Attack(
        "a multipart form",
        lambda: (
            b'--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n'
            + _VIEWER
            + b"}\r\n--x--\r\n"
        ),
        headers=_form("multipart/form-data; boundary=x"),
    ),
    Attack("no media type", lambda: _VIEWER + b"}", headers={"accept": ANSWERS}),
    Attack(
        "another charset",
        lambda: _VIEWER + b"}",
        headers=_form("application/json; charset=utf-16"),
    ),
    Attack(
        "a mutation by GET",
        lambda: b"",
        method="GET",
        path="/graphql?query=mutation%20%7B%20signOut%20%7B%20__typename%20%7D%20%7D",
        headers={"accept": ANSWERS},
    ),
    Attack("another method", lambda: _VIEWER + b"}", method="PUT"),
)
"""Requests that HTTP itself must refuse; their status is all that counts."""

OVERSIZE = Attack("a body of 8 MiB", lambda: b'{"query": "' + b" " * (8 * 1024 * 1024) + b'"}')
"""Refused as soon as its length is known: the connection may end before all of it is sent."""
