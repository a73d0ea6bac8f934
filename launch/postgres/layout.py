"""Where a server keeps its files, also when its account cannot reach the place asked for."""

import hashlib
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from launch.postgres.account import Account, server_account
from launch.postgres.binaries import SHARED_HOME
from launch.postgres.errors import ClusterMissing, DataOutOfReach

# Two processes must agree on the place, so it may not depend on TMPDIR.
SHORT_PLACE = Path("/tmp")  # noqa: S108 - the directory inside is private and its owner checked
SOCKET_PATH_BYTES = 100
PORT = 5432


@dataclass(frozen=True)
class Layout:
    """The directories and files of one server, all derived from its home."""

    home: Path
    account: Account

    @property
    def cluster(self) -> Path:
        """The directory that PostgreSQL calls its data directory."""
        return self.home / "cluster"

    @property
    def unfinished(self) -> Path:
        """Where a cluster is created before it is complete enough to be used."""
        return self.home / "cluster.new"

    @property
    def log(self) -> Path:
        """What the server says."""
        return self.home / "postgres.log"

    @property
    def lock(self) -> Path:
        """Held by the process that owns the server, for as long as it lives."""
        return self.home / "owner.lock"

    @property
    def socket(self) -> Path:
        """The socket's directory: in the home, or under a short name when that is too long."""
        near = self.home / "socket"
        if len(str(near / f".s.PGSQL.{PORT}").encode()) <= SOCKET_PATH_BYTES:
            return near
        return SHORT_PLACE / f"tributary-{_digest(self.home)}"

    def clear_socket(self) -> None:
        """Leave nothing of a stopped server outside its home."""
        if self.socket.parent != self.home:
            shutil.rmtree(self.socket)


def layout_of(data_dir: Path) -> Layout:
    """Prepare the home of a server, moved behind a link when its account cannot reach it."""
    data_dir = data_dir.absolute()
    account = server_account(data_dir / "cluster")
    try:
        home = _home(data_dir, account)
    except OSError as refused:
        raise DataOutOfReach(data_dir, str(refused)) from refused
    return Layout(home, account)


def _home(data_dir: Path, account: Account) -> Path:
    if data_dir.is_symlink():
        return _linked_home(data_dir)
    data_dir.mkdir(parents=True, exist_ok=True)
    if not account.is_lent or account.reaches(data_dir.resolve()):
        return data_dir.resolve()
    return _relocated(data_dir)


def _linked_home(link: Path) -> Path:
    if not link.exists():
        raise ClusterMissing(link, link.readlink())
    return link.resolve()


def _relocated(data_dir: Path) -> Path:
    if any(data_dir.iterdir()):
        raise DataOutOfReach(data_dir, "the account that runs PostgreSQL cannot pass through it")
    SHARED_HOME.mkdir(parents=True, exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix="data-", dir=SHARED_HOME))
    for place in (SHARED_HOME, home):
        place.chmod(0o755)
    data_dir.rmdir()
    data_dir.symlink_to(home)
    return home


def _digest(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:12]
