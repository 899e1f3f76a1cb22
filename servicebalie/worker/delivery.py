"""One delivery from beginning to end: claim it, write and send the letter, note what became of it.

A text that is to be translated is delivered in the same way, to the translator.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import assert_never

import structlog
from babel.dates import format_date

from servicebalie.core.audit import AuditAction
from servicebalie.core.keys import Keys
from servicebalie.core.local_accounts import LinkPurpose
from servicebalie.core.retries import MAX_ATTEMPTS
from servicebalie.db import Database
from servicebalie.services.local_accounts import issue_link
from servicebalie.services.noted_deliveries import finish_and_note
from servicebalie.services.notices import (
    NewcomerNotice,
    PartnerNotice,
    StaffNotice,
    follow_up_notice,
    newcomer_notice,
    partner_notice,
    staff_notice,
)
from servicebalie.services.outbox import (
    Claim,
    Delivery,
    claim_delivery,
    give_up_delivery,
    postpone_delivery,
)
from servicebalie.worker.letters import Audience, Letter, as_mail, letter_locale, mail_address, write_letter
from servicebalie.worker.spans import SpanSender
from servicebalie.worker.translating import make_translation
from servicebalie.worker.translators import Translator
from servicebalie.worker.transports import NotSent, Transport

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Post:
    """What deliveries are made with; `jitter` gives numbers from 0 to 1, and `keys` open what is told.

    Not everybody has a translator, a directory for the seals of the audit trail, or a collector of its spans.
    """

    database: Database
    transport: Transport
    mail_from: str
    public_address: str
    jitter: Callable[[], float]
    keys: Keys
    translator: Translator | None = None
    audit_seals: Path | None = None
    spans: SpanSender | None = None


def deliver_next(post: Post, now: datetime) -> bool:
    """Make the delivery that has been due longest and note what became of it; False when none is due."""
    claim = post.database.write(lambda session: claim_delivery(session, now))
    if claim is None:
        return False
    done, failure = _attempt(post, claim, now)
    if failure is None:
        event = "delivered"
        ours = post.database.write(lambda session: finish_and_note(session, claim, done, now))
    elif failure.final:
        event = "given up"
        ours = post.database.write(lambda session: give_up_delivery(session, claim, failure.failure, now))
    else:
        event = "failed"
        jitter = post.jitter()
        ours = post.database.write(
            lambda session: postpone_delivery(session, claim, failure.failure, now, jitter)
        )
    log.info(
        event if ours else f"{event} after the lease",
        delivery=claim.id,
        kind=claim.kind,
        attempts=claim.attempts,
        failure=failure and failure.failure,
    )
    return True


def _attempt(post: Post, claim: Claim, now: datetime) -> tuple[AuditAction | None, NotSent | None]:
    """Make a delivery, if there still is something to deliver; return what was done, and why that failed."""
    if claim.attempts > MAX_ATTEMPTS:
        # Nobody noted what became of so many attempts: perhaps this one delivery is what stops workers.
        return None, NotSent("interrupted", final=True)
    try:
        return _deliver(post, claim, now), None
    except NotSent as failure:
        return None, failure
    except Exception as surprise:  # noqa: BLE001 - one delivery that goes wrong must not stop the others
        # Its text may hold an address, so the log gets the name of the error only.
        log.warning("unexpected error", delivery=claim.id, error=type(surprise).__name__)
        return None, NotSent("unexpected-error", final=False)


def _deliver(post: Post, claim: Claim, now: datetime) -> AuditAction | None:
    """Send a mail or have a text translated, and return which; None when there is nothing to tell any more.

    Raises `NotSent`.
    """
    kind = Delivery(claim.kind)
    match kind:
        case Delivery.QUESTION_RECEIVED | Delivery.QUESTION_ANSWERED:
            with post.database.read() as session:
                notice = newcomer_notice(session, post.keys, claim.payload["visit"])
            return _send(post, _mail_to_newcomer(post, claim, notice, now))
        case Delivery.FOLLOW_UP:
            with post.database.read() as session:
                notice = follow_up_notice(
                    session, post.keys, claim.payload["visit"], claim.payload["question"]
                )
            return _send(post, _mail_to_newcomer(post, claim, notice, now))
        case Delivery.REFERRAL_REQUESTED | Delivery.REFERRAL_REMINDER:
            return _send(post, _mail_to_partner(post, claim, now))
        case Delivery.INVITATION | Delivery.FORGOTTEN_PASSWORD:
            return _send(post, _mail_to_staff(post, claim, LinkPurpose(kind), now))
        case (
            Delivery.PASSWORD_CHANGED
            | Delivery.AUTHENTICATOR_CHANGED
            | Delivery.RECOVERY_CODES_RENEWED
            | Delivery.ACCOUNT_SET_UP_AGAIN
        ):
            return _send(post, _mail_about_account(post, claim, now))
        case Delivery.TEXT_TO_TRANSLATE:
            made = make_translation(post.database, post.keys, post.translator, claim.payload, now)
            return AuditAction.TEXT_TRANSLATED if made else None
        case _:
            assert_never(kind)


def _send(post: Post, mail: EmailMessage | None) -> AuditAction | None:
    if mail is None:
        return None
    post.transport.send(mail)
    return AuditAction.MAIL_SENT


def _mail_to_newcomer(
    post: Post, claim: Claim, notice: NewcomerNotice | None, now: datetime
) -> EmailMessage | None:
    if notice is None:
        return None
    locale = letter_locale(Audience.NEWCOMER, claim.locale)
    link = f"{post.public_address}/{locale.tag}/return"
    letter = write_letter(Audience.NEWCOMER, claim.kind, locale, link=link, desk=notice.desk)
    return _mail(post, claim, letter, notice, now)


def _mail_to_partner(post: Post, claim: Claim, now: datetime) -> EmailMessage | None:
    with post.database.read() as session:
        notice = partner_notice(session, claim.payload["question"], claim.payload["referral"])
    if notice is None:
        return None
    locale = letter_locale(Audience.PARTNER, claim.locale)
    letter = write_letter(
        Audience.PARTNER,
        claim.kind,
        locale,
        link=post.public_address,
        desk=notice.desk,
        service=notice.service,
        reference=notice.reference,
        day=format_date(notice.respond_by, "d MMMM", locale.regional) if notice.respond_by else "",
    )
    return _mail(post, claim, letter, notice, now)


def _mail_to_staff(post: Post, claim: Claim, purpose: LinkPurpose, now: datetime) -> EmailMessage | None:
    """Return a mail with a link that is made here, so that nothing holds it but the mail itself."""
    user_id = claim.payload["user"]
    with post.database.begin() as session:
        notice = staff_notice(session, user_id, purpose)
        link = issue_link(session, user_id, purpose, now) if notice else None
    if notice is None:
        return None
    locale = letter_locale(Audience.STAFF, claim.locale)
    address = f"{post.public_address}/{locale.tag}/account-link/{link}"
    letter = write_letter(
        Audience.STAFF, claim.kind, locale, link=address, desk=notice.desk, login=notice.login
    )
    return _mail(post, claim, letter, notice, now)


def _mail_about_account(post: Post, claim: Claim, now: datetime) -> EmailMessage | None:
    """Return a mail that tells whose account it is what was changed; it opens nothing."""
    with post.database.read() as session:
        notice = staff_notice(session, claim.payload["user"], None)
    if notice is None:
        return None
    locale = letter_locale(Audience.STAFF, claim.locale)
    address = f"{post.public_address}/{locale.tag}/account/password"
    facts = {"desk": notice.desk, "login": notice.login, "change": claim.kind}
    letter = write_letter(Audience.STAFF, "account-changed", locale, link=address, **facts)
    return _mail(post, claim, letter, notice, now)


def _mail(
    post: Post,
    claim: Claim,
    letter: Letter,
    notice: NewcomerNotice | PartnerNotice | StaffNotice,
    now: datetime,
) -> EmailMessage:
    """Return the letter as a mail from a desk; its Message-ID comes from the claim, so a repetition shows.

    Who answers it all the same reaches the people of the desk, if they can be reached by mail.
    """
    try:
        recipient = mail_address(notice.email)
    except ValueError:
        raise NotSent("invalid-address", final=True) from None
    reply_to = None
    with suppress(ValueError):
        reply_to = mail_address(notice.reply_to or "", notice.desk)
    sender = mail_address(post.mail_from, notice.desk)
    message_id = f"<{claim.id}@{sender.domain}>"
    return as_mail(
        letter, sender=sender, recipient=recipient, reply_to=reply_to, message_id=message_id, now=now
    )
