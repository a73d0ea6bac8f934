"""Drive a server with the load client, and read the clocks of all processes around it."""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from statistics import quantiles
from typing import Any

from bench.http.load import BEGIN, END, Spec
from bench.http.usage import usage_of

MS = 1_000.0


@dataclass(frozen=True, slots=True)
class Pressure:
    """How hard to press: connections, and for how many seconds after a warm-up."""

    connections: int
    seconds: float
    warm: float = 0.5


@dataclass(frozen=True, slots=True)
class Driven:
    """What a run gave: times in milliseconds, processor time per request in milliseconds.

    Times and the rate are of `requests` answered in the window; processor time is of all `sent`,
    so that work under way at the window's ends is not counted wrongly.
    `client_share` is the load client's part of all processor time that was spent.
    """

    requests: int
    sent: int
    rate: float
    p50: float
    p95: float
    p99: float
    server_ms: float
    database_ms: float
    client_share: float
    kilobytes: float
    errors: int
    first_error: str

    @property
    def whole_ms(self) -> float:
        """Processor time per request of server, database and load client together."""
        return (self.server_ms + self.database_ms) / max(1 - self.client_share, 1e-9)


class Client:
    """Sends requests to one address; `watched` are the processes of server and database."""

    def __init__(self, port: int, scratch: Path, watched: Mapping[str, int]) -> None:
        """Prepare; nothing is sent before it is driven."""
        self._port = port
        self._scratch = scratch
        self._watched = watched

    def drive(
        self, requests: list[str], pressure: Pressure, *, most: int = 0, unwanted: tuple[str, ...]
    ) -> Driven:
        """Send requests in turn, over and over."""
        spec = Spec(
            host="127.0.0.1",
            port=self._port,
            connections=pressure.connections,
            seconds=pressure.seconds,
            requests=requests,
            run=token_hex(6),
            warm=0.0 if most else pressure.warm,
            most=most,
            unwanted=unwanted,
        )
        path = self._scratch / "load.json"
        spec.write(path)
        sent, spent = self._watch([sys.executable, "-m", "bench.http.load", str(path)])
        return _driven(sent, spent)

    def _watch(self, command: list[str]) -> tuple[dict[str, Any], dict[str, float]]:
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as client:
            assert client.stdout is not None
            before = self._clocks(client.stdout.readline(), BEGIN)
            after = self._clocks(client.stdout.readline(), END)
            sent = json.loads(client.stdout.readline())
        return sent, {name: after[name] - before[name] for name in before}

    def _clocks(self, word: str, expected: str) -> dict[str, float]:
        if word.strip() != expected:
            raise ConnectionError(f"the load client said {word!r} instead of {expected!r}")
        return {name: usage_of(pid).processor for name, pid in self._watched.items()}


def _driven(sent: dict[str, Any], spent: dict[str, float]) -> Driven:
    latencies: list[float] = sorted(sent["latencies"]) or [0.0]
    done = max(1, sent["sent"])
    cuts = quantiles(latencies, n=100, method="inclusive") if len(latencies) > 1 else latencies * 99
    server, database, client = spent["server"], spent["database"], sent["processor"]
    return Driven(
        requests=len(latencies) if sent["latencies"] else 0,
        sent=sent["sent"],
        rate=len(sent["latencies"]) / sent["seconds"],
        p50=cuts[49] * MS,
        p95=cuts[94] * MS,
        p99=cuts[98] * MS,
        server_ms=server / done * MS,
        database_ms=database / done * MS,
        client_share=client / max(server + database + client, 1e-9),
        kilobytes=sent["received_bytes"] / len(latencies) / 1024,
        errors=sent["errors"],
        first_error=sent["first_error"],
    )
