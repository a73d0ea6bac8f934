"""What the readme shows of a replay is what it prints, but for the time it took."""

import re
from io import StringIO

from rich.console import Console

from replay.folder import read_folder
from replay.report import show
from replay.run import replay
from tests.support.papers import PROJECT, blocks
from tests.support.record import write_folder

TIMES = re.compile(r"[\d.]+ (s:|orders/s)")


async def test_the_report_is_the_one_that_is_printed(server, database, tmp_path):
    (printed,) = [
        block.text for block in blocks(PROJECT / "README.md") if block.notes.get("of") == "replay"
    ]
    record = read_folder(write_folder(tmp_path))
    replayed = await replay(server, database, record, at_once=4)
    console = Console(file=StringIO(), width=120, record=True)

    show(console, record, replayed)

    lines = [line.rstrip() for line in console.export_text().splitlines()]
    assert TIMES.sub("", "\n".join(lines)) == TIMES.sub("", printed.rstrip("\n"))
