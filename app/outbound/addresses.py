"""Where calls may go: public addresses, by TLS, and nothing that is inside of anything.

Checked twice: what was typed when it is kept, and every address that the name leads to whenever it
is called.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

PORTS = (443, 8443)
LONGEST_URL = 2_000
_PLAIN = re.compile(r"[!-~]+")
_HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")
Address = IPv4Address | IPv6Address

# What `is_global` lets through or has let through in some release: relays and translators that
# lead to addresses of version 4, and what clouds answer their own machines on.
_CLOSED_4 = tuple(
    IPv4Network(each)
    for each in (
        "0.0.0.0/8",
        "100.64.0.0/10",
        "168.63.129.16/32",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "240.0.0.0/4",
    )
)
_OPEN_6 = IPv6Network("2000::/3")
_CLOSED_6 = tuple(
    IPv6Network(each) for each in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)


class AddressRefused(Exception):
    """The address may not be called; says what is wrong with it, and nothing of where it leads."""

    def __init__(self, problem: str) -> None:
        """Say the problem, in words for whoever typed the address."""
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Target:
    """An address in its parts; `target` is the path with the query."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def is_plain(self) -> bool:
        """Whether it is spoken to without TLS."""
        return self.scheme == "http"

    @property
    def authority(self) -> str:
        """Host and port as the Host header names them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = 80 if self.is_plain else 443
        return host if self.port == usual else f"{host}:{self.port}"


def target_of(url: str, *, allows_loopback: bool = False) -> Target:
    """Read an address as it was typed; raises `AddressRefused` saying what is wrong."""
    if not _PLAIN.fullmatch(url) or "\\" in url or len(url) > LONGEST_URL:
        raise AddressRefused(f"it must be at most {LONGEST_URL} plain characters")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise AddressRefused("it is not written as an address") from None
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise AddressRefused("it must name neither a user, nor a password, nor a fragment")
    if not host or ("[" not in parts.netloc and not _HOST.fullmatch(host)):
        raise AddressRefused("it needs the name of a host")
    target = Target(
        parts.scheme, host, port or _usual(parts.scheme), _path(parts.path, parts.query)
    )
    _check(target, allows_loopback=allows_loopback)
    return target


def is_public(address: Address) -> bool:
    """Whether an address is of the open Internet: neither private nor leading to what is."""
    if isinstance(address, IPv4Address):
        closed = any(address in network for network in _CLOSED_4)
    else:
        closed = address not in _OPEN_6 or any(address in network for network in _CLOSED_6)
    return address.is_global and not address.is_multicast and not closed


def check_reached(
    target: Target, addresses: list[Address], *, allows_loopback: bool = False
) -> list[Address]:
    """Return what a name leads to when all of it may be called, each once.

    One that may not be called refuses them all: a name that leads inside and outside at once was
    made for no good. Raises `AddressRefused`, which names no address.
    """
    if not addresses:
        raise AddressRefused("its name leads nowhere")
    if allows_loopback and all(address.is_loopback for address in addresses):
        return list(dict.fromkeys(addresses))
    if target.is_plain or target.port not in PORTS:
        raise AddressRefused("only this machine itself may be called so")
    if not all(is_public(address) for address in addresses):
        raise AddressRefused("it is not on the open Internet")
    return list(dict.fromkeys(addresses))


def _check(target: Target, *, allows_loopback: bool) -> None:
    if target.scheme not in {"https", "http"}:
        raise AddressRefused("it must begin with https://")
    literal = _literal(target.host)
    may_be_loopback = allows_loopback and (
        target.host.lower() == "localhost" if literal is None else literal.is_loopback
    )
    if may_be_loopback:
        return
    if target.is_plain:
        raise AddressRefused("it must begin with https://")
    if target.port not in PORTS:
        raise AddressRefused(f"its port must be {' or '.join(map(str, PORTS))}")
    if literal is not None and not is_public(literal):
        raise AddressRefused("it is not on the open Internet")


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _usual(scheme: str) -> int:
    return 80 if scheme == "http" else 443


def _path(path: str, query: str) -> str:
    return f"{path or '/'}{f'?{query}' if query else ''}"
