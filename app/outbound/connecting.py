"""Connections to the very addresses that were checked."""

import asyncio
import socket
from collections.abc import Iterable
from ipaddress import ip_address
from typing import cast

import httpcore2

from app.outbound.addresses import Address, Target, check_reached

_MOST_ADDRESSES = 3


class Checked(httpcore2.AsyncNetworkBackend):
    """Connects to what a name leads to now, when all of that may be called.

    The name is looked up once and the connection made to the addresses that were checked, so that a
    second answer of its name server changes nothing.
    """

    def __init__(self, target: Target, *, allows_loopback: bool) -> None:
        self._target, self._allows_loopback = target, allows_loopback
        self._plain = cast("httpcore2.AsyncNetworkBackend", httpcore2.AnyIOBackend())

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  # the interface's own
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Look the name up, check every address, and connect to the first that answers."""
        async with asyncio.timeout(timeout):
            found = await _addresses(host, port)
            reached = check_reached(self._target, found, allows_loopback=self._allows_loopback)
            for place, address in enumerate(reached[:_MOST_ADDRESSES], start=1):
                try:
                    return await self._plain.connect_tcp(
                        str(address), port, timeout, local_address, socket_options
                    )
                except httpcore2.ConnectError:
                    if place == min(len(reached), _MOST_ADDRESSES):
                        raise
        msg = "unreachable: a checked name leads to one address at least"
        raise AssertionError(msg)


async def _addresses(host: str, port: int) -> list[Address]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [ip_address(str(place[0]).partition("%")[0]) for *_, place in found]
