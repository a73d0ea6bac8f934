"""The web application as the laboratory serves it: each process may have a clock of its own."""

from dataclasses import replace

from starlette.types import ASGIApp

from app.asgi import create_application as product
from app.config import Settings
from chaos.clocks import own_offset


def create_application() -> ASGIApp:
    """Build the product's application with the clock of this process."""
    return product(replace(Settings.from_environment(), clock_offset=own_offset()))
