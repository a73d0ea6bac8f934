"""How the processes of a web server start, and how they end while they still do."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from launch.web import starts
from tests.support.patience import PATIENCE_SECONDS, becomes
from tests.support.ports import held_port

BEGUN = "TRIBUTARY_TEST_LOADING"


def never_loaded() -> None:
    """Stand for an application that is still being loaded when its process is told to end."""
    Path(os.environ[BEGUN]).touch()
    time.sleep(2 * PATIENCE_SECONDS)


@pytest.mark.parametrize(
    ("workers", "processors", "together"),
    [
        (2, 1, [[0], [1]]),
        (2, 2, [[0], [1]]),
        (2, 4, [[0, 1]]),
        (8, 4, [[0, 1, 2], [3, 4, 5], [6, 7]]),
        (1, 64, [[0]]),
    ],
)
def test_one_processor_is_left_to_others_while_a_web_server_starts(workers, processors, together):
    assert [[*indexes] for indexes in starts(workers, processors)] == together


@pytest.mark.skipif(sys.platform != "linux", reason="its processes are forked on Linux alone")
def test_a_process_that_still_loads_ends_when_told_to(tmp_path):
    begun = tmp_path / "begun"
    with held_port() as port:
        command = [sys.executable, "-m", "launch.web", "--host", "127.0.0.1", "--port", str(port)]
        command += ["--workers", "1", f"{__name__}:never_loaded"]
        with subprocess.Popen(command, env={**os.environ, BEGUN: str(begun)}) as server:
            assert becomes(begun.exists)

            server.terminate()

            try:
                assert server.wait(PATIENCE_SECONDS) == 0
            finally:
                server.kill()
