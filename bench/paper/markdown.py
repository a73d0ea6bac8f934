"""The report in Markdown."""

from collections.abc import Iterable, Iterator, Sequence

from bench.http.driving import Driven
from bench.http.found import BARE_NAME, OURS_NAME, STOCK_NAME, Cell, Found
from bench.http.measuring import COMPARED
from bench.http.profiling import Part, Profile
from bench.paper.report import Report
from bench.timing import Measured

PICTURE = "rates.svg"
_TOP = 12
_GAINS = 3
_BUSY = 0.10
_NAMES = {OURS_NAME: "ours", STOCK_NAME: "strawberry's", BARE_NAME: "bare SQL"}


def in_markdown(report: Report) -> str:
    """Write everything, the verdicts first."""
    return "\n".join([*_head(report), *_http(report), *_engine(report.engine), ""])


def _head(report: Report) -> Iterator[str]:
    size, machine = report.size, report.machine
    yield f"# How fast it is: size {size.name}"
    yield ""
    yield (
        f"{size.skus:,} SKUs, {size.levels} levels, {size.distributors:,} distributors, "
        f"{size.outlets:,} outlets, {size.price_rows:,} price rows, {size.schemes} schemes, "
        f"{size.orders:,} orders."
    )
    yield ""
    yield (
        f"{report.began:%Y-%m-%d %H:%M} UTC, {report.seconds:,.0f} s in all, {machine.processors} "
        f"processors ({machine.model}), {machine.memory_gib} GiB, {machine.system}, "
        f"Python {machine.python}, PostgreSQL {machine.postgres}. Server, database and load client "
        "share the machine."
    )


def _http(report: Report) -> Iterator[str]:
    found = report.http
    if found is None:
        return
    if found.others > _BUSY:
        yield ""
        yield (
            f"**Other programs took {found.others:.0%} of the processors meanwhile: times and "
            "rates are worse than on an idle machine; ratios and processor times say more.**"
        )
    yield from _verdicts(report)
    yield from ("", f"![Requests per second]({PICTURE})")
    yield from _workloads(found)
    yield from _comparison(found, report.processes)
    yield from _beside(found)
    for profile in found.profiles:
        yield from _profile(profile, found)
    yield from _gains(found)


def _verdicts(report: Report) -> Iterator[str]:
    yield from ("", f"## Aims, at {COMPARED} connections and {_processes(report.processes)}", "")
    rows = [
        (
            each.aim,
            f"{'at least' if each.is_least else 'at most'} {_number(each.wanted)} {each.unit}",
            "" if each.found is None else f"{_number(each.found)} {each.unit}",
            each.in_words,
        )
        for each in report.verdicts
    ]
    yield from _table(("aim", "wanted", "found", "verdict"), rows)


def _workloads(found: Found) -> Iterator[str]:
    yield from (
        "",
        "## Workloads",
        "",
        (
            "Times are of the load client, in milliseconds. Processor times are milliseconds a "
            "request, of all processes of the server and of PostgreSQL. *Client* is the load "
            "client's part of the processor time spent. *SQL* counts statements a request."
        ),
        "",
    )
    heads = ("workload", "server", "processes", "connections", "requests/s", "p50", "p95", "p99")
    more = ("server CPU", "database CPU", "SQL", "KiB", "client", "requests", "errors")
    yield from _table((*heads, *more), [_cell(cell, found) for cell in found.cells])
    for cell in found.cells:
        if cell.driven.errors:
            yield from ("", f"{cell.title} ({_NAMES[cell.server]}): {cell.driven.first_error}")


def _cell(cell: Cell, found: Found) -> tuple[str, ...]:
    driven, sql = cell.driven, found.statements.get(cell.workload)
    return (
        cell.title,
        _NAMES[cell.server],
        str(cell.processes or ""),
        str(cell.connections),
        f"{driven.rate:,.1f}",
        *(f"{time:,.1f}" for time in (driven.p50, driven.p95, driven.p99)),
        f"{driven.server_ms:,.2f}",
        f"{driven.database_ms:,.2f}",
        "" if sql is None or cell.server == BARE_NAME else f"{sql:,.1f}",
        f"{driven.kilobytes:,.1f}",
        f"{driven.client_share:.1%}",
        f"{driven.requests:,}",
        str(driven.errors or ""),
    )


def _comparison(found: Found, processes: int) -> Iterator[str]:
    yield from (
        "",
        "## Beside the limits",
        "",
        (
            "Rates are those measured. *By processor time* compares what server, database and load "
            "client spend on a request: it holds on a busy machine too."
        ),
        "",
    )
    rows: list[tuple[str, ...]] = []
    for name, title in found.titles.items():
        ours = _compared(found, name, OURS_NAME, processes)
        stock, bare = _compared(found, name, STOCK_NAME), _compared(found, name, BARE_NAME)
        rows.append(
            (
                title,
                *(f"{each.rate:,.1f}" if each else "" for each in (ours, stock, bare)),
                _times(ours, stock),
                _cheaper(ours, stock),
                _percent(ours, bare),
                _cost(ours, bare),
            )
        )
    rates = ("ours/s", "strawberry's/s", "bare SQL/s")
    heads = ("times strawberry's", "by processor time", "of bare SQL", "by processor time")
    yield from _table(("workload", *rates, *heads), rows)


