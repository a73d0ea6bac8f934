"""The file of trusted documents: written when clients are built, read when a server starts.

It is JSON: the digest of the schema that its documents were checked against, and their texts by
identifier. A document that the server's own schema refuses stops the start, not the customer.
"""

import json
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from app.edge.documents import MOST_BYTES, MOST_DOCUMENTS, Documents, document_id
from app.edge.errors import BadRequest
from app.edge.preparing import Prepare, Unrunnable
from app.kernel.errors import Invalid

_SETTING = "TRIBUTARY_TRUSTED_DOCUMENTS"
_DOCUMENTS, _SCHEMA = "documents", "schema"


def stored_documents(
    prepare: Prepare,
    file: Path | None,
    *,
    trusted_only: bool = False,
    most_documents: int = MOST_DOCUMENTS,
    most_bytes: int = MOST_BYTES,
) -> Documents:
    """Return the store of a server; raises `Invalid` when it could not run what it should."""
    if file is None and trusted_only:
        raise Invalid(_SETTING, "must be set where only trusted documents are run")
    try:
        return Documents(
            prepare,
            load(file) if file else (),
            trusted_only=trusted_only,
            most_documents=most_documents,
            most_bytes=most_bytes,
        )
    except (BadRequest, Unrunnable) as wrong:
        raise Invalid(_SETTING, f"{file}: {wrong}") from wrong


def schema_digest(sdl: str) -> str:
    """Return the digest that names a schema."""
    return f"sha256:{sha256(sdl.encode()).hexdigest()}"


def collect(folder: Path) -> dict[str, str]:
    """Read each `.graphql` file below a folder as one document; paths by text, in order.

    A client sends, or takes the digest of, exactly these bytes.
    """
    files = sorted(folder.rglob("*.graphql"))
    return {file.read_text(encoding="utf-8"): str(file.relative_to(folder)) for file in files}


def write(file: Path, texts: Mapping[str, str], sdl: str) -> None:
    """Write the file whole or not at all; equal documents make equal bytes."""
    documents = {document_id(text): text for text in texts}
    content = {_SCHEMA: schema_digest(sdl), _DOCUMENTS: dict(sorted(documents.items()))}
    fresh = file.with_name(f"{file.name}.new")
    fresh.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    fresh.replace(file)


def load(file: Path) -> list[str]:
    """Return the texts; raises `Invalid` when it is no such file or a text is not its digest's."""
    try:
        documents = json.loads(file.read_text(encoding="utf-8"))[_DOCUMENTS]
        pairs = [(str(key), str(text)) for key, text in documents.items()]
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as wrong:
        raise Invalid(_SETTING, f"{file}: {wrong!r}") from wrong
    if changed := [key for key, text in pairs if document_id(text) != key]:
        raise Invalid(_SETTING, f"{file}: {changed[0]} is not its text's")
    return [text for _, text in pairs]
