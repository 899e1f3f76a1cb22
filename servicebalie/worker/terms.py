"""Keeping the terms of referrals: reminding services, and giving the desk what they did not respond to."""

from datetime import datetime
from functools import partial

import structlog

from servicebalie.core.errors import ServicebalieError
from servicebalie.core.keys import Keys
from servicebalie.db import Database
from servicebalie.services.referral_clock import due_referrals, keep_term

log = structlog.get_logger()


def keep_terms(database: Database, keys: Keys, now: datetime) -> None:
    """Do what the clock has to do about referrals, each in a transaction of its own."""
    last = 0
    while True:
        with database.read() as session:
            found = due_referrals(session, now, after=last)
        for due in found:
            try:
                database.write(partial(keep_term, due=due, keys=keys, now=now))
            except ServicebalieError as refusal:
                # Somebody, or another worker, acted on it since it was found.
                log.info("term kept by others", referral=due.id, refusal=refusal.code)
        if not found:
            break
        last = found[-1].id
