"""What may stand in a setting as the address of a server that we speak to."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

_LONGEST_HOST = 253
_OWN_PATH = re.compile(r"(/[A-Za-z0-9_-]{1,80}){1,8}", re.ASCII)


def is_own_path(text: str) -> bool:
    """Whether a text leads to a page of ours and cannot lead anywhere else.

    It is plain words between single slashes: no host, query, dot or escape, which browsers read in more ways
    than one.
    """
    return _OWN_PATH.fullmatch(text) is not None


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


def is_on_this_machine(address: str) -> bool:
    """Whether a web address leads to the machine on which it is used."""
    host = urlsplit(address).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


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
