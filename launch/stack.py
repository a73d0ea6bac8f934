"""The web server and the worker: how they are started, awaited and kept alive."""

import http.client
import os
import shutil
import socket
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar

from launch.bytecode import compiled_code
from launch.errors import LaunchError
from launch.processes import Process
from launch.restarting import told
from launch.secrets import signing_secret
from launch.settings import WITHHELD, LaunchSettings

HEALTH_SECONDS = 60.0
POLL_SECONDS = 0.05
HTTP_OK = 200
APPLICATION = "app.asgi:create_application"
JOBS = "workers.main"
CONSUMER_PAUSE_MS = "500"


@dataclass(eq=False)
class PortTaken(LaunchError):
    """Another program listens where the web server should."""

    text: ClassVar = "Port {port} on {host} is taken: {reason}."
    remedy: ClassVar = "Stop the program that uses it, or set TRIBUTARY_PORT to a free one."
    host: str
    port: int
    reason: str


@dataclass(eq=False)
class Unhealthy(LaunchError):
    """The web server did not answer its health address."""

    text: ClassVar = "The web server did not become healthy. Its last lines:\n{tail}\n"
    remedy: ClassVar = "Mend what they name and start again."
    tail: str


def child_environment(settings: LaunchSettings, app_dsn: str) -> dict[str, str]:
    """Tell web server and worker what they need; the owner's rights are kept from them."""
    inherited = {name: value for name, value in os.environ.items() if name not in WITHHELD}
    told = {
        "TRIBUTARY_APP_URL": app_dsn,
        "TRIBUTARY_SECRET": os.environ.get("TRIBUTARY_SECRET") or signing_secret(settings.data),
        "TRIBUTARY_DATA": str(settings.data),
        "TRIBUTARY_HOST": settings.host,
        "TRIBUTARY_PORT": str(settings.port),
    }
    if not settings.smtp_url:
        told["TRIBUTARY_MAIL_FOLDER"] = str(settings.data / "mail")
    return {**inherited, **compiled_code(settings.data), **told}


def web_server(
    settings: LaunchSettings,
    app_dsn: str,
    log: Path | None = None,
    application: str = APPLICATION,
    more: Mapping[str, str] = MappingProxyType({}),
) -> Process:
    """Describe the HTTP server, with more settings if need be, after making sure of its port."""
    _check_port(settings.host, settings.port)
    settings.data.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "launch.web"]
    command += ["--host", settings.host, "--port", str(settings.port)]
    command += ["--workers", str(settings.web_workers), *told(settings.data), application]
    environment = {**child_environment(settings, app_dsn), **more}
    if environment.get("TRIBUTARY_METRICS_TOKEN"):
        environment["PROMETHEUS_MULTIPROC_DIR"] = str(_emptied(settings.data / "metrics"))
    return Process("web", command, environment, log)


def worker(
    settings: LaunchSettings,
    app_dsn: str,
    log: Path | None = None,
    jobs: str = JOBS,
    more: Mapping[str, str] = MappingProxyType({}),
) -> Process:
    """Describe the process that runs background jobs, with more settings if need be."""
    drain_ms = int(settings.worker_drain.total_seconds() * 1_000)
    command = [sys.executable, "-m", "dramatiq", jobs]
    command += ["--processes", str(settings.worker_processes)]
    command += ["--threads", str(settings.worker_threads)]
    command += ["--worker-shutdown-timeout", str(drain_ms)]
    environment = {
        "dramatiq_restart_delay": CONSUMER_PAUSE_MS,
        **child_environment(settings, app_dsn),
        **more,
    }
    return Process("worker", command, environment, log)


def _emptied(folder: Path) -> Path:
    """Return the folder in which web processes count together, without what others have counted."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def await_health(web: Process, settings: LaunchSettings) -> None:
    """Return once the web server says that it can serve."""
    deadline = time.monotonic() + HEALTH_SECONDS
    while not _is_healthy(settings.host, settings.port):
        if web.ended_with is not None or time.monotonic() > deadline:
            raise Unhealthy(web.tail())
        time.sleep(POLL_SECONDS)


def _is_healthy(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == HTTP_OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as taken:
            raise PortTaken(host, port, os.strerror(taken.errno or 0)) from taken
