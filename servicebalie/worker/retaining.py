"""Once a day, what is over goes: the retention schedules of all desks."""

import time
from collections.abc import Callable
from datetime import datetime

import structlog

from servicebalie.core.keys import Keys
from servicebalie.db import Database
from servicebalie.services.retention_run import Run, cut_audit, desks_to_run, run_retention

PAUSE_SECONDS = 0.05
"""How long nothing is deleted after each transaction, so that the desk never waits for more than one."""

log = structlog.get_logger()


def keep_schedules(
    database: Database,
    keys: Keys,
    now: datetime,
    goes_on: Callable[[], bool],
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Carry out the schedules of the desks for which it is time, as long as the worker goes on.

    With them the old end of the audit trail goes.
    """

    def after_batch() -> bool:
        sleep(PAUSE_SECONDS)
        return goes_on()

    with database.read() as session:
        desks = desks_to_run(session, now)
    if desks and goes_on():
        database.write(lambda session: cut_audit(session, keys, now))
    for desk_id in desks:
        if not goes_on():
            return
        ended = run_retention(Run(database, desk_id, now, "worker", after_batch))
        log.info("retention", desk=desk_id, ended=ended)
