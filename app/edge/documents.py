"""Documents, each parsed, validated, appraised and compiled once, then kept.

Trusted documents are known before the first request and never leave; the others share a bounded
store in which the longest unused goes first, so that a flood of texts pushes out only its own.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256

from app.edge.errors import BadRequest
from app.edge.preparing import MOST_CHARACTERS, Prepare, Prepared, Steps

MOST_DOCUMENTS = 1_000
MOST_BYTES = 40 * 1024 * 1024
BYTES_A_CHARACTER = 400
"""Measured: a parsed document takes 70 bytes for each character, its compiled plan 300 more."""
_HALT_SECONDS = 0.001
"""Between two steps: long enough that whoever waits is heard."""

_Key = tuple[str, str | None]
Pay = Callable[[int], None]
"""Hears how many characters are to be prepared, before it begins; raises when they may not be."""


def free(_characters: int) -> None:
    """Let everything be prepared."""


def document_id(text: str) -> str:
    """Return a document's identifier: of its exact text, as the draft's appendix has it."""
    return f"sha256:{sha256(text.encode()).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Stored:
    """How full the store is; for metrics."""

    trusted: int
    others: int
    bytes: int


class Documents:
    """Finds an operation by its text or its document's identifier.

    The text itself is the key: exact, and cheaper than a digest of it. One store serves one
    schema, so nothing in it can outlive a change of the schema.
    """

    def __init__(
        self,
        prepare: Prepare,
        trusted: Iterable[str] = (),
        *,
        trusted_only: bool = False,
        most_documents: int = MOST_DOCUMENTS,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        """Prepare all trusted documents; raises `BadRequest` or `Unrunnable` for a wrong one."""
        self._prepare = prepare
        self._trusted_only = trusted_only
        self._most_documents, self._most_bytes = most_documents, most_bytes
        self._bytes = 0
        self._turn = asyncio.Lock()
        self._others: OrderedDict[_Key, Prepared] = OrderedDict()
        self._texts = {document_id(text): text for text in trusted}
        self._trusted: dict[_Key, Prepared] = {}
        for text in self._texts.values():
            operations = prepare.all_of(text)
            self._trusted |= {(text, operation.name): operation for operation in operations}
            if len(operations) == 1:
                self._trusted[text, None] = operations[0]

    def find(
        self, query: str | None, document_id: str | None, operation_name: str | None
    ) -> Prepared:
        """Return the operation, ready to run; raises `BadRequest` or `Unrunnable`."""
        key = self._key(query, document_id, operation_name)
        found = self._known(key)
        if found is None:
            self._check_trusted(key[0])
            found = self._keep(key, self._prepare(*key))
        return found

    async def fetch(
        self,
        query: str | None,
        document_id: str | None,
        operation_name: str | None,
        pay: Pay = free,
    ) -> Prepared:
        """Return the same; new documents are prepared one at a time, others served in between.

        Whoever sends a new one pays for it, right or wrong, even when another sent it just before.
        """
        key = self._key(query, document_id, operation_name)
        found = self._known(key)
        if found is not None:
            return found
        self._check_trusted(key[0])
        pay(min(len(key[0]), MOST_CHARACTERS))
        async with self._turn:
            found = self._known(key)  # Who waited may want what was just prepared.
            return found or self._keep(key, await _in_steps(self._prepare.steps(*key)))

    def text_of(self, document_id: str) -> str:
        """Return a trusted document's text; raises `BadRequest` for an unknown one."""
        text = self._texts.get(document_id)
        if text is None:
            raise BadRequest(404, "no such document is stored here", code="UNKNOWN_DOCUMENT")
        return text

    @property
    def stored(self) -> Stored:
        """How full the store is."""
        return Stored(len(self._texts), len(self._others), self._bytes)

    def _key(self, query: str | None, document_id: str | None, operation_name: str | None) -> _Key:
        text = query if query is not None else self.text_of(document_id or "")
        return text, operation_name or None

    def _known(self, key: _Key) -> Prepared | None:
        found = self._trusted.get(key)
        if found is None:
            found = self._others.get(key)
            if found is not None:
                self._others.move_to_end(key)
        return found

    def _check_trusted(self, text: str) -> None:
        if self._trusted_only and document_id(text) not in self._texts:
            raise BadRequest(
                403,
                "this server runs only the documents it was given; send a documentId",
                code="UNTRUSTED_DOCUMENT",
            )

    def _keep(self, key: _Key, prepared: Prepared) -> Prepared:
        if key in self._others:
            return self._others[key]
        self._others[key] = prepared
        self._bytes += _size(key)
        while len(self._others) > self._most_documents or self._bytes > self._most_bytes:
            dropped, _ = self._others.popitem(last=False)
            self._bytes -= _size(dropped)
        return prepared


async def _in_steps(steps: Steps) -> Prepared:
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value
        await asyncio.sleep(_HALT_SECONDS)


def _size(key: _Key) -> int:
    return len(key[0]) * BYTES_A_CHARACTER
