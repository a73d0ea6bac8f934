"""The paper of requirements: no number is missing, and what is said to be shown is shown."""

import ast
import re
from collections import Counter
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.papers import PROJECT

PAPER = PROJECT / "docs/requirements.md"
DOMAIN = PROJECT.parent / "shared/domain.md"
STATES = {"done", "planned", "left out"}
SOURCES = {"R3": 65, "R0": 55, "R1": 76, "R2": 37, "R4": 56}
SHORTEST_REASON = 40
_LINE = re.compile(r"^\|(?P<cells>.*)\|$", re.MULTILINE)
_NUMBER = re.compile(r"(?P<source>R\d)-(?P<place>\d+)")
_NAMED = re.compile(r"`(?P<file>[\w/]+\.py)(?:::(?P<test>\w+))?`")
_REQUIRED = re.compile(r"^- (R\d-\d+) \[", re.MULTILINE)
_HEADING = re.compile(r"^##+ (R\d):", re.MULTILINE)


class Requirement(NamedTuple):
    """One line of the paper."""

    number: str
    text: str
    state: str
    says: str

    @property
    def source(self) -> str:
        return self.number.partition("-")[0]

    @property
    def place(self) -> int:
        return int(self.number.partition("-")[2])

    @property
    def tests(self) -> list[tuple[str, str | None]]:
        return [(found["file"], found["test"]) for found in _NAMED.finditer(self.says)]

    @property
    def reason(self) -> str:
        return _NAMED.sub("", self.says).strip(" ,.")


def read(text: str) -> list[Requirement]:
    """Every line of a table but its heading; a line of another shape fails."""
    lines = [[cell.strip() for cell in found["cells"].split("|")] for found in _LINE.finditer(text)]
    rows = [cells for cells in lines if cells[0] != "Number" and not cells[0].startswith("---")]
    assert [cells for cells in rows if len(cells) != 3] == []
    return [Requirement(*cells[0].split(" ", 1), *cells[1:]) for cells in rows]


TEXT = PAPER.read_text("utf-8")
REQUIREMENTS = read(TEXT)


@cache
def functions_in(file: str) -> frozenset[str]:
    """The names of a file's tests, and nothing where there is no such file."""
    path = PROJECT / file
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text("utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(
        node.name
        for node in ast.walk(tree)
        if isinstance(node, functions) and node.name.startswith("test_")
    )


def missing(named: list[tuple[str, str | None]]) -> list[tuple[str, str | None]]:
    """The tests that do not exist; a file alone is no test."""
    return [(file, test) for file, test in named if test not in functions_in(file)]


def test_every_number_stands_once_without_a_gap():
    places = [(row.source, row.place) for row in REQUIREMENTS]

    expected = [(name, place) for name, last in SOURCES.items() for place in range(1, last + 1)]
    assert places == expected
    assert _HEADING.findall(TEXT) == [name for name, _ in groupby(places, lambda at: at[0])]


@pytest.mark.skipif(not DOMAIN.exists(), reason="the source lies beside the project, or nowhere")
def test_the_numbers_are_those_of_the_source():
    required = _REQUIRED.findall(DOMAIN.read_text("utf-8"))

    assert [row.number for row in REQUIREMENTS] == required


def test_every_requirement_has_a_text_and_one_of_three_states():
    assert [row for row in REQUIREMENTS if row.state not in STATES] == []
    assert [row for row in REQUIREMENTS if not row.text] == []


def test_what_is_done_names_tests_and_nothing_else():
    done = [row for row in REQUIREMENTS if row.state == "done"]

    assert [row.number for row in done if not row.tests] == []
    assert [row.number for row in done if row.reason.strip("` ,")] == []


def test_what_is_planned_says_what_is_missing():
    planned = [row for row in REQUIREMENTS if row.state == "planned"]

    halves = [row for row in planned if row.tests]
    assert [row.number for row in planned if not row.reason] == []
    assert [row.number for row in halves if "issing: " not in row.reason] == []


def test_what_is_left_out_says_why():
    left_out = [row for row in REQUIREMENTS if row.state == "left out"]

    assert [row.number for row in left_out if len(row.reason) < SHORTEST_REASON] == []


def test_every_test_that_is_named_exists():
    assert {row.number: lost for row in REQUIREMENTS if (lost := missing(row.tests))} == {}


def test_no_requirement_names_a_test_twice():
    often = [Counter((row.number, *named) for named in row.tests) for row in REQUIREMENTS]

    assert [name for counted in often for name, times in counted.items() if times > 1] == []


def test_a_test_that_is_not_there_is_noticed():
    here = str(Path(__file__).relative_to(PROJECT))

    assert missing([(here, "test_a_test_that_is_not_there_is_noticed")]) == []
    assert missing(
        [(here, "test_nothing"), ("tests/docs/test_none.py", "test_a"), (here, None)]
    ) == [
        (here, "test_nothing"),
        ("tests/docs/test_none.py", "test_a"),
        (here, None),
    ]
