"""Own a PostgreSQL server from its binaries to its clean end; knows no Tributary table."""

from launch.postgres.binaries import Binaries, bundled_binaries, installed_binaries
from launch.postgres.server import EmbeddedPostgres
from launch.postgres.throwaway import throwaway_postgres

__all__ = [
    "Binaries",
    "EmbeddedPostgres",
    "bundled_binaries",
    "installed_binaries",
    "throwaway_postgres",
]
