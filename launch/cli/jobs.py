"""Commands over background jobs."""

import json
from collections.abc import Callable, Sequence
from typing import Annotated
from uuid import UUID

import typer
from rich.table import Table

from launch.access import open_app_address
from launch.cli.console import console
from launch.jobs import DeadJob, drop, find_dead_jobs, replay
from launch.settings import LaunchSettings

commands = typer.Typer(no_args_is_help=True, help="Look after background jobs.")
dead = typer.Typer(no_args_is_help=True, help="Jobs that failed for good.")
commands.add_typer(dead, name="dead")

Network = Annotated[str | None, typer.Option(help="Short name of the only network.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Id = Annotated[UUID, typer.Argument(help="Which job, as `list` names it.")]
Ids = Annotated[list[UUID] | None, typer.Argument(help="Which jobs, as `list` names them.")]
All = Annotated[bool, typer.Option("--all", help="All dead jobs, or all of the network.")]
_COLUMNS = ("id", "network", "listener", "event", "failures", "died_at", "error")


@dead.command(name="list")
def list_dead(network: Network = None, as_json: AsJson = False) -> None:  # noqa: FBT002  # a switch
    """List the jobs that failed for good, and why."""
    with open_app_address(LaunchSettings.read()) as app_dsn:
        found = [job.shown for job in find_dead_jobs(app_dsn, network)]
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    table = Table(*_COLUMNS)
    for job in found:
        table.add_row(*(str(job[name]) for name in _COLUMNS))
    console.print(table if found else "No job is dead.")


@dead.command()
def show(job: Id, as_json: AsJson = False) -> None:  # noqa: FBT002  # a switch
    """Tell all that is known of one."""
    with open_app_address(LaunchSettings.read()) as app_dsn:
        (found,) = find_dead_jobs(app_dsn, ids=[job])
    if as_json:
        typer.echo(json.dumps(found.shown, indent=2))
        return
    for name, value in found.shown.items():
        console.print(f"{name}: {value}", markup=False, highlight=False, soft_wrap=True)


def _chosen(
    app_dsn: str, jobs: list[UUID] | None, network: str | None, *, everything: bool
) -> list[DeadJob]:
    if bool(jobs) == everything:
        raise typer.BadParameter("name jobs, or say --all")
    return find_dead_jobs(app_dsn, network, jobs or ())


def _deciding(decide: Callable[[str, Sequence[DeadJob]], None], said: str) -> Callable[..., None]:
    """Return a command that decides about jobs: those named, or all of a network or everywhere."""

    def command(
        jobs: Ids = None,
        network: Network = None,
        everything: All = False,  # noqa: FBT002  # a switch
    ) -> None:
        with open_app_address(LaunchSettings.read()) as app_dsn:
            chosen = _chosen(app_dsn, jobs, network, everything=everything)
            decide(app_dsn, chosen)
        console.print(said.format(number=len(chosen)))

    return command


dead.command(
    name="replay", help="Try jobs again from the start; what one has done is not repeated."
)(_deciding(replay, "{number} jobs are due again."))
dead.command(name="drop", help="Give jobs up for good.")(
    _deciding(drop, "{number} jobs are given up.")
)
