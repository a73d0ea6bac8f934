"""Print the schema as GraphQL's own language writes it: `python -m app.schema`."""

from app.schema.root import build_schema

if __name__ == "__main__":
    print(build_schema().as_str())  # noqa: T201  # that is all it is for
