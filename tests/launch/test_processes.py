import os
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import fields
from pathlib import Path

import pytest

import launch.__main__  # noqa: F401 - loads every module that defines an error
from launch.errors import LaunchError
from launch.processes import RESTARTS_ALLOWED, KeepsDying, Process
from launch.secrets import signing_secret
from launch.settings import LaunchSettings
from launch.stack import PortTaken, Unhealthy, await_health, child_environment, web_server
from launch.watch import start_all
from tests.support.patience import becomes

PARENT_SCRIPT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
time.sleep(600)
"""
LAUNCHER_SCRIPT = """
import os, sys, time
from launch.processes import Process
command = [sys.executable, "-c", "import time; time.sleep(600)"]
process = Process("sleeper", command, os.environ, None)
process.start()
print(process.pid, flush=True)
time.sleep(600)
"""


def is_gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return True
    return state == "Z"


def process(log: Path, script: str) -> Process:
    return Process("sample", [sys.executable, "-c", script], os.environ, log)


def settings(data: Path, **variables: str) -> LaunchSettings:
    return LaunchSettings.read({"TRIBUTARY_DATA": str(data), **variables})


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_stopped_process_takes_its_children_along(tmp_path: Path) -> None:
    log = tmp_path / "log"
    parent = process(log, PARENT_SCRIPT)
    parent.start()
    assert becomes(lambda: bool(parent.tail()))
    child = int(parent.tail())

    parent.stop()

    assert becomes(lambda: is_gone(child))
    assert parent.pid is None


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_killed_launcher_leaves_no_process() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", LAUNCHER_SCRIPT], stdout=subprocess.PIPE, text=True
    ) as launcher:
        assert launcher.stdout is not None
        child = int(launcher.stdout.readline())

        launcher.send_signal(signal.SIGKILL)

    assert becomes(lambda: is_gone(child))


def test_signals_mean_after_a_clean_end_what_they_meant_before(tmp_path: Path) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    sleeper = process(tmp_path / "log", "import time; time.sleep(600)")
    held = []

    with ExitStack() as running:
        running.callback(lambda: held.append(signal.getsignal(signal.SIGTERM)))
        start_all(running, [sleeper])

    assert held == [before[0]]
    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)] == before


def test_process_that_keeps_dying_is_given_up_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("launch.processes.RESTART_WINDOW_SECONDS", 3_600)
    dying = process(tmp_path / "log", "print('no licence', flush=True); raise SystemExit(3)")
    dying.start()
    for _ in range(RESTARTS_ALLOWED - 1):
        assert becomes(lambda: dying.ended_with == 3)
        dying.restart()
    assert becomes(lambda: dying.ended_with == 3)

    with pytest.raises(KeepsDying, match="no licence"):
        dying.restart()


def test_taken_port_is_told_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(PortTaken, match=f"Port {port} .* TRIBUTARY_PORT"):
            web_server(settings(tmp_path, TRIBUTARY_PORT=str(port)), "postgresql://")


def test_web_server_that_ends_is_not_waited_for(tmp_path: Path) -> None:
    web = process(tmp_path / "log", "print('cannot import', flush=True)")
    web.start()

    with pytest.raises(Unhealthy, match="cannot import"):
        await_health(web, settings(tmp_path, TRIBUTARY_PORT="9"))


def test_children_never_see_the_owners_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIBUTARY_OWNER_URL", "postgresql://owner")
    monkeypatch.setenv("TRIBUTARY_DATABASE_URL", "postgresql://administrator")
    monkeypatch.delenv("TRIBUTARY_SECRET", raising=False)

    told = child_environment(settings(tmp_path), "postgresql://app")

    assert told["TRIBUTARY_APP_URL"] == "postgresql://app"
    assert told["TRIBUTARY_SECRET"] == signing_secret(tmp_path)
    assert told["TRIBUTARY_MAIL_FOLDER"] == str(tmp_path / "mail")
    assert not {"TRIBUTARY_OWNER_URL", "TRIBUTARY_DATABASE_URL"} & told.keys()


def test_secret_is_made_once_and_closed_to_others(tmp_path: Path) -> None:
    first = signing_secret(tmp_path)

    assert signing_secret(tmp_path) == first
    assert len(first) >= 32
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600


def every_error(base: type[LaunchError]) -> list[type[LaunchError]]:
    return [found for kind in base.__subclasses__() for found in (kind, *every_error(kind))]


def test_every_error_says_what_to_do_next() -> None:
    errors = every_error(LaunchError)
    told = [str(error(**dict.fromkeys((f.name for f in fields(error)), 1))) for error in errors]

    assert len(errors) > 15
    assert all(sentence.endswith(".") for sentence in told)
    assert all(len(error.remedy) > 20 for error in errors)
