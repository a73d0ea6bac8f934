"""Which account runs the server: PostgreSQL refuses root, so root lends it another one."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from launch.postgres.errors import AccountMissing, DataOutOfReach

LENT_ACCOUNT = "nobody"
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


class Confinement(TypedDict):
    """The options of `subprocess.Popen` that confine a child to an account."""

    env: dict[str, str]
    cwd: str
    user: int | None
    group: int | None
    extra_groups: list[int] | None


@dataclass(frozen=True)
class Account:
    """The user and group of the server's processes and files."""

    user: int
    group: int

    @property
    def is_lent(self) -> bool:
        """Whether it differs from the account of this process."""
        return self.user != os.geteuid()

    def confinement(self) -> "Confinement":
        """Options of a child process: the account, and little of this process's environment."""
        return {
            "env": {"LC_ALL": "C"} | {n: os.environ[n] for n in _PASSED_ON if n in os.environ},
            "cwd": "/",
            "user": self.user if self.is_lent else None,
            "group": self.group if self.is_lent else None,
            "extra_groups": [] if self.is_lent else None,
        }

    def give(self, path: Path) -> None:
        """Make the account owner of the path; without effect unless the account is lent."""
        if self.is_lent:
            os.chown(path, self.user, self.group, follow_symlinks=False)

    def own_directory(self, path: Path) -> None:
        """Create a directory that only the account can enter, or check that it is one."""
        try:
            path.mkdir(mode=0o700)
        except FileExistsError:
            self._check_owned(path)
        else:
            self.give(path)

    def reaches(self, path: Path) -> bool:
        """Whether the account may pass through the directory and all that lead to it."""
        return all(self._passes(place) for place in (path, *path.parents))

    def _passes(self, directory: Path) -> bool:
        status = directory.stat()
        if status.st_uid == self.user:
            return bool(status.st_mode & stat.S_IXUSR)
        if status.st_gid == self.group:
            return bool(status.st_mode & stat.S_IXGRP)
        return bool(status.st_mode & stat.S_IXOTH)

    def _check_owned(self, path: Path) -> None:
        status = path.lstat()
        if not stat.S_ISDIR(status.st_mode):
            raise DataOutOfReach(path, "it is not a directory")
        if status.st_uid != self.user:
            raise DataOutOfReach(path, "it belongs to another user")
        path.chmod(0o700)


def server_account(cluster: Path) -> Account:
    """Choose this user, or for root the owner of the existing cluster, else `nobody`."""
    if os.geteuid() != 0:
        return _account_of(os.geteuid())
    owner = _owner(cluster)
    return Account(*owner) if owner else _lent_account()


def _owner(cluster: Path) -> tuple[int, int] | None:
    if not cluster.exists():
        return None
    status = cluster.stat()
    return (status.st_uid, status.st_gid) if status.st_uid != 0 else None


def _account_of(user: int) -> Account:
    try:
        entry = pwd.getpwuid(user)
    except KeyError as missing:
        raise AccountMissing(f"user {user}") from missing
    return Account(entry.pw_uid, os.getegid())


def _lent_account() -> Account:
    try:
        entry = pwd.getpwnam(LENT_ACCOUNT)
    except KeyError as missing:
        raise AccountMissing(f"the account {LENT_ACCOUNT}") from missing
    return Account(entry.pw_uid, entry.pw_gid)
