"""Look for known vulnerabilities of what the lock file installs, where the package index tells."""

import json
import re
import tomllib
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from launch.errors import LaunchError

SOURCE = "https://pypi.org"
_LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
_SECONDS, _AT_ONCE = 10, 8


@dataclass(frozen=True)
class Advisory:
    """A known vulnerability of one package that is installed."""

    package: str
    version: str
    names: tuple[str, ...]
    mended_in: tuple[str, ...]

    def __str__(self) -> str:
        """Say what, and from when it is mended."""
        mended = ", ".join(self.mended_in) or "no version yet"
        return f"{self.package} {self.version}: {' '.join(self.names)}, mended in {mended}"


@dataclass(eq=False)
class SourceUnreachable(Exception):
    """The source of advisories did not answer, or not with advisories."""

    source: str
    reason: str

    def __str__(self) -> str:
        """Say why."""
        return f"{self.source} tells no advisories: {self.reason}"


@dataclass(eq=False)
class KnownVulnerable(LaunchError):
    """Something is installed whose vulnerability is public and not accepted."""

    text: ClassVar = "Known vulnerabilities:\n{found}\n"
    remedy: ClassVar = (
        "Upgrade with `make lock upgrade=--upgrade`. Where that is not possible yet, accept it for "
        "a time, with the reason, in pyproject.toml under [tool.tributary.accepted-advisories]."
    )
    found: str


Fetch = Callable[[str], dict[str, Any]]


def locked(file: Path) -> list[tuple[str, str]]:
    """Return names and versions of a lock file."""
    return _LOCKED.findall(file.read_text())


def accepted(project: Path, today: date) -> set[str]:
    """Return the advisories that are accepted today: `"ID" = {until = 2026-12-31, why = "…"}`."""
    tool = tomllib.loads(project.read_text()).get("tool", {}).get("tributary", {})
    known: dict[str, dict[str, Any]] = tool.get("accepted-advisories", {})
    return {name for name, terms in known.items() if today <= terms["until"] and terms["why"]}


def fetched(path: str) -> dict[str, Any]:
    """Ask the package index; raises `SourceUnreachable`."""
    request = urllib.request.Request(SOURCE + path, headers={"Accept": "application/json"})  # noqa: S310  # https, as written above
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
            told: dict[str, Any] = json.load(answer)
    except (urllib.error.URLError, TimeoutError, ValueError) as failed:
        raise SourceUnreachable(SOURCE, str(failed)) from failed
    return told


def advisories(packages: Iterable[tuple[str, str]], fetch: Fetch = fetched) -> list[Advisory]:
    """Return what is known of the packages; raises `SourceUnreachable`, after one question only."""
    first, *others = packages
    known = _of(first, fetch)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for found in pool.map(partial(_of, fetch=fetch), others):
            known += found
    return known


def check_advisories(
    lock: Path, project: Path, today: date, fetch: Fetch = fetched
) -> tuple[int, int]:
    """Return how many packages were looked at, and how many advisories are accepted.

    Raises `KnownVulnerable` for what is not, `SourceUnreachable`.
    """
    packages, allowed = locked(lock), accepted(project, today)
    found = advisories(packages, fetch)
    open_ones = [each for each in found if not allowed & set(each.names)]
    if open_ones:
        raise KnownVulnerable("\n".join(map(str, open_ones)))
    return len(packages), len(found)


def _of(package: tuple[str, str], fetch: Fetch) -> list[Advisory]:
    name, version = package
    told = fetch(f"/pypi/{name}/{version}/json").get("vulnerabilities")
    if told is None:
        raise SourceUnreachable(SOURCE, f"it tells no advisories of {name}")
    return [
        Advisory(name, version, (each["id"], *each["aliases"]), tuple(each["fixed_in"]))
        for each in told
        if not each.get("withdrawn")
    ]
