"""What an attack is: one request, and the codes that refuse it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

ANSWERS = "application/graphql-response+json, application/json;q=0.9"
JSON = {"content-type": "application/json", "accept": ANSWERS}


@dataclass(frozen=True, slots=True)
class Attack:
    """One request; `codes` are those that refuse it, none where only the status may."""

    name: str
    body: Callable[[], bytes]
    codes: frozenset[str] = frozenset()
    method: str = "POST"
    path: str = "/graphql"
    headers: Mapping[str, str] = field(default_factory=lambda: dict(JSON))


def asking(name: str, document: Callable[[], str], *codes: str, **variables: Any) -> Attack:
    """Make an attack by a document, sent as a well-behaved client sends it."""

    def body() -> bytes:
        return json.dumps({"query": document(), "variables": variables}).encode()

    return Attack(name, body, frozenset(codes))


def raw(name: str, body: Callable[[], bytes], *codes: str) -> Attack:
    """Make an attack by the bytes of its body."""
    return Attack(name, body, frozenset(codes))
