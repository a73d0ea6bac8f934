"""Commands that run until they are told to stop."""

from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager

import typer

from launch.access import open_app_address
from launch.backup import packing
from launch.backup.source import store_of
from launch.cli.console import console
from launch.demo import run_demo
from launch.processes import Process
from launch.restarting import restart as replace_workers
from launch.settings import LaunchSettings
from launch.stack import web_server, worker
from launch.watch import start_all, watch

commands = typer.Typer()


@commands.command()
def demo() -> None:
    """Run everything with a sample network; Ctrl-C ends it."""
    with _until_stopped():
        run_demo(console, LaunchSettings.read())


@commands.command()
def serve() -> None:
    """Run the web server."""
    with _until_stopped():
        _run_alone(web_server)


@commands.command()
def restart() -> None:
    """Replace the web server's processes one by one, by newer code too; nobody is refused."""
    settings = LaunchSettings.read()
    with console.status("Replacing the web processes …"):
        replace_workers(settings.data, settings.web_workers)
    console.print("All web processes have been replaced.")


@commands.command(name="worker")
def work() -> None:
    """Run background jobs."""
    with _until_stopped():
        _run_alone(worker)


@contextmanager
def _until_stopped() -> Generator[None]:
    """Take the interruption for what it is here: the usual end."""
    try:
        yield
    except KeyboardInterrupt:
        console.print("Stopped.")


def _run_alone(describe: Callable[[LaunchSettings, str], Process]) -> None:
    settings = LaunchSettings.read()
    with ExitStack() as running:
        app_dsn = running.enter_context(open_app_address(settings))
        running.enter_context(packing(store_of(settings).wal))
        process = describe(settings, app_dsn)
        start_all(running, [process])
        watch(console, [process], None)
