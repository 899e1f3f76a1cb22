"""The WSGI application that a server loads: `servicebalie.wsgi:app`."""

import os

from servicebalie.app import create_app
from servicebalie.config import Settings

app = create_app(Settings.from_env(os.environ))
