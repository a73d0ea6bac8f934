"""`tributary` speaks for itself: every command explains itself, and a wrong word says so."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
import typer
from typer.testing import CliRunner

from launch.cli import tributary

runner = CliRunner()


def commands_of(group: typer.Typer, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """All commands below a group, as people type them."""
    for command in group.registered_commands:
        assert command.callback is not None
        yield (*words, command.name or command.callback.__name__)
    for each in group.registered_groups:
        assert each.typer_instance is not None
        yield from commands_of(each.typer_instance, (*words, *([each.name] if each.name else [])))


@pytest.mark.parametrize("words", sorted(commands_of(tributary)), ids=" ".join)
def test_every_command_explains_itself(words):
    told = runner.invoke(tributary, [*words, "--help"])

    assert told.exit_code == 0
    assert " ".join(words) in told.output
    usage, _, rest = told.output.strip().partition("\n")
    assert usage.startswith("Usage: tributary ")
    assert rest.strip()[0].isupper()


def test_a_word_that_means_nothing_ends_with_the_likeliest_one():
    said = subprocess.run(
        [sys.executable, "-m", "launch", "demoo"], capture_output=True, text=True, check=False
    )

    assert said.returncode == 2
    assert "Did you mean 'demo'?" in said.stderr


def test_a_failure_that_a_person_can_mend_ends_with_1_and_the_remedy(monkeypatch):
    monkeypatch.setenv("TRIBUTARY_PORT", "many")

    said = subprocess.run(
        [sys.executable, "-m", "launch", "serve"], capture_output=True, text=True, check=False
    )

    assert said.returncode == 1
    assert "TRIBUTARY_PORT is 'many', which is not a whole number. Correct it" in said.stderr
