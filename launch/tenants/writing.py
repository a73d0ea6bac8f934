"""Write the rows of an archive into a database, a bounded number at a time."""

import zipfile
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import IO

from psycopg.sql import SQL, Composed, Identifier, Literal

from launch.tenants.archive import File, blocks
from launch.tenants.parts import PASSWORD, Part
from launch.tenants.reading import Connection, Told

ROWS_A_BATCH = 20_000
_QUOTE = b'"'
# A hash that no password has: `""` is taken for nobody's.
_SUPPLIED: Mapping[str, Mapping[str, object]] = MappingProxyType(
    {"platform.identity": {"is_system_admin": False, PASSWORD: ""}}
)
_ALREADY_KNOWN = frozenset({"platform.identity"})


def copy_in(
    connection: Connection, archive: zipfile.ZipFile, part: Part, file: File, told: Told
) -> int:
    """Write a file's rows into its table, and return how many were new.

    They go through a table of the transaction's own, as PostgreSQL copies into none under row-level
    security; so each row meets its policy. A table whose rows point at each other is written by one
    statement, as keys are checked at its end.
    """
    connection.execute(
        SQL("CREATE TEMP TABLE incoming ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(
            part.listed, part.place
        )
    )
    written, most = 0, None if part.refers_to_itself else ROWS_A_BATCH
    with archive.open(file.name) as source:
        source.readline()
        for batch in batches(source, most):
            with connection.cursor().copy(
                SQL("COPY pg_temp.incoming ({}) FROM STDIN WITH (FORMAT csv)").format(part.listed)
            ) as copying:
                for block in batch:
                    copying.write(block)
            written += connection.execute(_moving(part)).rowcount
            connection.execute("TRUNCATE pg_temp.incoming")
            told(part.name, written)
    connection.execute("DROP TABLE pg_temp.incoming")
    return written


def batches(source: IO[bytes], most: int | None) -> Iterator[Iterator[bytes]]:
    """Cut CSV into batches of at most so many records, or into one; each must be read to its end.

    A line break inside quotes ends no record: there the number of quotes so far is odd.
    """
    if most is None:
        yield blocks(source)
        return
    while line := source.readline():
        yield _records(line, source, most)


def _records(line: bytes, source: IO[bytes], most: int) -> Iterator[bytes]:
    records, is_open = 0, False
    while line:
        yield line
        is_open ^= line.count(_QUOTE) % 2 == 1
        records += not is_open
        if records == most:
            return
        line = source.readline()


def _moving(part: Part) -> Composed:
    supplied = {
        name: value
        for name, value in _SUPPLIED.get(part.name, {}).items()
        if name not in part.columns
    }
    columns = SQL(", ").join(map(Identifier, [*part.columns, *supplied]))
    values = SQL(", ").join([*map(Identifier, part.columns), *map(Literal, supplied.values())])
    statement = SQL("INSERT INTO {} ({}) SELECT {} FROM pg_temp.incoming").format(
        part.place, columns, values
    )
    if part.name in _ALREADY_KNOWN:
        return statement + SQL(" ON CONFLICT (id) DO NOTHING")
    return statement
