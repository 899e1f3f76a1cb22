"""The WSGI application that a server loads: `servicebalie.wsgi:app`."""

import os

from servicebalie.app import create_app
from servicebalie.config import Mode, Settings
from servicebalie.logs import Output, configure_logs
from servicebalie.services.topic_lexicon import topic_lexicon

settings = Settings.from_env(os.environ)
configure_logs(as_json=settings.mode is Mode.PRODUCTION, output=Output.STANDARD_OUTPUT)
app = create_app(settings)

# Most of a second, which would otherwise be waited for by the first person who looks for a topic.
topic_lexicon()
