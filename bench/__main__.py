"""The command line: `python -m bench [--size M] [--part http] [--only catalogue]`."""

import argparse
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from bench.http.measuring import Plan
from bench.http.workloads import WORKLOADS
from bench.paper.terminal import show
from bench.paper.writing import write
from bench.sizes import SIZES
from bench.whole import PARTS, Options, measure
from launch.errors import LaunchError
from launch.watch import stop_on_signals

INTERRUPTED = 130
WIDTH = 150


def main(words: list[str] | None = None) -> int:
    """Measure, write the report and print what it says; always 0 when it came to that."""
    arguments = _parser().parse_args(words)
    # A pipe has no width: a table cut to 80 columns would hide its numbers.
    console = Console() if sys.stdout.isatty() else Console(width=WIDTH)
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    try:
        stop_on_signals()
        with Progress(*columns, console=console, transient=True) as progress:
            task = progress.add_task("Starting a database")
            report = measure(
                _options(arguments), lambda what: progress.update(task, description=what)
            )
        path = write(report, arguments.folder)
    except LaunchError as failure:
        console.print(str(failure), style="red", markup=False, highlight=False, soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        console.print("Stopped.")
        return INTERRUPTED
    show(console, report)
    console.print(f"Everything is in {path}", highlight=False, soft_wrap=True)
    return 0


def _options(arguments: argparse.Namespace) -> Options:
    only: str = arguments.only
    plan = Plan(
        seconds=arguments.seconds,
        only=tuple(filter(None, only.split(","))),
        has_profiles=not arguments.no_profile,
        soak=arguments.soak,
    )
    parts = (arguments.part,) if arguments.part else PARTS
    return Options(SIZES[arguments.size], parts, plan, arguments.flat)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Measure everything in a throwaway database."
    )
    known = ", ".join(workload.name for workload in WORKLOADS)
    parser.add_argument("--size", choices=SIZES, default="M")
    parser.add_argument("--part", choices=PARTS, help="the engine alone, or HTTP alone")
    parser.add_argument("--only", default="", help=f"workloads, with commas between: {known}")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each figure takes")
    parser.add_argument("--flat", action="store_true", help="measure a page at ten times the size")
    parser.add_argument("--soak", type=int, default=0, help="so many requests more, for memory")
    parser.add_argument("--no-profile", action="store_true", help="leave the profiles out")
    parser.add_argument("--folder", type=Path, default=Path("bench-report"))
    return parser


if __name__ == "__main__":
    sys.exit(main())
