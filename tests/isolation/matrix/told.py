"""What an answer tells of somebody: which of their things, words and figures stand in it.

Files in base64 and cursors are opened, and workbooks unpacked, before they are searched.
"""

import re
from base64 import urlsafe_b64decode
from binascii import Error
from collections.abc import Iterator, Mapping
from decimal import Decimal
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{12,}={0,2}")
_SHORTEST = 8
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


class Marks:
    """By what a party is recognised: its ids, its word, the numbers of its orders, its figures."""

    def __init__(
        self,
        secret: str,
        things: Mapping[str, str],
        numbers: set[str],
        figures: Mapping[str, str],
    ) -> None:
        self._words = re.compile(rf"{secret}(?:[ -][A-Za-z]+)?")
        self._secret = secret
        self._numbers = re.compile("|".join(map(re.escape, sorted(numbers))))
        self._things: dict[str, str] = {}
        for name, thing in things.items():
            (found,) = _UUID.findall(str(opened(thing)))
            self._things.setdefault(found, name)
        self._figures = {Decimal(figure): name for name, figure in figures.items()}

    def in_body(self, body: Any) -> set[str]:
        """Name all that stands in an answer, its errors included: no mark is there by accident."""
        found: set[str] = set()
        for leaf in leaves(body):
            found |= self._in_leaf(leaf)
        return found

    def _in_leaf(self, leaf: str) -> set[str]:
        if _NUMBER.fullmatch(leaf):
            name = self._figures.get(Decimal(leaf))
            return {name} if name else set()
        if len(leaf) < _SHORTEST:
            return set()
        found: set[str] = set()
        for text in (leaf, *map(opened, _BASE64.findall(leaf))):
            found |= {self._things[id] for id in _UUID.findall(text) if id in self._things}
            found |= {
                f"“{word.removeprefix(self._secret).strip(' -')}”"
                for word in self._words.findall(text)
            }
            if self._numbers.search(text):
                found.add("order number")
        return found


def leaves(body: Any) -> Iterator[str]:
    """Yield every value, and every key of what is no object of ours, as text."""
    if isinstance(body, Mapping):
        for key, value in body.items():
            yield str(key)
            yield from leaves(value)
    elif isinstance(body, list):
        for value in body:
            yield from leaves(value)
    elif body is not None and not isinstance(body, bool):
        yield str(body)


def opened(text: str) -> str:
    """Return what is written in base64; nothing if it is not."""
    try:
        content = urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
    except (Error, ValueError):
        return ""
    return unpacked(content)


def unpacked(content: bytes) -> str:
    """Return the texts of a file: of a workbook, of each sheet in it."""
    try:
        with ZipFile(BytesIO(content)) as folder:
            return "\n".join(
                folder.read(name).decode("utf-8", "ignore") for name in folder.namelist()
            )
    except BadZipFile:
        return content.decode("utf-8", "ignore")
