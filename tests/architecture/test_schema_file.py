from pathlib import Path

from app.schema.root import build_schema

FILE = Path(__file__).parent.parent / "schema.graphql"


def test_the_schema_file_says_what_the_api_is():
    written = FILE.read_text(encoding="utf-8")

    assert written == build_schema().as_str() + "\n", (
        "The API has changed. Run `make schema`, and read what changed in tests/schema.graphql."
    )
