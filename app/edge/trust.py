"""Write clients' documents for the server: `python -m app.edge.trust <folder> <file>`.

Each `.graphql` file below the folder is one document, fragments and all. The identifier to send
as `documentId` is printed beside each; a document that our schema refuses ends the build.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from app.edge import trusted
from app.edge.documents import document_id
from app.edge.errors import BadRequest
from app.edge.preparing import Prepare, Unrunnable
from app.schema.root import build_schema


def main(words: list[str] | None = None) -> int:
    """Check all, then write all; answers with the exit status."""
    parser = argparse.ArgumentParser(prog="python -m app.edge.trust", description=__doc__)
    parser.add_argument("folder", type=Path, help="where the clients' .graphql files are")
    parser.add_argument("file", type=Path, help="what to write, for TRIBUTARY_TRUSTED_DOCUMENTS")
    given = parser.parse_args(words)
    schema, texts = build_schema(), trusted.collect(given.folder)
    problems = list(_problems(Prepare(schema), texts))
    if problems or not texts:
        print("\n".join(problems or [f"no .graphql file in {given.folder}"]), file=sys.stderr)  # noqa: T201  # a command speaks
        return 1
    trusted.write(given.file, texts, schema.as_str())
    for text, name in texts.items():
        print(document_id(text), name)  # noqa: T201  # a command speaks
    return 0


def _problems(prepare: Prepare, texts: Mapping[str, str]) -> Iterator[str]:
    for text, name in texts.items():
        try:
            if not prepare.all_of(text):
                yield f"{name}: holds no operation"
        except BadRequest as refused:
            yield f"{name}: {refused.message}"
        except Unrunnable as wrong:
            yield from (f"{name}: {error.message}" for error in wrong.errors)


if __name__ == "__main__":
    sys.exit(main())
