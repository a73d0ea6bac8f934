"""Hold lock files to what makes them safe: every package pinned, with the hashes of its files."""

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from launch.errors import LaunchError

_PINNED = re.compile(r"([A-Za-z0-9._-]+)==([^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_INTEGRITY = re.compile(r"sha512-[A-Za-z0-9+/]{86}==")
_ROOT, _FOLDER = "", "node_modules/"


@dataclass(eq=False)
class LocksIncomplete(LaunchError):
    """What is installed is not what somebody has looked at."""

    text: ClassVar = "The locks are not complete:\n{problems}\n"
    remedy: ClassVar = (
        "Write them anew: `make lock`; for npm, `npm install --package-lock-only` beside the file."
    )
    problems: str


@dataclass(frozen=True, slots=True)
class Locks:
    """The lock files of a project: what runs, what its builders use beside, and npm's."""

    project: Path
    running: Path
    building: Path
    npm: Path

    @classmethod
    def of(cls, folder: Path) -> "Locks":
        """Return those of a project's folder."""
        npm = folder / "tests" / "edge" / "audit" / "package-lock.json"
        running, building = folder / "requirements.lock", folder / "requirements-dev.lock"
        return cls(folder / "pyproject.toml", running, building, npm)


def check_locks(locks: Locks) -> tuple[int, int]:
    """Return how many packages of Python and of npm are locked; raises `LocksIncomplete`."""
    running, problems = _read(locks.running)
    building, more = _read(locks.building)
    problems += more
    problems += [
        f"{locks.building.name}: {name} is not {version}, as in {locks.running.name}"
        for name, version in running.items()
        if building.get(name) != version
    ]
    problems += _missing(locks, running, building)
    of_npm, more = _of_npm(locks.npm)
    if problems + more:
        raise LocksIncomplete("\n".join(problems + more))
    return len(building), len(of_npm)


def _read(file: Path) -> tuple[dict[str, str], list[str]]:
    """Return the versions of a lock, and what is wrong with its lines."""
    found, problems = dict[str, str](), list[str]()
    for entry in _entries(file.read_text("utf-8")):
        pinned = _PINNED.match(entry)
        if pinned is None:
            problems.append(f"{file.name}: {entry.split()[0]} is not pinned to a version")
            continue
        found[_plain(pinned[1])] = pinned[2]
        hashes = [word for word in entry.split() if word.startswith("--hash")]
        if not hashes or not all(_HASH.fullmatch(each) for each in hashes):
            problems.append(f"{file.name}: {pinned[1]} lacks the hashes of its files")
    return found, problems


def _entries(text: str) -> Iterable[str]:
    joined = text.replace("\\\n", " ").splitlines()
    return [line for line in joined if line.strip() and not line.lstrip().startswith("#")]


def _missing(locks: Locks, running: Mapping[str, str], building: Mapping[str, str]) -> list[str]:
    told = tomllib.loads(locks.project.read_text("utf-8"))
    project = told.get("project", {})
    optional: dict[str, list[str]] = project.get("optional-dependencies", {})
    groups: dict[str, list[str]] = told.get("dependency-groups", {})
    beside = [each for group in (*optional.values(), *groups.values()) for each in group]
    asked: list[tuple[Path, Mapping[str, str], list[str]]] = [
        (locks.running, running, project.get("dependencies", [])),
        (locks.building, building, beside),
    ]
    return [
        f"{file.name}: {name} is not in it, which {locks.project.name} asks for"
        for file, versions, wanted in asked
        for name in map(_name, wanted)
        if name not in versions
    ]


def _of_npm(file: Path) -> tuple[dict[str, str], list[str]]:
    """Return the versions of npm's lock, and what is wrong with it."""
    packages: dict[str, dict[str, Any]] = json.loads(file.read_text("utf-8"))["packages"]
    found, problems = dict[str, str](), list[str]()
    for place, terms in packages.items():
        if place == _ROOT:
            continue
        name = place.rpartition(_FOLDER)[2]
        found[name] = str(terms.get("version", ""))
        if not found[name]:
            problems.append(f"{file.name}: {name} is not pinned to a version")
        if not _INTEGRITY.fullmatch(str(terms.get("integrity", ""))):
            problems.append(f"{file.name}: {name} lacks the hash of its file")
    asked = json.loads((file.parent / "package.json").read_text("utf-8")).get("dependencies", {})
    problems += [
        f"{file.name}: {name} is not in it, which package.json asks for"
        for name in asked
        if name not in found
    ]
    return found, problems


def _name(requirement: str) -> str:
    found = _NAME.match(requirement)
    return _plain(found[0]) if found else requirement


def _plain(name: str) -> str:
    """Write a name as the index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()
