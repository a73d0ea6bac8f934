"""The command that says what is wrong."""

import json
from dataclasses import asdict
from typing import Annotated

import typer

from launch.cli.console import console
from launch.doctor import Finding, State, examine
from launch.settings import LaunchSettings

commands = typer.Typer()
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_MARKS = {State.GOOD: "[green]✓[/]", State.CARE: "[yellow]![/]", State.FAULT: "[red]✗[/]"}
_WIDTH = 13


@commands.command()
def doctor(as_json: AsJson = False) -> None:  # noqa: FBT002  # a switch
    """Say what is wrong with this installation and how to mend it; ends with 1 after a fault."""
    found = list[Finding]()
    for finding in examine(LaunchSettings.read()):
        found.append(finding)
        if not as_json:
            _show(finding)
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in found], indent=2))
    if any(finding.state is State.FAULT for finding in found):
        raise typer.Exit(1)


def _show(finding: Finding) -> None:
    console.print(_MARKS[finding.state], finding.subject.ljust(_WIDTH), end=" ")
    console.print(finding.found, markup=False, highlight=False, soft_wrap=True)
    if finding.remedy:
        told = f"{' ' * (_WIDTH + 2)} → {finding.remedy}"
        console.print(told, markup=False, highlight=False, soft_wrap=True)
