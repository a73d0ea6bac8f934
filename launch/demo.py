"""Everything in one command: database, migrations, sample network, web server and worker."""

from contextlib import ExitStack

from rich.console import Console

from launch.access import open_database
from launch.backup import packing
from launch.backup.source import store_of
from launch.migrations import migrate
from launch.seed import seed_demo
from launch.settings import LaunchSettings
from launch.stack import await_health, web_server, worker
from launch.watch import start_all, watch
from launch.welcome import greet


def run_demo(console: Console, settings: LaunchSettings) -> None:
    """Run until interrupted; web server and worker end before the database does."""
    with ExitStack() as running:
        console.print("Starting the database …")
        database = running.enter_context(open_database(settings))
        access = database.access
        console.print("Bringing the schema up to date …")
        migrate(access.owner_dsn)
        console.print("Filling the sample network; the first time takes a moment …")
        demonstration = seed_demo(access.app_dsn)
        web = web_server(settings, access.app_dsn, settings.data / "log" / "web.log")
        jobs = worker(settings, access.app_dsn, settings.data / "log" / "worker.log")
        running.enter_context(packing(store_of(settings).wal))
        console.print("Starting the web server and the worker …")
        start_all(running, [jobs, web])
        await_health(web, settings)
        greet(console, f"http://{settings.host}:{settings.port}", demonstration, settings.data)
        watch(console, [jobs, web], database.server)
