"""What must always hold of imports."""

from app.db.checking import Invariant, SumsBook


def _counted(column: str, which: str) -> Invariant:
    return Invariant(
        f"import-{column}-is-rows",
        f"an import says of other rows that they are {column} than its rows do",
        f"""SELECT run.{column}::bigint,
            count(line.number) FILTER (WHERE line.state {which}), run.id
        FROM run LEFT JOIN line ON line.run_id = run.id GROUP BY run.id, run.{column}""",  # noqa: S608  # our own words
    )


IMPORTS = SumsBook(
    "imports",
    """
    run AS (
        SELECT id, rows, good, bad, written FROM import_run WHERE tenant_id = :tenant
    ), line AS (
        SELECT run_id, number, state FROM import_row WHERE tenant_id = :tenant
    )""",
    (
        _counted("rows", "IS NOT NULL"),
        _counted("good", "IN ('GOOD', 'WRITTEN')"),
        _counted("bad", "= 'BAD'"),
        _counted("written", "= 'WRITTEN'"),
    ),
)
"""An import's counts are those of its rows, whatever was interrupted."""
