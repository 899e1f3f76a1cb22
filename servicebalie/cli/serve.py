"""`servicebalie serve`: the web server with the pages and the API."""

import click
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from servicebalie.cli.deployment import settings_of_environment

WAITING_PER_THREAD = 16
"""How many requests may wait for each thread; the others wait in the queue of the operating system."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Listen on this address.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
def serve(host: str, port: int) -> None:
    """Serve the pages and the API until asked to stop."""
    settings = settings_of_environment()
    server = Granian(
        "servicebalie.wsgi:app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=settings.threads,
        backpressure=settings.threads * WAITING_PER_THREAD,
        websockets=False,
        log_level=LogLevels.warning,
        process_name="servicebalie",
    )
    click.echo(f"servicebalie listens on http://{host}:{port}")
    server.serve()
