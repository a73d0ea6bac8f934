"""The command line: `python -m launch demo`."""

import argparse
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from rich.console import Console

from launch.access import open_app_address, open_database
from launch.auditing import verify_trails
from launch.demo import run_demo
from launch.errors import LaunchError
from launch.migrations import check_migrations, migrate, write_migration
from launch.papers import write_edge, write_order_states
from launch.processes import Process
from launch.seed import seed_demo
from launch.settings import LaunchSettings
from launch.stack import web_server, worker
from launch.watch import start_all, stop_on_signals, watch

INTERRUPTED = 130


def main(words: list[str] | None = None) -> int:
    """Run one subcommand and answer with the exit status."""
    arguments = _parser().parse_args(words)
    console = Console(stderr=True)
    stop_on_signals()
    try:
        arguments.run(console, arguments)
    except LaunchError as failure:
        console.print(str(failure), style="red", markup=False, highlight=False, soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        console.print("Stopped.")
        return 0 if arguments.is_service else INTERRUPTED
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m launch", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")
    for name, run, purpose in (
        ("demo", _demo, "run everything with a sample network"),
        ("serve", _serve, "run the web server"),
        ("worker", _work, "run background jobs"),
    ):
        commands.add_parser(name, help=purpose).set_defaults(run=run, is_service=True)
    for name, run, purpose in (
        ("migrate", _migrate, "bring the schema up to date"),
        ("seed", _seed, "fill the sample network, once"),
        ("check-migrations", _check, "prove all migrations on throwaway servers"),
        ("write-papers", _papers, "write the papers that are made from the code"),
    ):
        commands.add_parser(name, help=purpose).set_defaults(run=run, is_service=False)
    writing = commands.add_parser("write-migration", help="compare models and schema")
    writing.add_argument("message", help="what the migration does, in a few words")
    writing.set_defaults(run=_write, is_service=False)
    verifying = commands.add_parser("verify-audit", help="look for changes of the audit trail")
    verifying.add_argument("--network", help="short name of the only network to look at")
    verifying.add_argument("--notes", type=Path, help="file of seals noted the time before")
    verifying.set_defaults(run=_verify, is_service=False)
    return parser


def _demo(console: Console, _arguments: argparse.Namespace) -> None:
    run_demo(console, LaunchSettings.read())


def _serve(console: Console, _arguments: argparse.Namespace) -> None:
    _run_alone(console, web_server)


def _work(console: Console, _arguments: argparse.Namespace) -> None:
    _run_alone(console, worker)


def _run_alone(console: Console, describe: Callable[[LaunchSettings, str], Process]) -> None:
    settings = LaunchSettings.read()
    with ExitStack() as running:
        app_dsn = running.enter_context(open_app_address(settings))
        process = describe(settings, app_dsn)
        start_all(running, [process])
        watch(console, [process], None)


def _migrate(_console: Console, _arguments: argparse.Namespace) -> None:
    with open_database(LaunchSettings.read()) as database:
        migrate(database.access.owner_dsn)


def _seed(_console: Console, _arguments: argparse.Namespace) -> None:
    with open_database(LaunchSettings.read()) as database:
        migrate(database.access.owner_dsn)
        seed_demo(database.access.app_dsn)


def _check(console: Console, _arguments: argparse.Namespace) -> None:
    for version in check_migrations():
        console.print(f"Migrations work on PostgreSQL {version}.")


def _papers(_console: Console, _arguments: argparse.Namespace) -> None:
    write_order_states()
    write_edge()


def _verify(console: Console, arguments: argparse.Namespace) -> None:
    with open_app_address(LaunchSettings.read()) as app_dsn:
        verify_trails(console, app_dsn, slug=arguments.network, notes=arguments.notes)


def _write(_console: Console, arguments: argparse.Namespace) -> None:
    write_migration(arguments.message)


if __name__ == "__main__":
    sys.exit(main())
