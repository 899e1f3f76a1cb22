"""Where the current request comes from."""

from flask import request

from servicebalie.core.origins import Origin, origin_of
from servicebalie.http.runtime import runtime


def request_origin() -> Origin:
    """Return the address and the network of who sent the current request, behind proxies of ours too."""
    return origin_of(request.remote_addr, request.headers.get("X-Forwarded-For"), runtime().trusted_proxies)
