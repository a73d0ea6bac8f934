"""What the papers name exists, and what they must name is there."""

import re
from dataclasses import fields
from itertools import chain

import pytest

from app.edge.limits import PREFIX, Limits
from tests.support.papers import PAPERS, PROJECT, code_words, links

NAME = re.compile(r"@?[A-Za-z_]+(\.[A-Za-z_]+)*(\(.*\))?")
LIMITS = {PREFIX + item.name.upper() for item in fields(Limits)}
VARIABLE = re.compile(r"TRIBUTARY_[A-Z_]*[A-Z]")
SOURCES = [
    PROJECT / "tests/conftest.py",
    *(
        path
        for folder in ("app", "launch", "workers", "replay")
        for path in (PROJECT / folder).rglob("*.py")
    ),
]
ELSEWHERE = {"connection_init", "casbin", "graphql-transport-ws", "SO_REUSEPORT"}
TREES = ("app/", "launch/", "workers/", "replay/", "migrations/", "tests/", "docs/")


def named(paper):
    return str(paper.relative_to(PROJECT))


def variables(paths):
    return set(chain.from_iterable(VARIABLE.findall(path.read_text("utf-8")) for path in paths))


@pytest.mark.parametrize("paper", PAPERS, ids=named)
def test_every_link_leads_somewhere(paper):
    lost = [target for target in links(paper) if not (paper.parent / target).exists()]

    assert lost == []


@pytest.mark.parametrize("paper", PAPERS, ids=named)
def test_every_file_that_is_named_exists(paper):
    words = [word for word in code_words(paper) if word.startswith(TREES) and " " not in word]
    files = [word.partition("::")[0] for word in words]  # After the colons stands a test in it.

    lost = [name for name in files if "*" not in name and not (PROJECT / name).exists()]

    assert lost == []


@pytest.fixture(scope="module")
def vocabulary():
    """Every word of the code, of the API and of the configuration."""
    files = [
        *SOURCES,
        *(PROJECT / "tests").rglob("*.py"),
        *(PROJECT / "migrations").rglob("*.py"),
        PROJECT / "tests/schema.graphql",
        PROJECT / "pyproject.toml",
        PROJECT / "Makefile",
    ]
    folders = {folder.name for folder in PROJECT.glob("app/*")}
    return folders.union(LIMITS, *(re.findall(r"\w+", path.read_text("utf-8")) for path in files))


@pytest.mark.parametrize("paper", PAPERS, ids=named)
def test_every_name_is_one_that_is_in_use(paper, vocabulary):
    names = [
        word.partition("(")[0].lstrip("@") for word in code_words(paper) if NAME.fullmatch(word)
    ]

    strange = [name for name in names if not set(name.split(".")) <= vocabulary | ELSEWHERE]

    assert strange == []


@pytest.mark.parametrize("paper", PAPERS, ids=named)
def test_every_make_target_that_is_named_exists(paper):
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))

    asked = set(re.findall(r"^\s*make ([a-z-]+)|`make ([a-z-]+)", paper.read_text(), re.MULTILINE))

    assert {name for pair in asked for name in pair if name} <= targets


def test_variables_are_named_in_the_readme_and_in_the_code_alike():
    read = variables(SOURCES)

    assert variables([PROJECT / "README.md"]) == read
    assert variables(PAPERS) - LIMITS == read


def test_every_package_stands_on_the_readmes_map():
    packages = [path.parent for path in (PROJECT / "app").glob("*/__init__.py")]

    text = (PROJECT / "README.md").read_text("utf-8")

    assert [path.name for path in packages if f"app/{path.name}" not in text] == []


def test_every_decision_has_a_number_of_its_own():
    numbers = [path.name[:4] for path in sorted((PROJECT / "docs/decisions").glob("*.md"))]

    assert numbers == [f"{place:04}" for place in range(1, len(numbers) + 1)]
