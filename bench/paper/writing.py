"""Put a report into its folder, each file whole or not at all."""

from pathlib import Path

import orjson

from bench.paper.markdown import PICTURE, in_markdown
from bench.paper.picture import drawn
from bench.paper.report import Report

MARKDOWN, JSON = "report.md", "report.json"


def write(report: Report, folder: Path) -> Path:
    """Replace the report of an earlier run; returns the Markdown's path."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        MARKDOWN: in_markdown(report).encode(),
        JSON: orjson.dumps(report.plain(), option=orjson.OPT_INDENT_2, default=str),
    }
    if report.http:
        files[PICTURE] = drawn(report.http, report.processes).encode()
    for name, content in files.items():
        scratch = folder / f".{name}.new"
        scratch.write_bytes(content)
        scratch.rename(folder / name)
    return folder / MARKDOWN
