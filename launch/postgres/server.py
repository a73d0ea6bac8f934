"""Run one PostgreSQL server for as long as its owner lives."""

import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Self
from urllib.parse import quote

import psycopg

from launch.lifeline import lifeline
from launch.postgres.account import Account
from launch.postgres.archive import archive_of, archive_settings, choose_archive
from launch.postgres.binaries import Binaries, bundled_binaries
from launch.postgres.cluster import prepare_cluster, write_settings
from launch.postgres.errors import StartFailed, StartTimedOut
from launch.postgres.layout import PORT, layout_of
from launch.postgres.ownership import Ownership
from launch.postgres.postmaster import POLL_SECONDS, SHUTDOWN_SECONDS, live_postmaster, retire

RECOVERY_SECONDS = 60.0
LOG_TAIL_BYTES = 2_000
LOG_LIMIT_BYTES = 10_000_000
_NO_SETTINGS: Mapping[str, str] = MappingProxyType({})
_STILL_DYING = "pre-existing shared memory block"


class EmbeddedPostgres:
    """A server on a private socket, owned by the first process that starts it on a directory.

    A process that starts it while the owner lives is a guest: it uses the same server and leaves
    it running. Start it in the main thread, since Linux ends the server with the starting thread.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        throwaway: bool = False,
        settings: Mapping[str, str] = _NO_SETTINGS,
        binaries: Binaries | None = None,
        patience: float = RECOVERY_SECONDS,
    ) -> None:
        """Prepare the home of the server; a throwaway one trades durability for speed."""
        self._layout = layout_of(data_dir)
        self._ownership = Ownership(self._layout.lock)
        self._binaries = (binaries or bundled_binaries()).runnable_by(self._layout.account)
        self._durable = not throwaway
        self._settings = settings
        self._patience = patience
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def is_owner(self) -> bool:
        """Whether this process runs the server and will end it."""
        return self._ownership.is_held

    @property
    def is_alive(self) -> bool:
        """Whether the server's main process exists."""
        if self._process is not None:
            return self._process.poll() is None
        return live_postmaster(self._layout) is not None

    @property
    def pid(self) -> int | None:
        """Number of the server's main process, while it lives."""
        return live_postmaster(self._layout)

    @property
    def home(self) -> Path:
        """The directory in which all that is the server's lies."""
        return self._layout.home

    @property
    def account(self) -> Account:
        """Whose its processes and files are."""
        return self._layout.account

    @property
    def programs(self) -> Binaries:
        """Its programs, which know its files."""
        return self._binaries

    @property
    def archive(self) -> Path | None:
        """The folder to which it hands over its WAL, once one was chosen."""
        return archive_of(self._layout)

    @property
    def log(self) -> Path:
        """The file that receives what the server says."""
        return self._layout.log

    def dsn(self, database: str = "postgres", user: str = "postgres") -> str:
        """Address for psycopg and SQLAlchemy alike; the socket's directory guards it."""
        host = quote(str(self._layout.socket), safe="/")
        return f"postgresql://{quote(user)}@/{quote(database)}?host={host}&port={PORT}"

    def version(self) -> str:
        """Version that the running server tells, such as 18.6."""
        with psycopg.connect(self.dsn()) as connection:
            number = connection.info.server_version
        return f"{number // 10_000}.{number % 10_000}"

    def start(self) -> Self:
        """Own the server, or join the one that another process owns, once it answers."""
        deadline = time.monotonic() + self._patience
        while not self._ownership.acquire(self._layout.account):
            if self._answers():
                return self
            self._check_time(deadline)
        try:
            self._start_owned(deadline)
        except BaseException:
            self.stop()
            raise
        return self

    def archive_to(self, folder: Path) -> None:
        """Have finished WAL handed over to a folder from now on, whoever owns the server."""
        choose_archive(self._layout, folder)
        self._write_settings()
        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            connection.execute("SELECT pg_reload_conf()")

    def stop(self) -> None:
        """End the server cleanly if it is ours: running statements are rolled back."""
        process, self._process = self._process, None
        if process is not None:
            _end(process)
            self._layout.clear_socket()
        self._ownership.release()

    def restart(self) -> None:
        """Bring our server back after it died; what was committed is there again."""
        self.stop()
        self.start()

    def __enter__(self) -> Self:
        """Start it."""
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop it."""
        self.stop()

    def _start_owned(self, deadline: float) -> None:
        self._layout.account.own_directory(self._layout.socket)
        retire(self._layout)
        prepare_cluster(self._layout, self._binaries, durable=self._durable)
        self._write_settings()
        self._process = self._spawn()
        while not self._answers():
            self._check_process()
            self._check_time(deadline)

    def _write_settings(self) -> None:
        archive = archive_settings(self._layout) if self._durable else _NO_SETTINGS
        write_settings(self._layout, {**archive, **self._settings}, durable=self._durable)

    def _spawn(self) -> subprocess.Popen[bytes]:
        layout = self._layout
        if layout.log.exists() and layout.log.stat().st_size > LOG_LIMIT_BYTES:
            layout.log.rename(layout.log.with_suffix(".log.1"))
        command = [self._binaries.program("postgres"), "-D", str(layout.cluster)]
        with layout.log.open("ab") as log:
            layout.account.give(layout.log)
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # The terminal's Ctrl-C must not end it before its users.
                preexec_fn=lifeline(signal.SIGINT),
                **layout.account.confinement(),
            )

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.dsn(), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _check_process(self) -> None:
        if self._process is None or self._process.poll() is None:
            return
        tail = self._log_tail()
        if _STILL_DYING not in tail.rpartition("starting PostgreSQL")[2]:
            raise StartFailed(self._layout.log, tail)
        time.sleep(POLL_SECONDS)
        self._process = self._spawn()

    def _check_time(self, deadline: float) -> None:
        if time.monotonic() > deadline:
            raise StartTimedOut(self._layout.log, self._patience)
        time.sleep(POLL_SECONDS)

    def _log_tail(self) -> str:
        return self._layout.log.read_bytes()[-LOG_TAIL_BYTES:].decode(errors="replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask for a fast shutdown, then an immediate one, then leave it no choice."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        process.send_signal(number)
        try:
            process.wait(SHUTDOWN_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        return
