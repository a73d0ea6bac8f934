import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def home() -> Iterator[Path]:
    """A directory that any account can reach, unlike pytest's own."""
    path = Path(tempfile.mkdtemp(prefix="tributary-test-", dir="/tmp"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)
