"""The WSGI application that a server loads: `servicebalie.wsgi:app`."""

import os

from servicebalie.app import create_app
from servicebalie.config import Settings
from servicebalie.services.topic_lexicon import topic_lexicon

app = create_app(Settings.from_env(os.environ))

# Most of a second, which would otherwise be waited for by the first person who looks for a topic.
topic_lexicon()
