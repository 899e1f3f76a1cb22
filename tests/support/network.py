"""Ports for the servers that tests start."""

import socket

import pytest


@pytest.fixture
def port() -> int:
    """A port of the loopback address on which nobody listens."""
    return free_port()


def free_port() -> int:
    """Return a port of the loopback address on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
    return number
