"""What the environment asks of a launch."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import ClassVar, Self

from app.config import worker_drain
from app.kernel.errors import Invalid
from launch.errors import LaunchError

# The processes we start never see these: they carry more rights than a request may have.
WITHHELD = ("TRIBUTARY_DATABASE_URL", "TRIBUTARY_OWNER_URL")


@dataclass(eq=False)
class SettingInvalid(LaunchError):
    """A variable of the environment cannot be understood."""

    text: ClassVar = "{name} is {value!r}, which is not {expected}."
    remedy: ClassVar = "Correct it, or unset it to use the default."
    name: str
    value: str
    expected: str


@dataclass(frozen=True)
class LaunchSettings:
    """Read once from the environment, passed from then on."""

    data: Path
    host: str
    port: int
    patience: float
    web_workers: int
    worker_processes: int
    worker_threads: int
    worker_drain: timedelta
    administrator_url: str | None = field(repr=False)
    owner_url: str | None = field(repr=False)
    app_url: str | None = field(repr=False)
    smtp_url: str | None = field(repr=False)
    backups: Path

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Take defaults that suit a laptop for everything left unset or empty."""
        data = Path(environment.get("TRIBUTARY_DATA") or ".data").absolute()
        return cls(
            data=data,
            host=environment.get("TRIBUTARY_HOST") or "127.0.0.1",
            port=int(_number(environment, "TRIBUTARY_PORT", "8000")),
            patience=_number(environment, "TRIBUTARY_PATIENCE", "60"),
            web_workers=int(_number(environment, "TRIBUTARY_WEB_WORKERS", "1")),
            worker_processes=int(_number(environment, "TRIBUTARY_WORKER_PROCESSES", "1")),
            worker_threads=int(_number(environment, "TRIBUTARY_WORKER_THREADS", "8")),
            worker_drain=_drain(environment),
            administrator_url=_address(environment, "TRIBUTARY_DATABASE_URL"),
            owner_url=_address(environment, "TRIBUTARY_OWNER_URL"),
            app_url=_address(environment, "TRIBUTARY_APP_URL"),
            smtp_url=environment.get("TRIBUTARY_SMTP_URL") or None,
            backups=Path(environment.get("TRIBUTARY_BACKUPS") or data / "backups").absolute(),
        )


def _drain(environment: Mapping[str, str]) -> timedelta:
    try:
        return worker_drain(environment)
    except Invalid as wrong:
        name = "TRIBUTARY_WORKER_DRAIN_SECONDS"
        raise SettingInvalid(name, environment[name], "1 to 10, whole") from wrong


def _number(environment: Mapping[str, str], name: str, default: str) -> float:
    value = environment.get(name) or default
    if not value.isdecimal():
        raise SettingInvalid(name, value, "a whole number")
    return float(value)


def _address(environment: Mapping[str, str], name: str) -> str | None:
    """Spell the address so that both psycopg and SQLAlchemy take it for psycopg."""
    value = environment.get(name)
    return re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql://", value) if value else None
