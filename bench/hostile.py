"""What each attack costs the server: `python -m bench.hostile`.

A server of its own answers every attack of the table many times, without a budget for documents;
its processor time is read from the kernel (Linux), so that neither the client nor the database is
counted. A second server has the limits of every day: a probe asks it alone, and beside attackers
who send without a pause from processes of their own. What all this came to is `hostile.txt` in the
folder of reports.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import Event, Thread

from rich.console import Console
from rich.table import Table

from app.identities.tokens import AccessClaims, TokenKeys
from app.kernel.ids import new_id
from bench.attacks import ATTACKS, JSON, LARGEST, OVERSIZE, Attack, asking
from launch.database import bootstrap
from launch.migrations import migrate
from launch.postgres import throwaway_postgres
from launch.secrets import signing_secret
from launch.settings import LaunchSettings
from launch.stack import await_health, web_server
from launch.watch import start_all, stop_on_signals

LIMIT_MS = 50.0
HOST, PORT = "127.0.0.1", 8_947
SECONDS = 5.0
_NANOSECONDS_A_MS = 1e6
_PROBE_PAUSE = 0.005
_WIDTH = 120
_LIFETIME = timedelta(hours=1)
_PROBE = b'{"query": "{ __typename }"}'


@dataclass(frozen=True, slots=True)
class Row:
    """One attack's answer and the server's processor time for it, in milliseconds."""

    name: str
    status: str
    cpu: float


@dataclass(slots=True)
class Probe:
    """A well-behaved client; the milliseconds that each of its answers took."""

    waits: list[float] = field(default_factory=list[float])
    failures: int = 0

    @property
    def median(self) -> float:
        """What half of its answers took at most."""
        return median(self.waits)

    @property
    def most_within(self) -> float:
        """What 95 of a hundred of its answers took at most."""
        return sorted(self.waits)[int(len(self.waits) * 0.95)]

    def ask_until(self, ended: Event) -> None:
        """Ask for next to nothing again and again."""
        while not ended.wait(_PROBE_PAUSE):
            started = time.perf_counter()
            if _send("POST", "/graphql", _PROBE, JSON) != "200":
                self.failures += 1
            self.waits.append((time.perf_counter() - started) * 1_000)


def main(words: list[str] | None = None) -> int:
    """Attack a server and print the table; 1 when an attack costs more than 50 ms."""
    parser = argparse.ArgumentParser(prog="python -m bench.hostile")
    parser.add_argument("--times", type=int, default=20, help="how often each attack is sent")
    parser.add_argument("--folder", type=Path, default=Path("bench-report"))
    given = parser.parse_args(words)
    times: int = given.times
    stop_on_signals()
    console = Console(width=None if sys.stdout.isatty() else _WIDTH, record=True)
    with _server({"TRIBUTARY_LIMIT_DOCUMENT_BURST": str(10**9)}) as (pid, bearer):
        list(_measured(pid, bearer, 1, (*ATTACKS, OVERSIZE)))
        before = _memory(pid)
        rows = list(_measured(pid, bearer, times, (*ATTACKS, OVERSIZE)))
        after = _memory(pid)
        largest = [asking(name, _new_each_time(text)) for name, text in LARGEST.items()]
        allowed = list(_measured(pid, bearer, times, largest))
    with _server({}) as (_, bearer):
        probes = [
            (f"{many} {name}", _beside(send, bearer, many))
            for many, name, send in (
                (0, "others", _behave),
                (1, "well-behaved client", _behave),
                (1, "attacker", _attack),
                (4, "well-behaved clients", _behave),
                (4, "attackers", _attack),
            )
        ]
    console.print(_table("Attacks: the server's processor time for one request", rows))
    console.print(_table("The largest that is allowed", allowed))
    console.print(
        f"Memory of the web process: {before:.0f} MiB after one round,"
        f" {after:.0f} MiB after {times} more."
    )
    for others, probe in probes:
        console.print(
            f"Probe beside {others}: median {probe.median:.1f} ms, 95 % within"
            f" {probe.most_within:.1f} ms, slowest {max(probe.waits):.0f} ms,"
            f" {probe.failures} of {len(probe.waits)} failed."
        )
    given.folder.mkdir(parents=True, exist_ok=True)
    (given.folder / "hostile.txt").write_text(console.export_text(), encoding="utf-8")
    return int(max(row.cpu for row in rows) > LIMIT_MS)


@contextmanager
def _server(limits: Mapping[str, str]) -> Generator[tuple[int, str]]:
    """Serve to a bearer whose token is right: bodies of strangers may only be small."""
    with ExitStack() as running:
        data = Path(running.enter_context(TemporaryDirectory()))
        postgres = running.enter_context(throwaway_postgres({}))
        access = bootstrap(postgres.dsn())
        migrate(access.owner_dsn)
        settings = replace(LaunchSettings.read(), data=data, host=HOST, port=PORT, web_workers=1)
        web = web_server(settings, access.app_dsn, data / "web.log", more=limits)
        start_all(running, [web])
        await_health(web, settings)
        assert web.pid is not None
        secret = os.environ.get("TRIBUTARY_SECRET") or signing_secret(data)
        yield web.pid, f"Bearer {_token(secret)}"


def _token(secret: str) -> str:
    keys, somebody = TokenKeys(secret, _LIFETIME, _LIFETIME), new_id()
    return keys.sign(AccessClaims(somebody, somebody, None, None), datetime.now(UTC))


def _measured(pid: int, bearer: str, times: int, attacks: Iterable[Attack]) -> Generator[Row]:
    for attack in attacks:
        headers = {"authorization": bearer, **attack.headers}
        bodies = [attack.body() for _ in range(times + 1)]
        status = _send(attack.method, attack.path, bodies.pop(), headers)
        before = _processor_ms(pid)
        for body in bodies:
            _send(attack.method, attack.path, body, headers)
        yield Row(attack.name, status, (_processor_ms(pid) - before) / times)


def _new_each_time(document: Callable[[], str]) -> Callable[[], str]:
    """Give a document another text at every call, so that none is known already."""
    texts = (f"{document()} # {number}" for number in count())
    return lambda: next(texts)


def _beside(send: Callable[[str], None], bearer: str, many: int) -> Probe:
    """Probe for some seconds beside so many others, once they have used up what they may."""
    apart = get_context("spawn")
    others = [apart.Process(target=send, args=(bearer,), daemon=True) for _ in range(many)]
    for other in others:
        other.start()
    time.sleep(SECONDS)
    probe = _probed(lambda: time.sleep(SECONDS))
    for other in others:
        other.kill()
        other.join()
    return probe


def _behave(bearer: str) -> None:
    while True:
        _send("POST", "/graphql", _PROBE, {"authorization": bearer, **JSON})


def _attack(bearer: str) -> None:
    while True:
        for attack in (*ATTACKS, OVERSIZE):
            headers = {"authorization": bearer, **attack.headers}
            _send(attack.method, attack.path, attack.body(), headers)


def _probed(work: Callable[[], object]) -> Probe:
    probe, ended = Probe(), Event()
    thread = Thread(target=probe.ask_until, args=(ended,))
    thread.start()
    try:
        work()
    finally:
        ended.set()
        thread.join()
    return probe


def _send(method: str, path: str, body: bytes, headers: Mapping[str, str]) -> str:
    connection = HTTPConnection(HOST, PORT, timeout=30)
    try:
        connection.request(method, path, body, dict(headers))
        answer = connection.getresponse()
        answer.read()
    except (OSError, HTTPException):
        return "closed"
    else:
        return str(answer.status)
    finally:
        connection.close()


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [pid, *(int(child) for child in children)]


def _processor_ms(pid: int) -> float:
    spent = 0
    for process in _family(pid):
        for thread in Path(f"/proc/{process}/task").iterdir():
            spent += int((thread / "schedstat").read_text(encoding="ascii").split()[0])
    return spent / _NANOSECONDS_A_MS


def _memory(pid: int) -> float:
    pages = [
        int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
        for process in _family(pid)
    ]
    return max(pages) * 4_096 / (1 << 20)


def _table(title: str, rows: list[Row]) -> Table:
    table = Table("Request", "Answer", "CPU ms", title=title)
    for row in sorted(rows, key=lambda row: -row.cpu):
        style = "red" if row.cpu > LIMIT_MS else None
        table.add_row(row.name, row.status, f"{row.cpu:.1f}", style=style)
    return table


if __name__ == "__main__":
    sys.exit(main())
