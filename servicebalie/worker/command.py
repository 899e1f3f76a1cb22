"""`servicebalie worker`: delivers what the other programs have noted in the outbox."""

import os
import random
from datetime import UTC, datetime

import click

from servicebalie.config import InvalidSetting, Mode, Settings
from servicebalie.core.keys import Keys
from servicebalie.core.sealing import MasterKeys
from servicebalie.db import Database
from servicebalie.logs import Output, configure_logs
from servicebalie.worker.chaining import chain_lines_that_wait, keep_seals
from servicebalie.worker.delivery import Post
from servicebalie.worker.letters import mail_address
from servicebalie.worker.loop import Stop, deliver_due, deliver_until_stopped
from servicebalie.worker.retaining import keep_schedules
from servicebalie.worker.spans import open_span_sender
from servicebalie.worker.terms import keep_terms
from servicebalie.worker.translators import open_translator
from servicebalie.worker.transports import open_transport


@click.command()
@click.option("--once", is_flag=True, help="Deliver what is due now, then end.")
def worker(*, once: bool) -> None:
    """Send the mails that are due, watch the terms of referrals, delete once a day what is over, and go on
    until asked to stop. Several workers may run at once."""
    settings = Settings.from_env(os.environ)
    configure_logs(as_json=settings.mode is Mode.PRODUCTION, output=Output.STANDARD_OUTPUT)
    database = Database(settings.database_url, settings.published_database_url)
    try:
        database.require_tables()
        activities = settings.activities_url or f"{settings.public_address}/processing-activities"
        post = Post(
            database=database,
            transport=open_transport(settings.mail_url),
            mail_from=checked_sender(settings.mail_from),
            public_address=settings.public_address,
            jitter=random.random,
            keys=Keys.from_secret(settings.secret, MasterKeys(settings.master_keys)),
            translator=open_translator(
                settings.translation_url,
                settings.translation_key,
                settings.protection.outgoing_networks,
            ),
            audit_seals=settings.audit_seals,
            spans=open_span_sender(settings.spans_url, activities),
        )
        stop = Stop()
        stop.on_signals()
        if once:
            keep_terms(database, post.keys, datetime.now(UTC))
            keep_schedules(database, post.keys, datetime.now(UTC), lambda: not stop.asked)
            deliver_due(post, stop)
            chain_lines_that_wait(database)
            keep_seals(database, post.keys, post.audit_seals, datetime.now(UTC))
            if post.spans:
                post.spans.send_new_lines(database, datetime.now(UTC))
        else:
            deliver_until_stopped(post, stop)
    finally:
        database.dispose()


def checked_sender(mail_from: str) -> str:
    """Return the address of the sender; raises `InvalidSetting` when it is none."""
    try:
        mail_address(mail_from)
    except ValueError:
        raise InvalidSetting(name="SERVICEBALIE_MAIL_FROM", reason="must be an e-mail address") from None
    return mail_from
