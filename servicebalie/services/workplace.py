"""What the services need to know to work for one desk at one moment."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from servicebalie.core.directory import Directory
from servicebalie.core.keys import Keys
from servicebalie.services.askers import AskerKeys

FOLLOW_UP_AFTER = timedelta(days=14)
"""How long after a question was closed its person is asked whether they were helped, without a setting."""


@dataclass(frozen=True, slots=True)
class Workplace:
    """One desk at one moment, and on whose behalf the work is done.

    `user_id` is None when the newcomer acts; `locale` is the language of that person's pages and mail.
    `translates` tells that there is a server for translating what is written.
    """

    desk_id: int
    directory: Directory
    keys: Keys
    asker_keys: AskerKeys
    now: datetime
    locale: str
    user_id: int | None = None
    follow_up_after: timedelta = FOLLOW_UP_AFTER
    translates: bool = False
