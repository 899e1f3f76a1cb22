"""How many requests there may be with one token or one return code, from one address and one network.

A token that this process knows to be good counts for itself, so people behind one address do not take each
other's turns; all else counts for where it comes from.
"""

import math
from functools import lru_cache

from flask import Flask, request

from servicebalie.core.errors import ServicebalieError
from servicebalie.core.keys import keyed_hash
from servicebalie.core.limits import HOUR, Pace
from servicebalie.core.origins import Network, origin_of
from servicebalie.http.authentication import known_sender
from servicebalie.http.origin import request_origin
from servicebalie.http.runtime import Runtime, runtime
from servicebalie.turns import Refused

_REMEMBERED = 1024


class TooManyRequests(ServicebalieError):
    """A limit was met; `limit` is which, `acts` and `window` (in seconds) how much it allows, and `seconds`
    when there is a turn again."""

    code = "too-many-requests"


def limit_requests(app: Flask) -> None:
    """Refuse requests above the limits, before anything is read or looked up for them."""
    app.before_request(_take_turn)


def _take_turn() -> None:
    if request.endpoint == "static":
        return
    here = runtime()
    limits = here.request_limits
    token = known_sender()
    if token is not None:
        wanted = {f"token {token.hex()}": limits.per_token}
    else:
        address, network = _places(
            here.keys.limits,
            request.remote_addr,
            request.headers.get("X-Forwarded-For"),
            here.trusted_proxies,
        )
        wanted = {address: limits.per_address, network: limits.per_network}
    _take(here, wanted)


def take_turn_of_code(code: str) -> None:
    """Count that something is done with a return code that is right; raises `TooManyRequests`."""
    here = runtime()
    _take(here, {f"code {_hidden(here.keys.limits, 'code', code)}": here.request_limits.per_code})


def take_turn_of_wrong_token() -> None:
    """Count a token that nobody has; raises `TooManyRequests`. Right ones are never refused for it."""
    here, origin = runtime(), request_origin()
    limit = here.request_limits.wrong_tokens
    address, network = (
        f"{kind} {_hidden(here.keys.limits, limit.act, place)}"
        for kind, place in (("address", origin.address), ("network", origin.network))
    )
    _take(here, {address: Pace(limit.per_address, HOUR), network: Pace(limit.per_network, HOUR)})


def _take(here: Runtime, wanted: dict[str, Pace]) -> None:
    refused = here.turns.take(wanted)
    if refused is not None:
        raise _too_many(refused, wanted[refused.key])


def _too_many(refused: Refused, pace: Pace) -> TooManyRequests:
    return TooManyRequests(
        limit=refused.key.partition(" ")[0],
        acts=pace.acts,
        window=pace.window // 1000,
        seconds=math.ceil(refused.wait / 1000),
    )


@lru_cache(maxsize=_REMEMBERED)
def _places(
    key: bytes, peer: str | None, forwarded_for: str | None, proxies: tuple[Network, ...]
) -> tuple[str, str]:
    origin = origin_of(peer, forwarded_for, proxies)
    return (
        f"address {_hidden(key, 'address', origin.address)}",
        f"network {_hidden(key, 'network', origin.network)}",
    )


def _hidden(key: bytes, *parts: str) -> str:
    return keyed_hash(key, b"turns", *(part.encode() for part in parts)).hex()
