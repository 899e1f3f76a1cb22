"""What may stand in a setting as the address of a server that we speak to."""

import re
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import TypeAlias
from urllib.parse import urlsplit

from servicebalie.core.origins import Address, Network

_LONGEST_HOST = 253
_OWN_PATH = re.compile(r"(/[A-Za-z0-9_-]{1,80}){1,8}", re.ASCII)


def is_own_path(text: str) -> bool:
    """Whether a text leads to a page of ours and cannot lead anywhere else.

    It is plain words between single slashes: no host, query, dot or escape, which browsers read in more ways
    than one.
    """
    return _OWN_PATH.fullmatch(text) is not None


Networks: TypeAlias = tuple[Network, ...]

SPECIAL = "special"
PRIVATE = "private"
PUBLIC = "public"

_NAT64 = IPv6Network("64:ff9b::/96")


def is_plain_web_address(text: str) -> bool:
    """Whether a text is `https://host`, or with http, a port or a path; without a user or a query."""
    if not text.isascii() or not text.isprintable() or " " in text:
        return False
    try:
        parts = urlsplit(text)
        has_port = parts.port != 0
    except ValueError:
        return False
    host = parts.hostname or ""
    plain = "@" not in parts.netloc and not {"?", "#"} & set(text) and not parts.netloc.endswith(":")
    return parts.scheme in {"http", "https"} and 1 <= len(host) <= _LONGEST_HOST and plain and has_port


def is_private_on_the_way(address: str) -> bool:
    """Whether nobody on the way reads what is sent to a web address.

    It is encrypted, or does not leave the machine or the private network; a name without a dot is one that
    only such a network knows.
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.scheme == "https":
        return True
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host


def is_on_this_machine(address: str) -> bool:
    """Whether a web address can only be reached from the machine itself."""
    host = urlsplit(address).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def hosts_of(address: str) -> tuple[str, ...]:
    """Return the names under which the server at a web address may be asked for."""
    return ("localhost", "127.0.0.1", "[::1]") if is_on_this_machine(address) else (_written_host(address),)


def kind_of(address: Address) -> str:
    """Return whether an address is public, private, or special: of no server that anybody should be sent to.

    An IPv4 address inside an IPv6 address (mapped, 6to4, NAT64) counts as itself. Of this machine and of the
    private network are private; link-local, where clouds answer with their keys, is special.
    """
    inner = _inner(address)
    if inner.is_link_local or inner.is_multicast or inner.is_unspecified:
        return SPECIAL
    if inner.is_loopback or inner.is_private:
        return PRIVATE
    return PUBLIC if inner.is_global else SPECIAL


def may_be_reached(address: Address, *, encrypted: bool, allowed: Networks) -> bool:
    """Whether what is for a web server may go to this address, to which its name was resolved.

    Encrypted, it may go anywhere in public; readable, only to this machine or the private network, for
    which alone such addresses are accepted (`is_private_on_the_way`). What is `allowed` is always right.
    """
    if any(_inner(address) in network for network in allowed):
        return True
    return kind_of(address) == (PUBLIC if encrypted else PRIVATE)


def is_contact(text: str) -> bool:
    """Whether a text can stand as an address to write to in security.txt (RFC 9116, 2.5.3)."""
    clean = text.isascii() and text.isprintable() and " " not in text
    return clean and text.startswith(("mailto:", "https://", "tel:")) and len(text) > len("https://")


def _written_host(address: str) -> str:
    host = urlsplit(address).hostname or ""
    return f"[{host}]" if ":" in host else host


def _inner(address: Address) -> Address:
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address
