"""How a mail leaves this machine: to a mail server, or into a directory."""

import smtplib
import ssl
from contextlib import closing, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTPUTF8
from enum import StrEnum
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from servicebalie.config import InvalidSetting
from servicebalie.core.errors import ServicebalieError

TIMEOUT_SECONDS = 20.0
"""How long a mail server may be silent at any one step."""

PERMANENT = 500
"""SMTP replies from here on mean that trying again is useless (RFC 5321, 4.2.1)."""

_SETTING = "SERVICEBALIE_MAIL_URL"


class NotSent(ServicebalieError):
    """A mail was not taken over; `failure` is a code, and `final` whether trying again is useless."""

    code = "not-sent"

    def __init__(self, failure: str, *, final: bool) -> None:
        super().__init__(failure=failure)
        self.failure = failure
        self.final = final


class Transport(Protocol):
    """Takes over mails."""

    def send(self, message: EmailMessage) -> None:
        """Take over a mail that has From, To and Message-ID; raises `NotSent`."""


def open_transport(mail_url: str) -> Transport:
    """Return the transport that a mail URL names; raises `InvalidSetting`.

    `directory:PATH`, or `smtp://host:port` without encryption, `smtps://` with TLS from the start, and
    `smtp+starttls://`; the latter two also with `user:password@`.
    """
    scheme, _, rest = mail_url.partition(":")
    if scheme == "directory" and rest:
        return MailDirectory(Path(rest))
    try:
        return _smtp_server(mail_url)
    except ValueError:
        raise InvalidSetting(
            name=_SETTING, reason="must be smtp://, smtps:// or smtp+starttls://host:port, or directory:PATH"
        ) from None


@dataclass(frozen=True, slots=True)
class MailDirectory:
    """A directory in which each mail becomes one file, named after its Message-ID.

    For laptops and tests. Only the owner can read the files; a mail sent twice is one file.
    """

    path: Path

    def send(self, message: EmailMessage) -> None:
        """Write the mail as `<local part of the Message-ID>.eml`, all of it or nothing."""
        name = message["Message-ID"].strip("<>").partition("@")[0]
        draft = self.path / f"{name}.draft"
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft.touch(mode=0o600)
            draft.write_bytes(message.as_bytes(policy=SMTPUTF8))
            draft.replace(draft.with_suffix(".eml"))
        except OSError:
            raise NotSent("directory-not-writable", final=False) from None


class Encryption(StrEnum):
    """How a mail server is spoken to; the value is the scheme of its URL."""

    NONE = "smtp"
    STARTTLS = "smtp+starttls"
    TLS = "smtps"


DEFAULT_PORTS = {Encryption.NONE: 25, Encryption.STARTTLS: 587, Encryption.TLS: 465}


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """A mail server. With encryption its certificate must be valid; `login` is a user and a password."""

    host: str
    port: int
    encryption: Encryption
    login: tuple[str, str] | None = None

    def send(self, message: EmailMessage) -> None:
        """Hand the mail to the server over a connection of its own.

        Only a refusal of this recipient or of this mail is final. A refusal of the sender or of the login
        is a fault of the settings, which somebody will mend.
        """
        try:
            with closing(self._connect()) as connection:
                if self.encryption is Encryption.STARTTLS:
                    connection.starttls(context=ssl.create_default_context())
                if self.login:
                    connection.login(*self.login)
                _hand_over(message, connection)
        except OSError as failure:
            raise NotSent(_failure_of(failure), final=False) from None

    def _connect(self) -> smtplib.SMTP:
        if self.encryption is Encryption.TLS:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_SECONDS, context=context)
        return smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)


def _hand_over(message: EmailMessage, connection: smtplib.SMTP) -> None:
    """Send a mail; raises `NotSent` for what the server refused of it, and `OSError` for the rest."""
    try:
        connection.send_message(message)
    except smtplib.SMTPRecipientsRefused as refusal:
        [(status, _)] = refusal.recipients.values()
        raise NotSent(f"smtp-{status}", final=status >= PERMANENT) from None
    except smtplib.SMTPDataError as refusal:
        raise NotSent(f"smtp-{refusal.smtp_code}", final=refusal.smtp_code >= PERMANENT) from None
    except smtplib.SMTPNotSupportedError:
        raise NotSent("address-not-supported", final=True) from None
    # The mail is taken over; a bad goodbye changes nothing about that.
    with suppress(OSError):
        connection.quit()


def _smtp_server(mail_url: str) -> SmtpServer:
    """Return the mail server of a URL; raises `ValueError` for another URL, and `InvalidSetting` for a
    password that would travel readable, or that the library for SMTP cannot send."""
    url = urlsplit(mail_url)
    encryption = Encryption(url.scheme)
    if not url.hostname:
        raise ValueError("a mail server has a name")
    login = (unquote(url.username), unquote(url.password or "")) if url.username else None
    if login and encryption is Encryption.NONE:
        raise InvalidSetting(name=_SETTING, reason="must be smtps:// or smtp+starttls:// with a password")
    if login and not "".join(login).isascii():
        raise InvalidSetting(name=_SETTING, reason="must have a user and a password in ASCII characters")
    return SmtpServer(url.hostname, url.port or DEFAULT_PORTS[encryption], encryption, login)


def _failure_of(failure: OSError) -> str:
    """Return the code of a failure on the way: what the server replied or lacks, or that it was not there."""
    if isinstance(failure, smtplib.SMTPResponseException) and failure.smtp_code > 0:
        return f"smtp-{failure.smtp_code}"
    if isinstance(failure, smtplib.SMTPNotSupportedError):
        return "not-offered"
    if isinstance(failure, ssl.SSLError):
        return "tls-failed"
    return "connection-lost"
