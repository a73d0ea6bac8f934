"""Where RabbitMQ's programs are: installed, or unpacked without root from the system's packages."""

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HOW_TO_INSTALL = "RabbitMQ is not here: install rabbitmq-server, or run `make rabbitmq` on Debian"
UNPACKED = Path(".cache/rabbitmq")
_SECONDS = 180
_ERLANG = (
    "asn1 base crypto eldap inets mnesia os-mon parsetools public-key runtime-tools ssl "
    "syntax-tools tools xmerl"
)
_PACKAGES = ("rabbitmq-server", *(f"erlang-{part}" for part in _ERLANG.split()))
_SERVER = "usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server"
_RUNTIME = "usr/lib/erlang/erts-*/bin/erlexec"


@dataclass(frozen=True, slots=True)
class Programs:
    """The server's script, and the folder of Erlang's runtime that is to run it."""

    server: Path
    runtime: Path

    @property
    def erlang(self) -> Path:
        """The root of Erlang."""
        return self.runtime.parents[1]


def find_programs(unpacked: Path = UNPACKED) -> Programs | None:
    """Find them installed, or else unpacked; none when the machine has neither."""
    for root in (Path("/"), unpacked.absolute()):
        servers, runtimes = sorted(root.glob(_SERVER)), sorted(root.glob(_RUNTIME))
        if servers and runtimes:
            return Programs(servers[-1], runtimes[-1].parent)
    return None


def fetch_programs(folder: Path = UNPACKED) -> str | None:
    """Unpack them into a folder unless they are here; returns what stood in the way, if any."""
    if find_programs(folder) is not None:
        return None
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        return "the system's packages are not Debian's"
    folder = folder.absolute()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        try:
            _unpack(Path(scratch))
        except subprocess.SubprocessError as failure:
            return f"the packages could not be fetched: {failure}"
        shutil.rmtree(folder, ignore_errors=True)
        (Path(scratch) / "root").rename(folder)
    return None


def _unpack(scratch: Path) -> None:
    packages, root = scratch / "packages", scratch / "root"
    packages.mkdir()
    try:
        _run(["apt-get", "download", *_PACKAGES], packages)
    except subprocess.SubprocessError:
        own = _own_lists(scratch)
        _run(["apt-get", *own, "update"], packages)
        _run(["apt-get", *own, "download", *_PACKAGES], packages)
    for package in sorted(packages.glob("*.deb")):
        _run(["dpkg-deb", "--extract", str(package), str(root)], packages)


def _own_lists(scratch: Path) -> list[str]:
    """Let apt keep its lists here: a bare machine has none, and only root may write them."""
    state, cache = scratch / "lists", scratch / "cache"
    (state / "partial").mkdir(parents=True)
    (cache / "archives" / "partial").mkdir(parents=True)
    return ["-o", f"Dir::State::lists={state}", "-o", f"Dir::Cache={cache}"]


def _run(command: Sequence[str], folder: Path) -> None:
    subprocess.run(
        command,
        cwd=folder,
        check=True,
        timeout=_SECONDS,
        stdin=subprocess.DEVNULL,
        capture_output=True,
    )
