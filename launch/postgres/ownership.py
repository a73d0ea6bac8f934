"""Let exactly one process own a server; the operating system frees the lock when it dies."""

import fcntl
import os
from pathlib import Path

from launch.postgres.account import Account


class Ownership:
    """An advisory lock on a file, held from `acquire` to `release` or the end of the process."""

    def __init__(self, path: Path) -> None:
        """Name the file; nothing is opened yet."""
        self._path = path
        self._file: int | None = None

    @property
    def is_held(self) -> bool:
        """Whether this object holds the lock."""
        return self._file is not None

    def acquire(self, account: Account) -> bool:
        """Try once, without waiting."""
        file = os.open(self._path, os.O_RDONLY | os.O_CREAT, 0o644)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            return False
        account.give(self._path)
        self._file = file
        return True

    def release(self) -> None:
        """Give the lock up; without effect when it is not held."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
