"""Serves a WSGI application exactly as `servicebalie serve` does.

`python -m benchmarks.granian_server APPLICATION PORT`
"""

import os
import sys

from servicebalie.cli.serve import web_server
from servicebalie.config import Settings


def main() -> None:
    """Serve the application until asked to stop."""
    application, port = sys.argv[1:]
    web_server(application, Settings.from_env(os.environ), "127.0.0.1", int(port)).serve()


if __name__ == "__main__":
    main()
