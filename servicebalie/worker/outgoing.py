"""Web requests of ours to other servers, which nobody can lead to where they must not go.

The name of a server is resolved, its addresses are checked, and the connection is made to an address that was
checked: asking once more when connecting would let whoever answers for the name change the answer in between
(DNS rebinding). Proxies of the environment are not used, because they resolve the name by themselves.
"""

import socket
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from servicebalie.core.web_addresses import Networks, may_be_reached
from servicebalie.worker.transports import NotSent


def guarded_session(allowed: Networks = ()) -> requests.Session:
    """Return a session that speaks to public addresses over TLS, to private ones without, and to those of the
    networks that are `allowed`; anything else raises `NotSent`, before a word is said."""
    session = requests.Session()
    adapter = _GuardedAdapter(allowed)
    for scheme in ("http://", "https://"):
        session.mount(scheme, adapter)
    return session


class _GuardedAdapter(HTTPAdapter):
    def __init__(self, allowed: Networks) -> None:
        self._allowed = allowed
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Make the pools, whose connections check where they go."""
        super().init_poolmanager(*args, **options)
        allowed = self._allowed

        class Plain(_Guarded, HTTPConnection):
            networks, encrypted = allowed, False

        class Encrypted(_Guarded, HTTPSConnection):
            networks, encrypted = allowed, True

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class EncryptedPool(HTTPSConnectionPool):
            ConnectionCls = Encrypted

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": EncryptedPool}

    def send(self, *args: Any, **options: Any) -> requests.Response:
        """Send a request, by no proxy."""
        return super().send(*args, **{**options, "proxies": {}})


class _Guarded(HTTPConnection):
    """A connection that goes to an address which was checked; its certificate is still that of the name."""

    networks: Networks
    encrypted: bool

    def _new_conn(self) -> socket.socket:
        name = self._dns_host
        failure: Exception = NotSent("address-not-allowed", final=False)
        for address in self._addresses(name):
            self._dns_host = address
            try:
                return super()._new_conn()
            except (NewConnectionError, ConnectTimeoutError) as error:
                failure = error
            finally:
                self._dns_host = name
        raise failure

    def _addresses(self, name: str) -> Iterator[str]:
        try:
            found = socket.getaddrinfo(name.strip("[]"), self.port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise NewConnectionError(self, "the name is not known") from error
        for *_, (text, *_) in found:
            address = ip_address(str(text))
            if may_be_reached(address, encrypted=self.encrypted, allowed=self.networks):
                yield str(address)