def _compared(
    found: Found, workload: str, server: str, processes: int | None = None
) -> Driven | None:
    at_many = found.driven(workload, server, COMPARED, processes)
    return at_many or found.driven(workload, server, 1, processes)


def _beside(found: Found) -> Iterator[str]:
    yield from ("", "## Memory and books", "")
    rows = [
        (
            _NAMES[each.server],
            str(each.processes),
            f"{each.requests:,}",
            f"{each.before:,.0f}",
            f"{each.after:,.0f}",
        )
        for each in (*found.memory, *([found.soak] if found.soak else []))
    ]
    yield from _table(("server", "processes", "requests", "MiB before", "MiB after"), rows)
    yield from (
        "",
        (
            f"{found.orders_placed:,} orders were placed, for which {found.lines_reserved:,} lines "
            "hold reserved stock."
        ),
    )
    for name, broken in (found.broken or {}).items():
        yield f"- {name}: {len(broken)} sums do not hold{': ' + broken[0] if broken else ''}"
    if found.flatness:
        flat = found.flatness
        yield from (
            "",
            (
                f"A catalogue page in a network of ten times the size takes "
                f"{flat.by_processor:.2f} times the processor time ({flat.small.server_ms:.2f} + "
                f"{flat.small.database_ms:.2f} ms here, {flat.large.server_ms:.2f} + "
                f"{flat.large.database_ms:.2f} ms there) and {flat.by_time:.2f} times the time."
            ),
        )


def _profile(profile: Profile, found: Found) -> Iterator[str]:
    yield from ("", f"## Where {profile.workload} spends its time", "")
    spent = _server_ms(found, profile.workload)
    yield f"{profile.samples:,} samples; milliseconds are shares of {spent:,.2f} ms a request."
    yield ""
    yield from _table(("package", "own", "ms", "with calls"), _parts(profile.packages, spent))
    yield ""
    yield from _table(("function", "own", "ms", "with calls"), _parts(profile.functions, spent))


def _parts(parts: Sequence[Part], spent: float) -> list[tuple[str, ...]]:
    return [
        (f"`{part.name}`", f"{part.own:.1%}", f"{part.own * spent:.2f}", f"{part.whole:.1%}")
        for part in parts[:_TOP]
    ]


def _gains(found: Found) -> Iterator[str]:
    """Name what is dearest in the profiles, which is where the next gains must come from."""
    dearest = sorted(
        (
            (part.own * _server_ms(found, profile.workload), profile.workload, part)
            for profile in found.profiles
            for part in profile.packages
        ),
        key=lambda each: -each[0],
    )
    if not dearest:
        return
    yield from ("", "## Where the next gains are", "")
    for place, (spent, workload, part) in enumerate(dearest[:_GAINS], 1):
        share = f"{spent:,.2f} ms a request, {part.own:.0%} of it"
        yield f"{place}. `{part.name}` in {workload}: {share}."


def _engine(rows: Sequence[Measured]) -> Iterator[str]:
    if not rows:
        return
    yield from ("", "## The engine and changes of prices, without HTTP", "")
    yield from _table(
        ("measure", "wall ms", "CPU ms", "statements", "target ms", "verdict"),
        [
            (
                row.name,
                f"{row.wall:,.2f}",
                "" if row.cpu is None else f"{row.cpu:,.2f}",
                "" if row.statements is None else str(row.statements),
                "" if row.most is None else f"{row.most:,.1f}",
                " ".join(filter(None, (row.verdict, row.note))),
            )
            for row in rows
        ],
    )


def _server_ms(found: Found, workload: str) -> float:
    driven = found.driven(workload, OURS_NAME, COMPARED) or found.driven(workload, OURS_NAME, 1)
    return driven.server_ms if driven else 0.0


def _times(ours: Driven | None, other: Driven | None) -> str:
    return f"{ours.rate / other.rate:.1f}" if ours and other and other.rate else ""


def _percent(ours: Driven | None, other: Driven | None) -> str:
    return f"{ours.rate / other.rate:.1%}" if ours and other and other.rate else ""


def _cheaper(ours: Driven | None, other: Driven | None) -> str:
    return f"{other.whole_ms / ours.whole_ms:.1f}" if ours and other and ours.whole_ms else ""


def _cost(ours: Driven | None, other: Driven | None) -> str:
    return f"{other.whole_ms / ours.whole_ms:.1%}" if ours and other and ours.whole_ms else ""


def _processes(many: int) -> str:
    return "1 process" if many == 1 else f"{many} processes"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) or value >= 100 else f"{value:,.3g}"  # noqa: PLR2004  # for the eye


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    named = list(heads)
    yield f"| {' | '.join(named)} |"
    yield f"| {' | '.join('---' for _ in named)} |"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '/') for cell in row)} |"
