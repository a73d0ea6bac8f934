"""One RabbitMQ node on 127.0.0.1, with a name, a folder and a cookie of its own."""

import os
import secrets
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from launch.errors import LaunchError
from launch.rabbitmq.programs import Programs

LONGEST_START_SECONDS = 120.0
_STOP_SECONDS = 20.0
_POLL_SECONDS = 0.05
_ERL = """#!/bin/sh
ROOTDIR='{erlang}' BINDIR='{runtime}' EMU=beam PROGNAME=erl
export ROOTDIR BINDIR EMU PROGNAME
exec "$BINDIR/erlexec" "$@"
"""
_CONFIGURATION = """\
vm_memory_high_watermark.absolute = 512MB
disk_free_limit.absolute = 50MB
"""


@dataclass(eq=False)
class RabbitNotStarted(LaunchError):
    """The server ended or stayed silent."""

    text: ClassVar = "RabbitMQ did not start. Its last lines:\n{tail}\n"
    remedy: ClassVar = "Mend what they name and start again."
    tail: str


@dataclass(frozen=True, slots=True)
class Ports:
    """Where it serves, where its nodes would speak, and where they would look each other up."""

    serving: int
    nodes: int
    lookup: int


class RabbitServer:
    """A node that is started, ended or killed by its process id, and keeps its data between."""

    def __init__(self, programs: Programs, folder: Path, ports: Ports) -> None:
        """Start nothing yet."""
        self._programs, self._folder, self._ports = programs, folder, ports
        self._lookup: subprocess.Popen[bytes] | None = None
        self._server: subprocess.Popen[bytes] | None = None
        self._log = folder / "server.log"

    @property
    def port(self) -> int:
        """Where it serves."""
        return self._ports.serving

    @property
    def url(self) -> str:
        """The address for `TRIBUTARY_BROKER_URL`."""
        return self.url_at(self.port)

    def url_at(self, port: int) -> str:
        """Return the address through another port, such as a proxy's."""
        return f"amqp://guest:guest@127.0.0.1:{port}/%2F"

    def start(self) -> None:
        """Return once it serves; raises `RabbitNotStarted`."""
        self._prepare()
        if self._lookup is None:  # Ours to end: a node would leave one running for good.
            epmd = [str(self._programs.runtime / "epmd"), "-port", str(self._ports.lookup)]
            self._lookup = self._run([*epmd, "-address", "127.0.0.1"])
        self._server = self._run(["/bin/sh", str(self._programs.server)])
        deadline = time.monotonic() + LONGEST_START_SECONDS
        while not self._serves():
            if self._server.poll() is not None or time.monotonic() > deadline:
                tail = self._log.read_text(errors="replace")[-2_000:]
                self.stop()
                raise RabbitNotStarted(tail)
            time.sleep(_POLL_SECONDS)

    def stop(self) -> None:
        """End it and what it needed."""
        self._end(signal.SIGTERM)
        if self._lookup is not None:
            self._lookup.kill()
            self._lookup.wait()
            self._lookup = None

    def kill(self) -> None:
        """Kill -9, in the middle of whatever it does; the data stays as it is."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self._server is None:
            return
        _signal_family(self._server, how)
        try:
            self._server.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            _signal_family(self._server, signal.SIGKILL)
            self._server.wait()
        self._server = None

    def _run(self, command: list[str]) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as log:
            return subprocess.Popen(
                command,
                cwd=self._folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _serves(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self._ports.serving), timeout=1).close()
        except OSError:
            return False
        return True

    def _prepare(self) -> None:
        """Write what it reads; a runtime that was unpacked does not know where it is."""
        (self._folder / "bin").mkdir(parents=True, exist_ok=True)
        erl = self._folder / "bin" / "erl"
        erl.write_text(_ERL.format(erlang=self._programs.erlang, runtime=self._programs.runtime))
        erl.chmod(0o700)
        (self._folder / "plugins").write_text("[].\n")
        (self._folder / "rabbit.conf").write_text(_CONFIGURATION)
        cookie = self._folder / ".erlang.cookie"
        if not cookie.exists():
            cookie.touch(mode=0o600)
            cookie.write_text(secrets.token_hex())
            cookie.chmod(0o400)

    def _environment(self) -> dict[str, str]:
        folder = self._folder
        return {
            "PATH": f"{folder / 'bin'}:{os.environ.get('PATH', os.defpath)}",
            "LANG": "C.UTF-8",
            "HOME": str(folder),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(self._ports.lookup),
            "RABBITMQ_NODENAME": f"tributary{self._ports.serving}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self._ports.serving),
            "RABBITMQ_DIST_PORT": str(self._ports.nodes),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_MNESIA_BASE": str(folder / "data"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_LOG_BASE": str(folder),
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbit"),
        }


def _signal_family(process: subprocess.Popen[bytes], how: signal.Signals) -> None:
    try:
        os.killpg(process.pid, how)
    except ProcessLookupError:
        return
