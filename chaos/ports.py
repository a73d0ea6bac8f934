"""Ports that nobody else is given for as long as somebody needs them."""

import socket
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def held_port() -> Generator[int]:
    """Give a free port, kept from whoever asks the system for any until the block ends.

    A socket that is bound and never listens holds it: a server may still listen there, once or
    after another, as all of ours reuse addresses; meanwhile connections are refused as usual.
    """
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # Granian asks for it.
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]
