"""Keeping the audit trail: every line gets its place in the chain, every day its seal.

Where the chain is stands in the log as well, which is usually kept on another machine: a second witness for
what has no seal yet.
"""

from datetime import datetime
from pathlib import Path

import structlog

from servicebalie.core.keys import Keys
from servicebalie.db import Database
from servicebalie.services.audit_chain import chain_waiting, list_seals, seal_yesterday, waits_for_place
from servicebalie.services.audit_seals import write_seals

log = structlog.get_logger()


def chain_lines_that_wait(database: Database) -> None:
    """Give all lines that wait their place."""
    with database.read() as session:
        if not waits_for_place(session):
            return
    newest = None
    while end := database.write(chain_waiting):
        newest = end
    if newest:
        log.info("audit lines chained", sequence=newest.sequence, hash=newest.hash.hex())


def keep_seals(database: Database, keys: Keys, directory: Path | None, now: datetime) -> None:
    """Seal the chain if that was not done since yesterday, and write new seals into a directory."""
    seal = database.write(lambda session: seal_yesterday(session, keys, now))
    if seal:
        log.info("audit sealed", day=seal.day.isoformat(), sequence=seal.sequence, hash=seal.hash.hex())
    if directory is None:
        return
    with database.read() as session:
        seals = list_seals(session)
    try:
        write_seals(directory, seals)
    except OSError as error:
        log.warning("audit seals cannot be written", error=type(error).__name__)
