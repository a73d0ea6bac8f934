"""Create a cluster on disk and write the settings it will run with."""

import shutil
import subprocess
from collections.abc import Mapping
from types import MappingProxyType

from launch.postgres.binaries import Binaries
from launch.postgres.durable import rename_durably
from launch.postgres.errors import ClusterIncompatible, InitialisationFailed
from launch.postgres.layout import PORT, Layout

FIRST_MAJOR_WITH_BUILTIN_LOCALE = 17
THROWAWAY_SETTINGS = MappingProxyType(
    {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
)
SETTINGS_FILE = "tributary.conf"


def prepare_cluster(layout: Layout, binaries: Binaries, *, durable: bool) -> None:
    """Create the cluster unless it exists; an interrupted attempt leaves nothing behind."""
    major = binaries.major(layout.account)
    if layout.cluster.exists():
        _check_major(layout, major)
        return
    shutil.rmtree(layout.unfinished, ignore_errors=True)
    layout.account.own_directory(layout.unfinished)
    _initialise(layout, binaries, ["--no-sync"] if not durable else [], _locale(major))
    _include_settings(layout)
    rename_durably(layout.unfinished, layout.cluster)


def write_settings(layout: Layout, settings: Mapping[str, str], *, durable: bool) -> None:
    """Replace the server's settings; they count from its next start."""
    chosen = {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": str(layout.socket),
        "unix_socket_permissions": "0700",
        **({} if durable else THROWAWAY_SETTINGS),
        **settings,
    }
    path = layout.cluster / SETTINGS_FILE
    path.write_text("".join(f"{name} = {_quoted(value)}\n" for name, value in chosen.items()))
    layout.account.give(path)


def _check_major(layout: Layout, expected: int) -> None:
    found = int((layout.cluster / "PG_VERSION").read_text())
    if found != expected:
        raise ClusterIncompatible(layout.cluster, found, expected)


def _locale(major: int) -> list[str]:
    """Sort by code point, and know upper and lower case, alike on every machine."""
    if major >= FIRST_MAJOR_WITH_BUILTIN_LOCALE:
        return ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    return ["--locale=C", "--lc-ctype=C.UTF-8"]


def _initialise(layout: Layout, binaries: Binaries, *options: list[str]) -> None:
    command = [binaries.program("initdb"), "-D", str(layout.unfinished)]
    command += ["-U", "postgres", "--auth=trust", "--encoding=UTF8"]
    for more in options:
        command += more
    answer = subprocess.run(
        command, check=False, text=True, capture_output=True, **layout.account.confinement()
    )
    if answer.returncode:
        raise InitialisationFailed(layout.cluster, answer.stderr)


def _include_settings(layout: Layout) -> None:
    with (layout.unfinished / "postgresql.conf").open("a") as configuration:
        configuration.write(f"include_if_exists = '{SETTINGS_FILE}'\n")


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
