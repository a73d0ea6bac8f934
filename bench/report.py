"""The table at the end."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from bench.sizes import Size
from bench.timing import Measured


def show(console: Console, size: Size, rows: Sequence[Measured]) -> None:
    """Print every measure with its target; times are medians in milliseconds."""
    console.print(
        f"Size {size.name}: {size.skus:,} SKUs, {size.levels} levels, {size.distributors:,} "
        f"distributors, {size.outlets:,} buyers, {size.price_rows:,} price rows, "
        f"{size.schemes} schemes."
    )
    table = Table(box=None, padding=(0, 1))
    table.add_column("measure", no_wrap=True)
    for heading in ("wall ms", "CPU ms", "statements", "target ms"):
        table.add_column(heading, justify="right")
    table.add_column("verdict")
    for row in rows:
        table.add_row(
            row.name,
            _ms(row.wall),
            _ms(row.cpu),
            "" if row.statements is None else str(row.statements),
            "" if row.most is None else f"{row.most:,.1f}",
            " ".join(filter(None, (row.verdict, row.note))),
        )
    console.print(table)


def _ms(time: float | None) -> str:
    return "" if time is None else f"{time:,.2f}"
