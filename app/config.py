"""Settings of one process, read once from the environment and passed to whoever needs them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from app.edge.limits import Limits
from app.identities.letters import checked_site
from app.kernel.errors import Invalid

_SHORTEST_SECRET = 32
_SHORTEST_TOKEN = 16
_LONGEST_DRAIN_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Settings:
    """What may differ between two installations of the same code."""

    database_url: str = field(repr=False)
    secret: str = field(repr=False)
    smtp_url: str | None = field(default=None, repr=False)
    mail_folder: Path | None = None
    mail_from: str = "tributary@localhost"
    site_url: str = "http://localhost:8000"
    """Where people use the front end: links in e-mails lead there."""
    access_token_lifetime: timedelta = timedelta(minutes=15)
    refresh_token_lifetime: timedelta = timedelta(days=30)
    pool_size: int = 10
    broker_url: str | None = field(default=None, repr=False)
    show_graphiql: bool = True
    trusted_documents: Path | None = None
    trusted_only: bool = False
    limits: Limits = field(default_factory=Limits)
    origins: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ()
    hsts: bool = False
    request_log: bool = True
    metrics_token: str | None = field(default=None, repr=False)
    traces_url: str | None = None
    drain_file: Path | None = None
    clock_offset: timedelta = timedelta(0)
    """What a process's clock is wrong by, in laboratories; nothing in the environment sets it."""
    webhooks_to_loopback: bool = False
    worker_drain: timedelta = timedelta(seconds=10)
    """How long running jobs are given to end when a worker is told to."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Read `TRIBUTARY_*`; raises `Invalid` naming the variable that is missing or too weak."""
        folder = environment.get("TRIBUTARY_MAIL_FOLDER")
        trusted = environment.get("TRIBUTARY_TRUSTED_DOCUMENTS")
        drain_file = environment.get("TRIBUTARY_DRAIN_FILE")
        return cls(
            database_url=_required(environment, "TRIBUTARY_APP_URL"),
            secret=_secret(environment),
            smtp_url=environment.get("TRIBUTARY_SMTP_URL"),
            mail_folder=Path(folder) if folder else None,
            mail_from=environment.get("TRIBUTARY_MAIL_FROM", "tributary@localhost"),
            site_url=checked_site(environment.get("TRIBUTARY_SITE_URL") or "http://localhost:8000"),
            pool_size=_whole(environment, "TRIBUTARY_POOL_SIZE", "10"),
            broker_url=environment.get("TRIBUTARY_BROKER_URL") or None,
            show_graphiql=environment.get("TRIBUTARY_GRAPHIQL", "on") == "on",
            trusted_documents=Path(trusted) if trusted else None,
            trusted_only=environment.get("TRIBUTARY_TRUSTED_ONLY", "off") == "on",
            limits=Limits.from_environment(environment),
            origins=_listed(environment, "TRIBUTARY_ORIGINS"),
            proxies=_listed(environment, "TRIBUTARY_PROXIES"),
            hsts=environment.get("TRIBUTARY_HSTS", "off") == "on",
            request_log=environment.get("TRIBUTARY_REQUEST_LOG", "on") == "on",
            metrics_token=_token(environment),
            traces_url=environment.get("TRIBUTARY_TRACES_URL") or None,
            drain_file=Path(drain_file) if drain_file else None,
            webhooks_to_loopback=environment.get("TRIBUTARY_WEBHOOKS_TO_LOOPBACK", "off") == "on",
            worker_drain=worker_drain(environment),
        )


def worker_drain(environment: Mapping[str, str] = os.environ) -> timedelta:
    """Return how long a worker's running jobs are given to end; raises `Invalid`.

    Never longer than it takes whoever stops the process to lose patience.
    """
    said = environment.get("TRIBUTARY_WORKER_DRAIN_SECONDS") or str(_LONGEST_DRAIN_SECONDS)
    if not said.isdecimal() or not 0 < int(said) <= _LONGEST_DRAIN_SECONDS:
        raise Invalid(
            "TRIBUTARY_WORKER_DRAIN_SECONDS", f"must be 1 to {_LONGEST_DRAIN_SECONDS}, whole"
        )
    return timedelta(seconds=int(said))


def _required(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name)
    if not value:
        raise Invalid(name, "must be set; `make demo` and `python -m launch serve` set it")
    return value


def _whole(environment: Mapping[str, str], name: str, default: str) -> int:
    value = environment.get(name) or default
    if not value.isdecimal() or not int(value):
        raise Invalid(name, f"is {value!r}, which is not a whole number of at least 1")
    return int(value)


def _secret(environment: Mapping[str, str]) -> str:
    secret = _required(environment, "TRIBUTARY_SECRET")
    if len(secret) < _SHORTEST_SECRET:
        raise Invalid("TRIBUTARY_SECRET", f"must have at least {_SHORTEST_SECRET} characters")
    return secret


def _listed(environment: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in environment.get(name, "").split(",") if item.strip())


def _token(environment: Mapping[str, str]) -> str | None:
    token = environment.get("TRIBUTARY_METRICS_TOKEN") or None
    if token is not None and len(token) < _SHORTEST_TOKEN:
        raise Invalid("TRIBUTARY_METRICS_TOKEN", f"must have at least {_SHORTEST_TOKEN} characters")
    return token
