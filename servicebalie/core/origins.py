"""Where a request comes from, as coarsely as a limit needs to know it."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address
Network: TypeAlias = IPv4Network | IPv6Network

_IPV4_NETWORK = 24
_IPV6_ADDRESS, _IPV6_NETWORK = 64, 48


@dataclass(frozen=True, slots=True)
class Origin:
    """The address of a request and the network around it, as text.

    One IPv6 connection has a whole /64 to choose addresses from, so that counts as its address; the network
    is the /48 that a customer of a provider gets, and for IPv4 the /24.
    """

    address: str
    network: str


UNKNOWN = Origin("unknown", "unknown")
"""All that have no address that we can read; they share their limits."""


def origin_of(peer: str | None, forwarded_for: str | None, proxies: Sequence[Network]) -> Origin:
    """Return where a request comes from.

    `peer` is who is connected to us, `forwarded_for` the header X-Forwarded-For, to which every proxy adds
    the address that it sees. It is read from its end, and only as far as it was written by proxies of ours:
    what stands further to the left may have been written by anybody.
    """
    nearest: Address | None = None
    for hop in (peer or "", *reversed((forwarded_for or "").split(","))):
        address = _parsed(hop)
        if address is None:
            break
        nearest = address
        if not any(address in proxy for proxy in proxies):
            break
    return _origin(nearest) if nearest else UNKNOWN


def parse_network(text: str) -> Network:
    """Return a network such as `10.0.0.0/8`, or that of one address; raises `ValueError`."""
    return ip_network(text)


def _parsed(hop: str) -> Address | None:
    """Return an address, also of one that is written with a port; None for anything else."""
    text = hop.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _origin(address: Address) -> Origin:
    if isinstance(address, IPv4Address):
        return Origin(str(address), _around(address, _IPV4_NETWORK))
    return Origin(_around(address, _IPV6_ADDRESS), _around(address, _IPV6_NETWORK))


def _around(address: Address, prefix: int) -> str:
    network = IPv4Network if isinstance(address, IPv4Address) else IPv6Network
    return str(network((int(address), prefix), strict=False))
