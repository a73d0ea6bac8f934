"""Addresses on the network, as far as they say who asks."""

from ipaddress import IPv6Address, ip_address

_IPV6_HOST_BITS = 64


def network_of(address: str) -> str:
    """Return who an address stands for: a host of IPv6 has a whole /64 to choose from."""
    if ":" not in address:
        return address
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(IPv6Address(int(parsed) >> _IPV6_HOST_BITS << _IPV6_HOST_BITS))
