"""Where commands speak: people read standard error, so that results can be piped."""

from rich.console import Console

console = Console(stderr=True)
