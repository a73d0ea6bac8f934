"""What a run found, on the screen."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from bench.http.found import BARE_NAME, Found
from bench.paper.report import Report
from bench.timing import Measured


def show(console: Console, report: Report) -> None:
    """Print the aims, each workload, and the engine's figures; times are in milliseconds."""
    size = report.size
    console.print(
        f"Size {size.name}: {size.skus:,} SKUs, {size.levels} levels, {size.distributors:,} "
        f"distributors, {size.outlets:,} buyers, {size.price_rows:,} price rows, "
        f"{size.schemes} schemes, {report.seconds:,.0f} s."
    )
    if report.http:
        console.print(f"Other programs took {report.http.others:.0%} of the processors.")
        console.print(_workloads(report.http))
        console.print(_aims(report))
    if report.engine:
        console.print(_engine(report.engine))


def _aims(report: Report) -> Table:
    table = _table("aim", "wanted", "found")
    table.add_column("verdict")
    for each in report.verdicts:
        found = "" if each.found is None else f"{each.found:,.2f}"
        table.add_row(each.aim, f"{each.wanted:,.2f}", found, each.in_words)
    return table


def _workloads(found: Found) -> Table:
    heads = ("requests/s", "p50", "p95", "p99", "server CPU", "database CPU", "SQL", "errors")
    table = _table("workload", "server", "processes", "connections", *heads)
    for cell in found.cells:
        driven = cell.driven
        sql = None if cell.server == BARE_NAME else found.statements.get(cell.workload)
        table.add_row(
            cell.title,
            cell.server,
            str(cell.processes or ""),
            str(cell.connections),
            f"{driven.rate:,.1f}",
            *(f"{time:,.1f}" for time in (driven.p50, driven.p95, driven.p99)),
            *(f"{time:,.2f}" for time in (driven.server_ms, driven.database_ms)),
            "" if sql is None else f"{sql:.1f}",
            str(driven.errors or ""),
        )
    return table


def _engine(rows: Sequence[Measured]) -> Table:
    table = _table("measure", "wall ms", "CPU ms", "statements", "target ms")
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
    return table


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, padding=(0, 1))
    table.add_column(first, no_wrap=True)
    for heading in others:
        table.add_column(heading, justify="right")
    return table


def _ms(time: float | None) -> str:
    return "" if time is None else f"{time:,.2f}"
