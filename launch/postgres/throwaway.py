"""A server for one test session or check, gone afterwards without a trace."""

import shutil
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from launch.postgres.binaries import Binaries
from launch.postgres.layout import SHORT_PLACE
from launch.postgres.server import EmbeddedPostgres

_NO_SETTINGS: Mapping[str, str] = MappingProxyType({})


@contextmanager
def throwaway_postgres(
    settings: Mapping[str, str] = _NO_SETTINGS, binaries: Binaries | None = None
) -> Generator[EmbeddedPostgres]:
    """Run a fast, forgetful server in a fresh directory that any account can reach."""
    home = Path(tempfile.mkdtemp(prefix="tributary-", dir=SHORT_PLACE))
    home.chmod(0o711)
    try:
        with EmbeddedPostgres(home, throwaway=True, settings=settings, binaries=binaries) as server:
            yield server
    finally:
        shutil.rmtree(home)
