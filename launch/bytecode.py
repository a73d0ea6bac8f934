"""Compiled code: a process that finds none compiles all it imports, longer than it then starts.

Containers often forbid Python to write any. It is then kept beside the data until the next launch.
"""

import sys
from collections.abc import Mapping
from functools import cache
from importlib.util import cache_from_source, find_spec
from pathlib import Path
from shutil import rmtree

SAMPLES = ("sqlalchemy", __name__)
"""What is installed, and what is ours."""


def compiled_code(data: Path) -> Mapping[str, str]:
    """Tell children where compiled code may be kept, if there is none and none may be written."""
    if not sys.dont_write_bytecode or all(map(_is_compiled, SAMPLES)):
        return {}
    folder = _emptied(data / "bytecode")
    return {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder)}


def _is_compiled(module: str) -> bool:
    found = find_spec(module)
    assert found is not None
    assert found.origin is not None
    return Path(cache_from_source(found.origin)).exists()


@cache
def _emptied(folder: Path) -> Path:
    """Take away once what an earlier launch left: a release may have kept sizes and times."""
    rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
