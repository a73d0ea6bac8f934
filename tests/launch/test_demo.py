"""The one command, as a newcomer runs it: on a free port, in an empty data directory."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import psycopg
import pytest

from launch.database import DATABASE
from launch.postgres import EmbeddedPostgres
from tests.support.patience import PATIENCE_SECONDS, becomes
from tests.support.ports import held_port

START_SECONDS = 600
SAMPLE = ("organisation", "membership", "sku", "price_entry", "stock_balance")
ROWS = "SELECT count(*), max(xmin::text::bigint) FROM {}"
LAST_LINE = "Ctrl-C stops everything; the data stays"
OPERATION = re.compile(r"^(?:query|mutation) .*?^}", re.MULTILINE | re.DOTALL)

pytestmark = [
    pytest.mark.xdist_group("demo"),
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]


@dataclass
class Demo:
    """One launch and the page that it printed."""

    process: subprocess.Popen[str]
    page: str

    @property
    def operations(self) -> list[str]:
        return OPERATION.findall(self.page)

    @property
    def address(self) -> str:
        return re.search(r"^GraphQL +(\S+)$", self.page, re.MULTILINE)[1]  # type: ignore[index]

    def paste(self, operation: str, token: str = "") -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        body = {"query": operation}
        told = httpx2.post(self.address, json=body, headers=headers, timeout=PATIENCE_SECONDS)
        answer = told.json()
        assert "errors" not in answer, answer
        return answer["data"]

    def family(self) -> list[int]:
        """The launcher and all that descends from it."""
        parents = {pid: parent_of(pid) for pid in every_pid()}
        family = [self.process.pid]
        for pid in family:
            family += [child for child, parent in parents.items() if parent == pid]
        return family


class Launcher:
    def __init__(self, home: Path, port: int) -> None:
        own = {name: value for name, value in os.environ.items() if "TRIBUTARY" not in name}
        self._environment = own | {
            "TRIBUTARY_DATA": str(home / "data"),
            "TRIBUTARY_PORT": str(port),
        }
        self._page = home / "page"
        self.launched: list[Demo] = []

    def start(self, **more: str) -> Demo:
        with self._page.open("w") as page:
            process = subprocess.Popen(
                [sys.executable, "-m", "launch", "demo"],
                env=self._environment | more,
                stderr=page,
                text=True,
                start_new_session=True,
            )
        demo = Demo(process, "")
        self.launched.append(demo)

        def is_told() -> bool:
            assert process.poll() is None, self._page.read_text()
            demo.page = self._page.read_text()
            return LAST_LINE in demo.page

        assert becomes(is_told, START_SECONDS), demo.page
        return demo


@pytest.fixture
def launcher(home: Path) -> Iterator[Launcher]:
    home.chmod(0o777)
    with held_port() as port:
        launcher = Launcher(home, port)
        yield launcher
        for demo in launcher.launched:
            if demo.process.poll() is None:
                demo.process.terminate()
                demo.process.wait(PATIENCE_SECONDS)


def every_pid() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def parent_of(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def seeded(home: Path) -> list[Any]:
    """How many rows of the sample there are, and the last transaction that wrote one."""
    with (
        EmbeddedPostgres(home / "data" / "postgres") as guest,
        psycopg.connect(guest.dsn(DATABASE)) as connection,
    ):
        return [connection.execute(ROWS.format(table)).fetchone() for table in SAMPLE]


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def await_end(pids: list[int]) -> None:
    is_over = becomes(lambda: all(is_gone(pid) for pid in pids))
    assert is_over, [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in pids if not is_gone(pid)]


def test_what_the_page_says_works_and_nothing_is_lost(launcher: Launcher, home: Path) -> None:
    demo = launcher.start()
    sign_in, look, cost, order = demo.operations
    mailboxes = re.findall(r"^(\S+@\S+\.example) ", demo.page, re.MULTILINE)
    password = re.search(r'password: "([^"]+)"', sign_in)[1]  # type: ignore[index]

    html = {"Accept": "text/html"}
    browser = httpx2.get(demo.address, headers=html, timeout=PATIENCE_SECONDS)
    token = demo.paste(sign_in)["signIn"]["accessToken"]
    found = demo.paste(look, token)
    quoted = demo.paste(cost, token)["quote"]
    placed = demo.paste(order, token)["placeOrder"]
    everybody = [
        demo.paste(re.sub(r'email: "[^"]+"', f'email: "{mailbox}"', sign_in))["signIn"]
        for mailbox in mailboxes
    ]

    assert "graphiql" in browser.text
    assert found["viewer"] == {"name": "Li Ming", "roles": ["Buyer"]}
    assert found["catalogue"]["edges"][0]["node"]["offers"][0]["unitPrice"] is not None
    assert any("20 CNY off from 500 CNY" in hint["text"] for hint in quoted["hints"])
    assert all(line["steps"][0]["name"] == "LIST" for line in quoted["lines"])
    assert placed["state"] == "CONFIRMED"
    assert placed["total"] == quoted["gross"]
    assert password in demo.page.partition("mutation")[0]
    assert len(mailboxes) == 8
    assert all(each["accessToken"] for each in everybody)

    rows = seeded(home)
    family = demo.family()
    demo.process.kill()
    demo.process.wait()
    await_end([pid for pid in family if pid != demo.process.pid])

    again = launcher.start()
    token = again.paste(again.operations[0])["signIn"]["accessToken"]

    assert all(number for number, _ in rows)
    assert seeded(home) == rows  # Nothing is seeded again.
    assert again.page == demo.page
    assert again.paste(order, token)["placeOrder"]["id"] == placed["id"]

    family = again.family()
    assert len(family) > 5
    again.process.send_signal(signal.SIGINT)

    assert again.process.wait(PATIENCE_SECONDS) == 0
    await_end(family)
