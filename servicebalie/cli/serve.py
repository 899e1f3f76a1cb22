"""`servicebalie serve`: the web server with the pages and the API."""

import socket
from typing import Any

import click
import structlog
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.common import AbstractServer

from servicebalie.cli.deployment import settings_of_environment
from servicebalie.config import Mode, Settings
from servicebalie.core.errors import ServicebalieError
from servicebalie.logs import Output, configure_logs, of_libraries

WAITING_PER_THREAD = 16
"""How many requests may wait for each thread; the others wait in the queue of the operating system."""

log = structlog.get_logger()


class AddressNotAvailable(ServicebalieError):
    """The address is in use, is not one of this machine, or needs more rights."""

    code = "address-not-available"


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Listen on this address.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
def serve(host: str, port: int) -> None:
    """Serve the pages and the API until asked to stop."""
    settings = settings_of_environment()
    configure_logs(as_json=settings.mode is Mode.PRODUCTION, output=Output.STANDARD_OUTPUT)
    _refuse_unavailable(host, port)
    server = web_server("servicebalie.wsgi:app", settings, host, port)
    if settings.mode is Mode.PRODUCTION:
        log.info("listening", host=host, port=port)
    else:
        click.echo(f"servicebalie listens on http://{host}:{port}")
    server.serve()


def web_server(application: str, settings: Settings, host: str, port: int) -> AbstractServer[Any]:
    """Return a server for a WSGI application, named `module:variable`, with the processes of the settings."""
    return Granian(
        application,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=settings.threads,
        backpressure=settings.threads * WAITING_PER_THREAD,
        websockets=False,
        log_level=LogLevels.warning,
        log_dictconfig=of_libraries(as_json=settings.mode is Mode.PRODUCTION, output=Output.STANDARD_OUTPUT),
    )


def _refuse_unavailable(host: str, port: int) -> None:
    """Try the address, because the server tells of one that it cannot have in a dump of its own stack."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError:
        raise AddressNotAvailable(port=port) from None
