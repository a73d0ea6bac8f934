import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.stage import Stage, raised


@pytest.fixture(scope="package")
async def stage() -> AsyncIterator[Stage]:
    """The running system, one for all plays: each founds networks of its own."""
    data = Path(tempfile.mkdtemp(prefix="tributary-e2e-", dir="/tmp"))
    async with raised(data) as stage:
        yield stage
    shutil.rmtree(data)
