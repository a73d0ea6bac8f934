"""What an installation stands on beside its database: settings, disk, addresses, backups."""

import http.client
import json
import os
import shutil
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from app.config import Settings
from app.kernel.errors import Invalid
from launch.backup import Store
from launch.doctor.finding import Finding, care, fault, good
from launch.settings import LaunchSettings

SPARE_BYTES = 2 * 1024**3
STALE_BACKUP = timedelta(days=2)
ANSWER_SECONDS = 3.0
_OTHERS = 0o077
_STAND_INS = {"TRIBUTARY_APP_URL": "postgresql://", "TRIBUTARY_SECRET": "s" * 32}
"""In the place of what a launch finds out or makes by itself."""
_PORTS = {"amqp": 5672, "amqps": 5671, "smtp": 25, "smtps": 465}


def around(settings: LaunchSettings) -> Iterator[Finding]:
    """Look at all that needs no database, in the order in which it is needed."""
    yield _settings()
    yield _disk(settings)
    yield from _secrets(settings)
    yield _web(settings)
    yield _reached("mail", settings.smtp_url, "TRIBUTARY_SMTP_URL", _without_mail(settings))
    broker = os.environ.get("TRIBUTARY_BROKER_URL")
    yield _reached("broker", broker, "TRIBUTARY_BROKER_URL", "PostgreSQL carries the jobs.")
    yield _backups(settings)


def _settings() -> Finding:
    try:
        Settings.from_environment(_STAND_INS | dict(os.environ))
    except Invalid as wrong:
        return fault("settings", str(wrong), "Correct the variable, or unset it for the default.")
    return good("settings", "Every variable of the environment is understood.")


def _disk(settings: LaunchSettings) -> Finding:
    place = _existing(settings.data)
    free = shutil.disk_usage(place).free
    told = f"{settings.data} has {free / 1024**3:.1f} GiB free."
    if not os.access(place, os.W_OK):
        remedy = "Give the folder to this account, or name another by TRIBUTARY_DATA."
        return fault("disk", f"{place} cannot be written to.", remedy)
    if free < SPARE_BYTES:
        return care("disk", told, "Make room: without it orders are refused until there is some.")
    return good("disk", told)


def _secrets(settings: LaunchSettings) -> Iterator[Finding]:
    kept = sorted(settings.data.glob("*secret*")) + sorted(settings.data.glob("*passwords*.json"))
    for path in kept:
        if path.stat().st_mode & _OTHERS:
            yield fault("secrets", f"Others may read {path}.", f"Run: chmod 600 {path}")
            return
    if kept:
        yield good("secrets", "Only this account may read them.")


def _web(settings: LaunchSettings) -> Finding:
    where = f"{settings.host}:{settings.port}"
    asked = http.client.HTTPConnection(settings.host, settings.port, timeout=ANSWER_SECONDS)
    try:
        asked.request("GET", "/readyz")
        answer = asked.getresponse()
        said = answer.read().decode(errors="replace")
    except ConnectionRefusedError:
        return care("web", f"Nobody serves at {where}.", "Start it: tributary serve")
    except (OSError, http.client.HTTPException) as failed:
        told = f"What listens at {where} gives no answer: {failed or type(failed).__name__}"
        return fault("web", told, "See what holds the port, or set TRIBUTARY_PORT to a free one.")
    finally:
        asked.close()
    if answer.status == http.client.OK and said == "ok":
        return good("web", f"Serves at {where}.")
    return fault("web", f"{where} does not serve: {_because(said)}", "See the findings below.")


def _because(said: str) -> str:
    try:
        return str(json.loads(said)["because"])
    except (ValueError, KeyError, TypeError):
        return "it is no Tributary, or one far older"


def _without_mail(settings: LaunchSettings) -> str:
    return f"E-mails are written into {settings.data / 'mail'}."


def _reached(subject: str, url: str | None, name: str, otherwise: str) -> Finding:
    if not url:
        return good(subject, otherwise)
    parts = urlsplit(url)
    host, port = parts.hostname or "localhost", parts.port or _PORTS.get(parts.scheme, 0)
    try:
        socket.create_connection((host, port), timeout=ANSWER_SECONDS).close()
    except OSError as failed:
        told = f"{host}:{port} does not answer: {failed}"
        return fault(subject, told, f"Correct {name}, or mend the server.")
    return good(subject, f"{host}:{port} answers.")


def _backups(settings: LaunchSettings) -> Finding:
    bases = Store(settings.backups).bases()
    if not bases:
        remedy = "Take one: tributary backup take; then every night by a timer."
        return care("backups", f"There is none in {settings.backups}.", remedy)
    age = datetime.now(UTC) - bases[-1].finished
    told = f"{len(bases)}, the newest of {bases[-1].finished:%Y-%m-%d %H:%M} UTC."
    if age > STALE_BACKUP:
        return care("backups", told, "Take one, and see why the timer did not.")
    return good("backups", told)


def _existing(folder: Path) -> Path:
    return folder if folder.exists() else _existing(folder.parent)
